"""Trials of one-shot problems against a real server, which may be killed meanwhile."""

import contextlib
import sqlite3

import numpy as np
import pytest
import sextant

ID = "synthetic-dram10-v0"


def designs(count, seed=1):
    generator = np.random.default_rng(seed)
    sizes = generator.integers(0, 8, (count, 2))
    return [{"refresh_max_postponed": int(a) + 1, "refresh_max_pulledin": int(b) + 1} for a, b in sizes]


def test_designs_go_by_name_and_the_best_is_known(server):
    with sextant.Study(server, ID, objective="cost") as study:
        first = study.evaluate(page_policy="Closed")
        batch = study.evaluate_all(designs(20))
        assert first.design["page_policy"] == "Closed" and first.is_ok
        assert [sample.number for sample in batch] == list(range(1, 21))
        everything = [first, *batch]
        assert study.best["cost"] == min(sample["cost"] for sample in everything)
        assert len(study) == 21
        np.testing.assert_array_equal(batch.column("cost"), [sample["cost"] for sample in batch])
        np.testing.assert_array_equal(batch.column("refresh_max_pulledin"), [s["refresh_max_pulledin"] for s in batch])
        assert study.evaluate(page_policy="Closed").cached


def test_constraints_come_before_rewards_in_the_best(server):
    with sextant.Study(server, ID, objective="cost", constraints=["power <= 250000"]) as study:
        batch = study.evaluate_all(np.array([study.problem.action({"page_policy": policy, "request_buffer_size": size})
                                             for policy in ("Open", "Closed") for size in (1, 4, 8)]))  # fmt: skip
        kept = min(batch, key=lambda sample: (sample.violation, sample["cost"]))
        assert study.best == kept


def test_a_stream_keeps_its_order_and_stands_an_early_end(server):
    batches = [designs(7, seed) for seed in range(12)]
    with sextant.Study(server, ID, objective="cost", cache=False) as study:
        numbers = [sample.number for batch in study.stream(batches) for sample in batch]
        assert numbers == list(range(84))
        for batch in study.stream(batches):
            assert batch[0].number == 84
            break
        for _ in study.stream(batches):
            with pytest.raises(sextant.SextantError, match="a stream of batches is under way"):
                study.history()
            break
        after = study.evaluate({})
        assert after.number == len(study) - 1 > 90


def test_a_trial_goes_on_under_its_names(server):
    with sextant.Study(server, ID, objective="cost", study="goes-on", trial="1") as study:
        before = list(study.evaluate_all(designs(10)))
        best = study.best
    with sextant.Study(server, ID, objective="cost", study="goes-on", trial="1") as study:
        assert len(study) == 10 and study.best.number == best.number
        for sample, old in zip(study.history(), before, strict=True):
            assert sample.design == old.design and sample.metrics == old.metrics and sample.reward == old.reward
        assert [sample.number for sample in study.history(since=4, limit=3)] == [4, 5, 6]
        assert study.evaluate(designs(10)[0]).cached


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (None, "finished", None),
        (ValueError("no idea"), "failed", "ValueError: no idea"),
        (SystemExit(), "stopped", None),
    ],
)
def test_the_log_says_how_a_trial_ended(own_server, error, status, reason):
    with contextlib.suppress(ValueError, SystemExit), sextant.Study(own_server, ID) as study:
        study.evaluate()
        if error:
            raise error
    own_server.stop()
    found = sqlite3.connect(own_server.log).execute("SELECT status, reason FROM trials").fetchall()
    assert found == [(status, reason)]


def numbers_in(log):
    return [number for (number,) in sqlite3.connect(log).execute(f'SELECT _number FROM "{ID}" ORDER BY _number')]


def test_a_killed_server_is_met_again_and_nothing_is_lost_or_twice(restartable):
    with sextant.Study(restartable.endpoint, ID, objective="cost", cache=False) as study:
        first = list(study.evaluate_all(designs(5)))
        restartable.kill()
        restartable.start()
        second = list(study.evaluate_all(designs(5)))
        assert [sample.number for sample in second] == [5, 6, 7, 8, 9]
        assert [sample.metrics for sample in first] == [sample.metrics for sample in second]
    assert numbers_in(restartable.log) == list(range(10))


def test_a_server_that_stays_away_ends_the_session_but_not_the_trial(restartable):
    with sextant.Study(restartable.endpoint, ID, objective="cost", study="s", trial="t", patience=0.5) as study:
        study.evaluate_all(designs(5))
        restartable.kill()
        with pytest.raises(sextant.Unreachable, match="nothing answers"):
            study.evaluate_all(designs(5))
        with pytest.raises(sextant.Unreachable, match="was lost"):
            study.evaluate_all(designs(5))
    restartable.start()
    with sextant.Study(restartable.endpoint, ID, objective="cost", study="s", trial="t") as study:
        assert len(study) == 5 and study.evaluate_all(designs(5))[0].number == 5


def test_a_lost_reply_is_asked_for_again_and_nothing_is_evaluated_twice(relay, restartable):
    with sextant.Study(relay.endpoint, ID, objective="cost", cache=False, patience=1) as study:
        relay.swallow = 1
        assert [sample.number for sample in study.evaluate_all(designs(5))] == [0, 1, 2, 3, 4]
    assert numbers_in(restartable.log) == list(range(5))


def test_a_reply_that_was_lost_with_the_server_is_read_from_the_log(relay, restartable):
    with sextant.Study(relay.endpoint, ID, objective="cost", cache=False, patience=20) as study:
        relay.swallow = 2
        batches = study.stream([designs(3, seed) for seed in range(4)], window=2)
        study._session.submit(6, study._rows(designs(3, 9)))
        while relay.swallow == 2:
            pass
        restartable.kill()
        restartable.start()
        relay.swallow = 0
        collected = study._session.collect()
        assert [sample.number for sample in collected] == [0, 1, 2]
        assert [sample.number for batch in batches for sample in batch] == list(range(3, 15))
    assert numbers_in(restartable.log) == list(range(15))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda study: study.evaluate(page_polcy="Open"), "did you mean 'page_policy'?"),
        (lambda study: study.evaluate(request_buffer_size=300), "request_buffer_size"),
        (lambda study: list(study.stream([[]])), "a batch has 0 designs"),
    ],
)
def test_mistakes_leave_the_trial_usable(server, call, words):
    with sextant.Study(server, ID, objective="cost") as study:
        with pytest.raises(sextant.SextantError) as caught:
            call(study)
        assert words in str(caught.value)
        assert study.evaluate().number == 0
        assert len(study.evaluate_all([])) == 0


def test_too_much_at_once_is_refused_here_and_the_session_goes_on(server):
    with sextant.Study(server, ID, objective="cost") as study:
        study._session._connection.limits.message_bytes = 2_000
        with pytest.raises(sextant.SextantError, match="at most 2000 fit"):
            study._session.submit(6, np.ones((100, 10)))
        assert study.evaluate().number == 0


def test_an_environment_with_episodes_is_no_study(server):
    with pytest.raises(sextant.SextantError, match="has episodes"):
        sextant.Study(server, "synthetic-recipe20-v0", form="stepwise")
