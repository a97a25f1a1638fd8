"""Environments of one's own, served to a real broker and driven through it."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import gymnasium
import numpy as np
import pytest
import sextant
from gymnasium.utils.env_checker import check_env
from test_worker import SIMULATORS


def serve(names, server, processes=1):
    return subprocess.Popen(
        [sys.executable, SIMULATORS, names, server.workers, str(processes)], stderr=subprocess.PIPE, text=True
    )


def wait_for(server, environment, seconds=20):
    end = time.monotonic() + seconds
    while environment not in {listing.datasheet.id for listing in sextant.connection.listings(server)}:
        assert time.monotonic() < end, f"{environment} was not offered in time"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A broker to which a worker with all well-meaning models has connected."""
    with sextant.start(["synthetic-dram10-v0"], log=tmp_path_factory.mktemp("work") / "a.db", outside=True) as server:
        worker = serve("Cache,Walk,Rogue,Unmade", server, 4)
        try:
            for model in ("cache", "walk", "rogue", "unmade"):
                wait_for(server, f"toy-{model}-v0")
            yield server
        finally:
            worker.send_signal(signal.SIGTERM)
            worker.communicate(timeout=20)


def test_a_model_of_ones_own_is_a_problem_like_any_other_and_is_logged(server):
    with sextant.Study(server, "toy-cache-v0", objective="latency", study="own", trial="1", workload="scan") as study:
        samples = study.evaluate_all([{"sets": sets, "ways": ways} for sets in (16, 64) for ways in (1, 7, 13)])
        assert [sample.status for sample in samples] == ["infeasible", "ok", "failed", "ok", "ok", "failed"]
        assert samples[0].reason == "smaller than a page" and "unlucky" in samples[2].reason
        assert study.best.number == 4 and study.best["latency"] == pytest.approx(1e5 / (64 * 7 * 64))
        assert "area" not in study.best.metrics
        assert study.problem.reference == {"latency": 10.0, "area": 1.0}
        with pytest.raises(sextant.SextantError, match="sets"):
            study.evaluate(sets=128, ways=16)
    rows = (
        sqlite3.connect(server.log)
        .execute('SELECT sets, ways, policy, latency, area, _status, _reason FROM "toy-cache-v0" ORDER BY _number')
        .fetchall()
    )
    assert rows[0] == (16, 1, "lru", None, None, "infeasible", "smaller than a page")
    assert rows[3] == (64, 1, "lru", pytest.approx(24.4140625), pytest.approx(0.4096), "ok", None)


@pytest.mark.filterwarnings("ignore:.*(infinity).*")
def test_gymnasium_checks_ones_own_episodes_and_masks_are_honoured(server):
    assert "sextant/toy-walk-v0" in sextant.register(server)
    env = gymnasium.make("sextant/toy-walk-v0", endpoint=server.endpoint, objective="distance", length=3).unwrapped
    check_env(env, skip_render_check=True, skip_close_check=True)
    _, info = env.reset(seed=3)
    assert env.action_masks().tolist() == [False, True], "at the left end only right is legal"
    assert {int(env.action_space.sample(mask=info["action_mask"])) for _ in range(20)} == {1}
    observation, _, terminated, _, info = env.step(env.action(direction="left"))
    assert terminated and info["status"] == "illegal" and "'direction' can't be left now" in info["reason"]
    assert observation == env.reset(seed=3)[0]
    distances = []
    while True:
        _, _, terminated, truncated, info = env.step(env.action(direction="right"))
        distances.append(info["distance"])
        if terminated or truncated:
            break
    assert distances == [2, 1, 0] and terminated and not truncated
    assert env.action_masks().tolist() == [True, False], "the mask is the last state's until the next reset"
    env.close()


def test_a_vector_shows_the_masks_of_all_slots(server):
    vector = sextant.make_vec(server, "toy-walk-v0", 4, objective="distance", length=3)
    observations, info = vector.reset(seed=3)
    assert observations[:, 0].tolist() == [0, 1, 2, 0]
    assert info["action_mask"].tolist() == [[False, True], [True, True], [True, True], [False, True]]
    observations, _, terminated, _, info = vector.step(np.ones(4, dtype=int))
    assert terminated.tolist() == [False, False, True, False]
    assert [None if final is None else final[0] for final in info["final_obs"]] == [None, None, 3, None]
    assert observations[[0, 1, 3], 0].tolist() == [1, 2, 1]
    vector.close()


