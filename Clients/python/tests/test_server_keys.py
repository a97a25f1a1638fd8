"""Keys that `sextant keys` makes, against `sextant serve --keys`: an agent and a simulator of one's own."""

import re
import subprocess
import threading
import time

import pytest
import sextant
from simulators import Cache


def keys(folder, *words):
    command = [sextant.find_program(), "keys", "new", *words, "--keys", folder / "keys"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=30)
    return folder / f"{words[0]}.key"


@pytest.fixture
def guarded(tmp_path):
    """The endpoints of a server that lets in alice as an agent and rack as a worker, and their key files."""
    alice, rack = keys(tmp_path, "alice"), keys(tmp_path, "rack", "--worker")
    command = [sextant.find_program(), "serve", "--keys", tmp_path / "keys", "--log", tmp_path / "samples.db"]
    command += ["--agents", "tcp://127.0.0.1:*", "--workers", "tcp://127.0.0.1:*"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    said = ""
    for line in process.stderr:
        said += line
        if line.split()[:1] == ["log"]:
            break
    threading.Thread(target=process.stderr.read, daemon=True).start()
    agents, workers = re.findall(r"(?:agents|workers)\s+(tcp://\S+)", said)
    yield agents, workers, alice, rack
    process.terminate()
    process.wait(timeout=20)


def test_an_agent_and_a_simulator_get_in_with_their_keys_until_one_is_revoked(guarded, tmp_path):
    agents, workers, alice, rack = guarded
    has_joined = threading.Event()
    worker = sextant.Worker(
        Cache, workers, key=rack, on_event=lambda words: has_joined.set() if "joined" in words else None
    )
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        assert has_joined.wait(20)
        with sextant.Study(agents, Cache.id, key=alice, patience=20) as study:
            assert study.evaluate().is_ok
            (tmp_path / "keys" / "clients" / "alice.pub").unlink()
            time.sleep(1.5)
            with pytest.raises(sextant.Unreachable):
                study.evaluate()
    finally:
        worker.stop()
        thread.join()


def test_a_workers_key_opens_no_agents_endpoint(guarded):
    agents, _, _, rack = guarded
    with pytest.raises(sextant.Unreachable):
        sextant.Study(agents, "synthetic-dram10-v0", key=rack, patience=1)
