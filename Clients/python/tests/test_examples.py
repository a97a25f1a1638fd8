"""The examples are run as a reader would run them, against a server of their own."""

import sqlite3
import subprocess
import sys

import pytest
import sextant
from conftest import EXAMPLES
from test_work import wait_for


def run(example, *arguments, folder=None):
    command = [sys.executable, EXAMPLES / example, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=folder)


@pytest.mark.parametrize("example", sorted(path.name for path in EXAMPLES.glob("*.py")))
def test_an_example_fits_on_a_screen(example):
    assert len((EXAMPLES / example).read_text().splitlines()) <= 40


@pytest.mark.parametrize(
    ("example", "needs", "environment", "count"),
    [
        ("optuna_search.py", "optuna", "dram-controller-v0", 100),
        ("pymoo_front.py", "pymoo", "synthetic-dram10-v0", 400),
        ("cma_search.py", "cma", "dram-controller-v0", 160),
    ],
)
def test_a_peer_searches_and_its_samples_are_in_the_log(tmp_path, example, needs, environment, count):
    pytest.importorskip(needs)
    done = run(example, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"{count} samples" in done.stdout
    frame = sextant.read_log(tmp_path / "sextant.db", environment, study=example.split("_")[0])
    assert frame["_number"].tolist() == list(range(count)) and (frame["_status"] == "ok").all()
    rewards = frame["_reward"].groupby(frame.index // (count // 4)).mean()
    assert rewards.iloc[-1] > rewards.iloc[0], "the search learned from what it was told"


def test_a_policy_gradient_learns_from_episodes(own_server):
    done = run("policy_gradient.py", own_server.endpoint)
    assert done.returncode == 0, done.stderr
    frame = sextant.read_log(own_server.log, "synthetic-recipe20-v0", study="reinforce")
    assert len(frame) == 40 * 32 * 20 and (frame["_agent"] == "REINFORCE").all()
    final = frame[frame["_step"] == 19]["cost"]
    assert final[-128:].mean() < final[:128].mean() - 0.02


def test_masked_ppo_learns_where_torch_is_installed(own_server):
    pytest.importorskip("sb3_contrib")
    done = run("ppo_masked.py", own_server.endpoint, 512)
    assert done.returncode == 0, done.stderr
    assert len(sextant.read_log(own_server.log, "synthetic-recipe20-v0", study="ppo")) == 512


def test_a_simulator_of_ones_own_is_searched(tmp_path):
    with sextant.start(["synthetic-dram10-v0"], log=tmp_path / "a.db", outside=True) as server:
        worker = subprocess.Popen([sys.executable, EXAMPLES / "simulator.py", server.workers], stderr=subprocess.PIPE)
        try:
            wait_for(server, "my-cache-v0")
            with sextant.Study(server, "my-cache-v0", objective="latency", constraints=["area <= 0.2"]) as study:
                study.evaluate_all([{"sets": sets, "ways": ways} for sets in (16, 64, 256) for ways in (1, 4, 16)])
                assert study.best.design == {"sets": 256, "ways": 4, "replacement": "lru"}
        finally:
            worker.terminate()
            worker.communicate(timeout=20)
    statuses = sextant.read_log(tmp_path / "a.db", "my-cache-v0")["_status"]
    assert statuses.tolist() == ["ok"] * 8 + ["infeasible"]


def test_step_prints_two_designs_and_their_samples_are_in_the_log(own_server):
    done = run("step.py", own_server.endpoint)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [["0", "ok"], ["1", "ok"]]
    rows = (
        sqlite3.connect(own_server.log)
        .execute('SELECT page_policy, request_buffer_size, latency, energy FROM "dram-controller-v0" ORDER BY _number')
        .fetchall()
    )
    assert [row[:2] for row in rows] == [("Open", 16), ("Closed", 16)]
    assert all(latency > 0 and energy > 0 for _, _, latency, energy in rows)


def test_step_says_so_when_nobody_answers(tmp_path):
    done = run("step.py", f"ipc://{tmp_path}/nobody")
    assert done.returncode == 1
    assert "is `sextant serve` running?" in done.stderr
