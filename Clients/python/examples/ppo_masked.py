"""sb3-contrib's masked PPO learns recipes step by step (needs torch): ppo_masked.py [ENDPOINT [STEPS]]"""

import sys

import numpy as np
import sextant
from sb3_contrib import MaskablePPO
from stable_baselines3.common.monitor import Monitor

endpoint = sys.argv[1] if len(sys.argv) > 1 else sextant.start()
steps = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
env = sextant.make(
    endpoint, "synthetic-recipe20-v0", objective={"accumulate": "gain"}, study="ppo", form="stepwise", agent="MaskablePPO"
)
agent = MaskablePPO("MlpPolicy", Monitor(env, info_keywords=("cost",)), n_steps=256, batch_size=64, seed=1, device="cpu")
agent.learn(steps)
costs = [episode["cost"] for episode in agent.ep_info_buffer]
print(f"{steps} steps in trial {env.trial}, mean final cost of the last episodes {np.mean(costs):.4f}")
env.close()
