"""CMA-ES asks and tells in a box, each generation being one step of a vector: cma_search.py [ENDPOINT]"""

import sys

import cma
import numpy as np
import sextant

endpoint = sys.argv[1] if len(sys.argv) > 1 else sextant.start()
env = sextant.make_vec(endpoint, "dram-controller-v0", 16, objective="latency", study="cma", actions="box")
env.reset(seed=1)
middle = np.full(len(env.problem.parameters), 0.5)
search = cma.CMAEvolutionStrategy(middle, 0.3, {"popsize": 16, "bounds": [0, 1], "seed": 1, "verbose": -9})
best = np.inf
for _ in range(10):
    designs = search.ask()
    _, rewards, _, _, info = env.step(np.array(designs))
    search.tell(designs, -rewards)
    best = min(best, np.nanmin(info["latency"]))
print(f"160 samples in trial {env.trial}, best latency {best:.2f} ns")
env.close()
