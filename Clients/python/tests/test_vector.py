"""Vectors of environments against a real server."""

import gymnasium
import numpy as np
import pytest
import sextant
from gymnasium.vector import AutoresetMode


def test_a_batch_gives_what_its_designs_give_alone(server):
    vector = sextant.make_vec(server, "dram-controller-v0", 6, objective="energy", workload="random")
    single = sextant.make(server, "dram-controller-v0", objective="energy", workload="random")
    vector.action_space.seed(3)
    actions = vector.action_space.sample()
    vector.reset(seed=1)
    observations, rewards, terminated, truncated, info = vector.step(actions)
    assert observations in vector.observation_space
    assert terminated.all() and not truncated.any()
    for slot, action in enumerate(actions):
        single.reset()
        _, reward, _, _, alone = single.step(action)
        assert rewards[slot] == reward and info["status"][slot] == "ok"
        for metric in single.problem.metrics:
            present = info["_" + metric.name][slot]
            assert info[metric.name][slot] == alone[metric.name] if present else np.isnan(alone[metric.name])
    assert info["final_info"]["energy"] is info["energy"] and info["_final_info"].all()
    assert [sample.number for sample in vector.batch] == list(range(6))
    vector.close()
    single.close()


def test_a_step_is_one_message_each_way(server, monkeypatch):
    vector = sextant.make_vec(server, "synthetic-dram10-v0", 256)
    vector.reset(seed=1)
    counts = {"sent": 0, "received": 0}
    connection = type(vector._session._connection)
    send, receive = connection.send, connection.receive
    monkeypatch.setattr(connection, "send", lambda *a: counts.update(sent=counts["sent"] + 1) or send(*a))
    monkeypatch.setattr(connection, "receive", lambda *a: counts.update(received=counts["received"] + 1) or receive(*a))
    vector.step(vector.action_space.sample())
    assert counts == {"sent": 1, "received": 1}
    vector.close()


def test_slots_of_episodes_go_on_by_themselves_and_keep_the_final_observation(server):
    vector = sextant.make_vec(server, "synthetic-recipe20-v0", 3, objective="gain", form="stepwise")
    assert vector.metadata["autoreset_mode"] == AutoresetMode.SAME_STEP
    first, _ = vector.reset(seed=[4, 5, 6])
    for step in range(20):
        observations, _, terminated, truncated, info = vector.step(vector.action_space.sample())
        assert observations in vector.observation_space
        assert (terminated | truncated).all() == (step == 19)
        assert ("final_obs" in info) == (step == 19)
    np.testing.assert_array_equal(observations, first)
    assert all(final[0] == pytest.approx(1) for final in info["final_obs"])
    vector.close()


def test_designs_that_break_a_constraint_get_the_penalty_and_the_others_their_reward(server):
    vector = sextant.make_vec(server, "dram-controller-full-v0", 3, penalty=-5)
    single = sextant.make(server, "dram-controller-full-v0")
    vector.reset(seed=1)
    illegal = single.action(write_low_watermark=9, write_high_watermark=4, scheduler="GrpFrFcfsWm")
    actions = np.stack([single.action(), illegal, single.action(page_policy="Closed")])
    _, rewards, terminated, _, info = vector.step(actions)
    assert rewards[1] == -5 and (rewards[[0, 2]] != -5).all() and terminated.all()
    assert info["status"].tolist() == ["ok", "illegal", "ok"]
    assert info["_latency"].tolist() == [True, False, True]
    _, rewards, _, _, info = vector.step(np.stack([illegal] * 3))
    assert (rewards == -5).all() and vector.batch is None
    vector.close()
    single.close()


def test_gymnasium_makes_the_vector_itself(server):
    vector = gymnasium.make_vec("sextant/synthetic-dram10-v0", num_envs=5, endpoint=server.endpoint, objective="cost")
    assert isinstance(vector, sextant.VectorEnv)
    observations, _ = vector.reset(seed=1)
    assert observations in vector.observation_space
    assert vector.step(vector.action_space.sample())[1].shape == (5,)
    vector.close()