def test_processes_work_at_the_same_time(server):
    with sextant.Study(server, "toy-rogue-v0", objective="process", cache=False) as study:
        start = time.monotonic()
        processes = {sample["process"] for sample in study.evaluate_all([{"count": 6}] * 8)}
        assert time.monotonic() - start < 8 * 0.3 * 0.7
    assert len(processes) > 1


@pytest.mark.parametrize(("count", "reason"), [(2, "timeout"), (1, "the model's process died with exit code 7")])
def test_a_model_that_hangs_or_crashes_costs_its_own_step(server, count, reason):
    with sextant.Study(server, "toy-rogue-v0", objective="process", cache=False, deadline=0.7) as study:
        samples = study.evaluate_all([{"count": 8}, {"count": count}, {"count": 8}, {"count": 9}])
        assert [sample.status for sample in samples] == ["ok", "failed", "ok", "ok"]
        assert reason in samples[1].reason
        assert study.evaluate(count=10).is_ok


def test_an_option_that_the_model_refuses_is_the_users_error(server):
    with pytest.raises(sextant.SextantError) as caught:
        sextant.make(server, "toy-unmade-v0", file="trace.bin")
    assert caught.value.code == "bad-option" and "FileNotFoundError: trace.bin" in str(caught.value)


def test_a_broker_refuses_a_model_with_words(server):
    worker = serve("Misnamed", server)
    _, said = worker.communicate(timeout=20)
    assert worker.returncode == 1
    assert "lower-case words joined by '-' with a version" in said


def test_a_killed_worker_loses_nothing_and_an_episode_goes_on_elsewhere(tmp_path):
    with sextant.start(["synthetic-dram10-v0"], log=tmp_path / "a.db", outside=True) as server:
        first = serve("Walk", server)
        wait_for(server, "toy-walk-v0")
        env = sextant.make(server, "toy-walk-v0", objective="distance", length=9)
        env.reset(seed=4)
        env.step(env.action(direction="right"))
        second = serve("Walk", server)
        os.kill(first.pid, signal.SIGKILL)
        observation, *_, info = env.step(env.action(direction="right"))
        assert (observation.tolist(), info["status"], info["distance"]) == ([6], "ok", 3)
        env.close()
        for worker in (first, second):
            worker.kill()
            worker.communicate()
    assert sextant.read_log(tmp_path / "a.db")["distance"].tolist() == [4, 3]


def test_a_worker_that_is_killed_in_mid_batch_costs_no_sample(tmp_path):
    with sextant.start(["synthetic-dram10-v0"], log=tmp_path / "a.db", outside=True) as server:
        workers = [serve("Rogue", server, 2) for _ in range(2)]
        wait_for(server, "toy-rogue-v0")
        with sextant.Study(server, "toy-rogue-v0", objective="process", cache=False) as study:
            batches = study.stream([[{"count": 6}] * 6] * 3, window=3)
            first = next(batches)
            os.kill(workers[0].pid, signal.SIGKILL)
            samples = [*first, *(sample for batch in batches for sample in batch)]
        assert [(sample.number, sample.status) for sample in samples] == [(number, "ok") for number in range(18)]
        for worker in workers:
            worker.kill()
            worker.communicate()
    assert sextant.read_log(tmp_path / "a.db")["_number"].tolist() == list(range(18))


def test_a_worker_stays_when_its_broker_is_killed_and_comes_back(restartable):
    worker = serve("Cache", restartable)
    try:
        wait_for(restartable, "toy-cache-v0")
        with sextant.Study(restartable.endpoint, "toy-cache-v0", objective="latency", study="s", trial="t") as study:
            study.evaluate(ways=4)
            restartable.kill()
            restartable.start()
            assert study.evaluate(ways=5).number == 1
            assert study.evaluate(ways=4).cached
    finally:
        worker.kill()
        worker.communicate()


def test_a_worker_in_this_process_is_stopped_by_another_thread(tmp_path):
    import threading

    from simulators import Cache

    with sextant.start(["synthetic-dram10-v0"], log=tmp_path / "a.db", outside=True) as server:
        said = []
        worker = sextant.Worker(Cache, server, on_event=said.append)
        thread = threading.Thread(target=worker.run)
        thread.start()
        wait_for(server, "toy-cache-v0")
        worker.stop()
        thread.join(timeout=10)
        assert not thread.is_alive()
        assert said[-1].endswith("toy-cache-v0, 1 at once")
