"""REINFORCE in numpy learns recipes step by step, 32 episodes at once: policy_gradient.py [ENDPOINT]"""

import sys

import numpy as np
import sextant

endpoint = sys.argv[1] if len(sys.argv) > 1 else sextant.start()
env = sextant.make_vec(
    endpoint,
    "synthetic-recipe20-v0",
    32,
    objective={"accumulate": "gain"},
    study="reinforce",
    agent="REINFORCE",
    form="stepwise",
)
horizon, choices = env.problem.horizon, env.single_action_space.n
generator = np.random.default_rng(1)
logits = np.zeros((horizon, choices))  # a row of preferences for each step of a recipe

observations, _ = env.reset(seed=1)
for _ in range(40):
    taken, returns = [], np.zeros(env.num_envs)
    for step in range(horizon):
        chances = np.exp(logits[step] - logits[step].max())
        chances /= chances.sum()
        legal = env.action_masks() * chances
        draws = generator.random((env.num_envs, 1)) * legal.sum(axis=1, keepdims=True)
        actions = np.minimum((legal.cumsum(axis=1) < draws).sum(axis=1), choices - 1)
        observations, rewards, terminated, truncated, info = env.step(actions)
        taken.append((actions, chances))
        returns += rewards
    advantages = (returns - returns.mean()) / (returns.std() + 1e-9)
    for step, (actions, chances) in enumerate(taken):
        np.add.at(logits[step], actions, 0.05 * advantages)
        logits[step] -= 0.05 * advantages.sum() * chances
print(f"{40 * 32 * horizon} samples in trial {env.trial}, mean cost of the last episodes {info['cost'].mean():.4f}")
env.close()
