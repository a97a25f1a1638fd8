"""The examples are run as a reader would run them, against a server of their own."""
import pathlib
import re
import sqlite3
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[3]
PROGRAM = ROOT / ".build" / "release" / "sextant"


@pytest.fixture
def server(tmp_path):
    """The endpoint and the log of a server that is ended after the test."""
    log = tmp_path / "samples.db"
    process = subprocess.Popen(
        [PROGRAM, "serve", "--agents", "tcp://127.0.0.1:*", "--log", log], stderr=subprocess.PIPE, text=True
    )
    try:
        for line in process.stderr:
            if found := re.search(r"agents\s+(tcp://\S+)", line):
                break
        yield found.group(1), log
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_step_prints_two_designs_and_their_samples_are_in_the_log(server):
    endpoint, log = server
    example = ROOT / "Clients" / "python" / "examples" / "step.py"
    done = subprocess.run(
        [sys.executable, example, endpoint], capture_output=True, text=True, timeout=60, check=True
    )
    lines = done.stdout.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [["0", "ok"], ["1", "ok"]]
    rows = sqlite3.connect(log).execute(
        'SELECT page_policy, request_buffer_size, latency, energy FROM "dram-controller-v0" ORDER BY _number'
    ).fetchall()
    assert [row[:2] for row in rows] == [("Open", 16), ("Closed", 16)]
    assert all(latency > 0 and energy > 0 for _, _, latency, energy in rows)


def test_step_says_so_when_nobody_answers(tmp_path):
    example = ROOT / "Clients" / "python" / "examples" / "step.py"
    done = subprocess.run(
        [sys.executable, example, f"ipc://{tmp_path}/nobody"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert "is `sextant serve` running?" in done.stderr
