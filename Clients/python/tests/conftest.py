"""A real server for the tests, and ways to disturb what goes to it."""

import pathlib
import re
import subprocess
import threading

import pytest
import sextant
import zmq

ROOT = pathlib.Path(__file__).parents[3]
EXAMPLES = ROOT / "Clients" / "python" / "examples"


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One server for all tests that neither stop it nor count what is in its log."""
    with sextant.start(log=tmp_path_factory.mktemp("server") / "samples.db") as running:
        yield running


@pytest.fixture
def own_server(tmp_path):
    """A server for one test alone."""
    with sextant.start(log=tmp_path / "samples.db") as running:
        yield running


class Restartable:
    """A server at a fixed endpoint that can be killed and started again over the same log."""

    def __init__(self, folder):
        self.endpoint, self.log = f"ipc://{folder}/agents", folder / "samples.db"
        self.workers = f"ipc://{folder}/workers"
        self.start()

    def start(self):
        command = [sextant.find_program(), "serve", "--agents", self.endpoint, "--workers", self.workers]
        command += ["--log", self.log]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if re.search("log", line):
                break
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def kill(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def restartable(tmp_path):
    server = Restartable(tmp_path)
    yield server
    server.kill()


class Relay:
    """Stands between a client and a server, and loses the next `swallow` replies of a verb."""

    def __init__(self, front, back):
        self.endpoint, self.swallow, self.verb = front, 0, 6
        self._stop = threading.Event()
        self._sockets = zmq.Context.instance().socket(zmq.ROUTER), zmq.Context.instance().socket(zmq.DEALER)
        self._sockets[0].bind(front)
        self._sockets[1].connect(back)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        router, dealer = self._sockets
        peer = b""
        while not self._stop.is_set():
            if router.poll(5):
                peer, *frames = router.recv_multipart()
                dealer.send_multipart(frames)
            while dealer.poll(5):
                frames = dealer.recv_multipart()
                if self.swallow and frames[0][5] == self.verb:
                    self.swallow -= 1
                    continue
                router.send_multipart([peer, *frames])
        for socket in self._sockets:
            socket.close(linger=0)

    def close(self):
        self._stop.set()
        self._thread.join()


@pytest.fixture
def relay(restartable, tmp_path):
    relay = Relay(f"ipc://{tmp_path}/relay", restartable.endpoint)
    yield relay
    relay.close()
