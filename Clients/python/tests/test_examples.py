"""The examples are run as a reader would run them, against a server of their own."""

import sqlite3
import subprocess
import sys

from conftest import EXAMPLES


def run(example, *arguments):
    command = [sys.executable, EXAMPLES / example, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_step_prints_two_designs_and_their_samples_are_in_the_log(own_server):
    done = run("step.py", own_server.endpoint)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [["0", "ok"], ["1", "ok"]]
    rows = sqlite3.connect(own_server.log).execute(
        'SELECT page_policy, request_buffer_size, latency, energy FROM "dram-controller-v0" ORDER BY _number'
    ).fetchall()
    assert [row[:2] for row in rows] == [("Open", 16), ("Closed", 16)]
    assert all(latency > 0 and energy > 0 for _, _, latency, energy in rows)


def test_step_says_so_when_nobody_answers(tmp_path):
    done = run("step.py", f"ipc://{tmp_path}/nobody")
    assert done.returncode == 1
    assert "is `sextant serve` running?" in done.stderr
