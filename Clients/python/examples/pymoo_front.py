"""pymoo's NSGA-II looks for the front of latency and power: pymoo_front.py [ENDPOINT]"""

import sys

import numpy as np
import sextant
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.core.problem import Problem
from pymoo.operators.crossover.sbx import SBX
from pymoo.operators.mutation.pm import PM
from pymoo.operators.repair.rounding import RoundingRepair
from pymoo.operators.sampling.rnd import IntegerRandomSampling
from pymoo.optimize import minimize


class Designs(Problem):
    """Designs by the rank of each value; every generation is one message."""

    def __init__(self, study):
        self.study, self.parameters = study, study.problem.parameters
        super().__init__(n_var=len(self.parameters), n_obj=2, xl=0, xu=[each.count - 1 for each in self.parameters])

    def _evaluate(self, x, out):
        actions = np.stack([each.at(ranks) for each, ranks in zip(self.parameters, x.T.astype(int))], axis=1)
        batch = self.study.evaluate_all(actions)
        # A design without metrics is worse than any other.
        out["F"] = np.nan_to_num(np.stack([batch.column("latency"), batch.column("power")], axis=1), nan=1e30)


endpoint = sys.argv[1] if len(sys.argv) > 1 else sextant.start()
objective = {"pareto": ["latency", "power"]}
with sextant.Study(endpoint, "synthetic-dram10-v0", objective=objective, study="pymoo") as study:
    repair = RoundingRepair()
    algorithm = NSGA2(
        40, sampling=IntegerRandomSampling(), crossover=SBX(vtype=float, repair=repair),
        mutation=PM(vtype=float, repair=repair),
    )  # fmt: skip
    result = minimize(Designs(study), algorithm, ("n_gen", 10), seed=1)
    print(f"{len(study)} samples, {len(result.F)} on the front")
