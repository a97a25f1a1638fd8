"""Single environments against a real server."""

import math
import warnings

import gymnasium
import numpy as np
import pytest
import sextant
from gymnasium.utils.env_checker import check_env


@pytest.fixture
def env(server):
    env = sextant.make(server, "dram-controller-v0", objective="latency", workload="stream")
    yield env
    env.close()


@pytest.mark.parametrize("id", sextant.BUILT_IN)
@pytest.mark.parametrize("actions", ["auto", "box"])
def test_gymnasium_checks_every_environment(server, id, actions):
    env = sextant.make(server, id, actions=actions)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message=".*(render modes|infinity|normalized).*")
        check_env(env)
    env.close()


@pytest.mark.filterwarnings("ignore:.*(infinity).*")
def test_gymnasium_checks_an_environment_with_episodes(server):
    env = gymnasium.make("sextant/synthetic-recipe20-v0", endpoint=server.endpoint, form="stepwise", texture=3)
    check_env(env.unwrapped, skip_render_check=True)
    env.close()


def test_every_environment_of_a_server_is_registered(server):
    assert {listing.datasheet.id for listing in sextant.connection.listings(server)} == set(sextant.BUILT_IN)
    assert "sextant/dram-controller-v0" in sextant.register(server)


def test_info_has_every_metric_and_the_reward_is_the_objectives(env):
    env.reset(seed=1)
    _, reward, terminated, truncated, info = env.step(env.action(page_policy="Closed", request_buffer_size=16))
    assert terminated and not truncated and info["status"] == "ok"
    assert {metric.name for metric in env.problem.metrics} <= info.keys()
    assert reward == pytest.approx(-math.log(info["latency"] / env.problem.reference["latency"]))
    assert env.sample["page_policy"] == "Closed" and env.sample["request_buffer_size"] == 16
    assert env.sample["latency"] == info["latency"]


def test_an_action_stands_for_a_design_by_name(env):
    action = env.action({"page_policy": "ClosedAdaptive"}, max_active_transactions=5, arbiter="Fifo")
    assert action in env.action_space
    design = env.design(action)
    assert design["page_policy"] == "ClosedAdaptive" and design["max_active_transactions"] == 5
    assert design["scheduler"] == "FrFcfs"


def test_masks_have_the_forms_that_agents_look_for(env):
    _, info = env.reset(seed=1)
    assert env.action_masks().shape == (env.action_space.nvec.sum(),) and env.action_masks().dtype == bool
    assert env.action_space.sample(mask=info["action_mask"]) in env.action_space


def test_episodes_have_their_length_and_the_same_seed_the_same_rewards(server):
    env = sextant.make(server, "synthetic-recipe20-v0", objective={"accumulate": "gain"}, form="stepwise")
    assert isinstance(env.action_space, gymnasium.spaces.Discrete)
    assert env.observation_space.shape == (len(env.problem.observation_names),)

    def episode(seed):
        env.action_space.seed(1)
        observations, rewards, over = [env.reset(seed=seed)[0]], [], False
        while not over:
            observation, reward, terminated, truncated, _ = env.step(env.action_space.sample())
            observations.append(observation)
            rewards.append(reward)
            over = terminated or truncated
        return np.array(observations), rewards

    (first, rewards), (second, again) = episode(7), episode(7)
    assert len(rewards) == env.problem.horizon == 20
    assert rewards == again
    np.testing.assert_array_equal(first, second)
    assert first[-1, 0] == pytest.approx(1), "the last observation is the ended episode's, not the next one's"
    env.close()


def test_a_step_outside_an_episode_is_refused(env):
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step(env.action())
    env.reset()
    env.step(env.action())
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step(env.action())


def test_a_design_that_breaks_a_constraint_is_no_sample(server):
    env = sextant.make(server, "dram-controller-full-v0", penalty=-3)
    env.reset(seed=1)
    illegal = env.action(write_low_watermark=9, write_high_watermark=4, scheduler="GrpFrFcfsWm")
    _, reward, terminated, _, info = env.step(illegal)
    assert (reward, terminated, info["status"]) == (-3, True, "illegal") and "the constraint" in info["reason"]
    env.reset()
    assert env.step(env.action())[4]["status"] == "ok"
    assert env.sample.number == 0
    env.close()


@pytest.mark.parametrize(
    ("objective", "reward"),
    [
        ("minimize latency", lambda m, r: -math.log(m["latency"] / r["latency"])),
        ("bandwidth", lambda m, r: math.log(m["bandwidth"] / r["bandwidth"])),
        ({"maximize": "bandwidth"}, lambda m, r: math.log(m["bandwidth"] / r["bandwidth"])),
        ({"target": {"power": 900}}, lambda m, r: 1 / (1 + abs(m["power"] - 900) / 900)),
        ({"archgym": {"power": 900}}, lambda m, r: min(1000, 900 / abs(m["power"] - 900))),
        (
            {"product": {"latency": 1, "energy": 2}},
            lambda m, r: -math.log(m["latency"] / r["latency"]) - 2 * math.log(m["energy"] / r["energy"]),
        ),
    ],
)
def test_objectives_are_said_as_in_manifests(server, objective, reward):
    env = sextant.make(server, "dram-controller-v0", objective=objective, constraints=["power <= 500"])
    env.reset(seed=1)
    _, got, _, _, info = env.step(env.action(page_policy="Closed"))
    assert got == pytest.approx(reward(info, env.problem.reference))
    assert info["violation"] == pytest.approx((info["power"] - 500) / 500)
    env.close()


@pytest.mark.parametrize(
    ("environment", "options", "words"),
    [
        ("dram-controler-v0", {}, "dram-controller-v0"),
        ("dram-controller-v0", {"wrkload": "stream"}, "did you mean 'workload'?"),
        ("dram-controller-v0", {"objective": "latncy"}, "did you mean 'latency'?"),
        ("dram-controller-v0", {"objective": {"minimise": "latency"}}, "did you mean 'minimize'?"),
        ("dram-controller-v0", {"objective": {"target": "latency"}}, "can't be of 'latency'"),
        ("dram-controller-v0", {"constraints": ["power < 3"]}, "constraints need an objective"),
        ("dram-controller-v0", {"deadline": 0}, "a deadline of 0 seconds"),
    ],
)
def test_mistakes_are_told_with_a_guess(server, environment, options, words):
    with pytest.raises(sextant.SextantError) as caught:
        sextant.make(server, environment, **options)
    assert words in str(caught.value)


@pytest.mark.parametrize("endpoint", ["ipc:///nowhere/at/all", "nonsense"])
def test_nobody_there_is_told_soon(endpoint):
    with pytest.raises(sextant.SextantError, match=r"nothing answers|is no endpoint"):
        sextant.make(endpoint, "dram-controller-v0", patience=0.5)
