"""A private `sextant serve` process, for scripts that bring their own broker."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from .connection import Connection
from .errors import SextantError, Unreachable
from .processes import die_with_parent


def find_program(program: str | os.PathLike[str] | None = None) -> Path:
    """Where the `sextant` program is: the argument, else SEXTANT, else PATH, else a checkout where it was built.

    That is one in which this file lies (an editable install), or the working directory does. Raises `SextantError`
    (`usage`) where it is in none of them.
    """
    named = program or os.environ.get("SEXTANT")
    found = shutil.which(named or "sextant")
    if found:
        return Path(found)
    if named:
        raise SextantError("usage", f"there is no program at '{named}'")
    for folder in (*Path(__file__).resolve().parents, Path.cwd(), *Path.cwd().parents):
        built = folder / ".build" / "release" / "sextant"
        if built.is_file():
            return built
    hint = "build it with `make run`, put it on PATH, or name it with SEXTANT=… or program=…"
    raise SextantError("usage", "the program `sextant` was not found", hint)


class Server:
    """A running broker. `endpoint` is for agents, `workers` for outside environments, `log` is the file of samples.

    It ends with its `with` block, with `stop`, or with this process, whichever comes first.
    """

    def __init__(
        self, environments: Sequence[str] = (), *, log: str | os.PathLike[str] = "sextant.db",
        program: str | os.PathLike[str] | None = None, outside: bool = False,
        workloads: str | os.PathLike[str] | None = None, arguments: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.log = Path(log)
        # A folder of mode 0700, so that no other user can connect.
        self._folder = tempfile.TemporaryDirectory(prefix="sextant-")
        self.endpoint = f"ipc://{self._folder.name}/agents"
        self.workers = f"ipc://{self._folder.name}/workers" if outside else None
        command = [str(find_program(program)), "serve", *environments, "--agents", self.endpoint, "--log", str(log)]
        for option, value in (("--workers", self.workers), ("--workloads", workloads)):
            command += [option, str(value)] if value is not None else []
        self._said = Path(self._folder.name, "stderr")
        # A thread's end would kill the child together with it, so only the main thread's children are bound to it.
        is_main = threading.current_thread() is threading.main_thread()
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                [*command, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said,
                start_new_session=True, preexec_fn=die_with_parent if is_main else None,
            )  # fmt: skip
        atexit.register(self.stop)
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def _wait(self) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if self._process.poll() is not None:
                raise SextantError("unreachable", f"`sextant serve` ended at once: {self.messages.strip()}")
            if Path(self.endpoint.removeprefix("ipc://")).exists():
                # A server that binds its endpoint may still end for another reason, which it then says.
                with contextlib.suppress(Unreachable):
                    return Connection(self.endpoint, patience=1).close()
            time.sleep(0.01)
        raise SextantError("unreachable", "`sextant serve` did not answer within 30 s")

    @property
    def messages(self) -> str:
        """What the server said so far."""
        return self._said.read_text(errors="replace")

    @property
    def pid(self) -> int:
        """The server's process."""
        return self._process.pid

    def stop(self) -> None:
        """Ends the server, giving it ten seconds to leave in good order; a second call does nothing."""
        atexit.unregister(self.stop)
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=10)
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()

    def __str__(self) -> str:
        """The agents' endpoint."""
        return self.endpoint

    def __enter__(self) -> Server:
        """The server itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops it."""
        self.stop()


def start(environments: Sequence[str] = (), **options: object) -> Server:
    """Starts a private server and waits until it answers; give it to `make`, `make_vec` or `Study` as the endpoint.

    `environments` are those on offer (all where none is named), `log` is the file of samples (`sextant.db`), `program`
    where `sextant` is (see `find_program`), `outside=True` opens an endpoint for outside environments
    (`server.workers`), `workloads` is a folder whose files may be named, and `arguments` are added to the command line
    as they are. Raises `SextantError` with the server's words where it does not start.
    """
    return Server(environments, **options)  # type: ignore[arg-type]
