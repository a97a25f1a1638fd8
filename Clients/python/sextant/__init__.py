"""Sextant from Python: a gym for hardware design-space exploration.

`make` and `make_vec` give Gymnasium environments, `Study` evaluates designs by name for one-shot optimisers, `start` runs
a private server, `read_log` gives the samples as a pandas frame, and `work` serves a simulator of your own, a
`CostModel` or an `Environment`, to a broker.
"""

from .batch import Batch, Sample
from .env import Env, make
from .errors import Infeasible, SextantError, Unreachable
from .log import export_parquet, read_log
from .model import CostModel, Environment, Observation, Option
from .parameters import Categorical, Integer, Ordinal, Parameter, Real
from .registration import BUILT_IN, register, register_ids
from .server import Server, find_program, start
from .spec import Metric, Spec
from .study import Study
from .vector import VectorEnv, make_vec
from .work import Worker, work

__version__ = "0.1.0"

__all__ = [
    "Batch", "Categorical", "CostModel", "Env", "Environment", "Infeasible", "Integer", "Metric", "Observation", "Option",
    "Ordinal", "Parameter", "Real", "Sample", "Server", "SextantError", "Spec", "Study", "Unreachable", "VectorEnv",
    "Worker", "export_parquet", "find_program", "make", "make_vec", "read_log", "register", "register_ids", "start",
    "work",
]  # fmt: skip

register_ids(BUILT_IN)
