"""Environments that the tests serve: simulators.py NAME ENDPOINT [PROCESSES]"""

import os
import re
import sys
import time

import sextant

COUNT = sextant.Integer("count", 1, 64, default=4, note="how many")


class Cache(sextant.CostModel):
    """A toy cache.

    Its hit rate is a formula.
    """

    id = "toy-cache-v0"
    parameters = (
        sextant.Ordinal("sets", (16, 32, 64, 128), default=32, scale="log2"),
        sextant.Integer("ways", 1, 16, default=2),
        sextant.Categorical("policy", ("lru", "random"), default="lru"),
    )
    metrics = (sextant.Metric("latency", "ns"), sextant.Metric("area", "mm2"))
    options = (
        sextant.Option("workload", "loop", choices=("loop", "scan")),
        sextant.Option("line", 64, range=(16, 256), note="bytes"),
    )
    constraints = ("sets * ways <= 1024",)
    reference = {"latency": 10.0, "area": 1.0}

    def evaluate(self, design):
        size = design["sets"] * design["ways"] * self.chosen["line"]
        if size < 2_048:
            raise sextant.Infeasible("smaller than a page")
        if design["ways"] == 13:
            raise ValueError("unlucky")
        slower = 1.5 if design["policy"] == "random" and self.chosen["workload"] == "loop" else 1.0
        return {"latency": slower * 1e5 / size, "area": size / 1e4 if design["ways"] != 7 else None}


class Walk(sextant.Environment):
    """A walk on a line: left or right, and not off its ends."""

    id = "toy-walk-v0"
    parameters = (sextant.Categorical("direction", ("left", "right"), default="right"),)
    metrics = (sextant.Metric("distance", "m", positive=False),)
    options = (sextant.Option("length", 5, range=(2, 50)),)
    observation_names = ("place",)
    horizon = 12

    def __init__(self, chosen):
        super().__init__(chosen)
        self.length = chosen["length"]
        self.horizon = 4 * self.length

    def see(self):
        return sextant.Observation([self.place], {"direction": [self.place > 0, self.place < self.length]})

    def reset(self, seed):
        self.place = seed % self.length
        return self.see()

    def step(self, action):
        self.place += 1 if action["direction"] == "right" else -1
        return self.see(), {"distance": self.length - self.place}, self.place == self.length


class Rogue(sextant.CostModel):
    """Does by its count what no model should; writes its process to stderr."""

    id = "toy-rogue-v0"
    parameters = (COUNT,)
    metrics = (sextant.Metric("process", "1"), sextant.Metric("left_out", "1"))

    def evaluate(self, design):
        count = design["count"]
        if count == 1:
            os._exit(7)
        if count == 2:
            re.match(r"(a+)+$", "a" * 60 + "b")  # Never ends, and never lets go of the interpreter.
        if count == 3:
            return {"process": float("nan")}
        if count == 5:
            return {"proces": 1.0}
        if count == 6:
            time.sleep(0.3)
        return {"process": os.getpid()}


class Unmade(sextant.CostModel):
    """Can't be made with some options."""

    id = "toy-unmade-v0"
    parameters = (COUNT,)
    metrics = (sextant.Metric("x", "1"),)
    options = (sextant.Option("file", "none"),)

    def __init__(self, chosen):
        super().__init__(chosen)
        if chosen["file"] != "none":
            raise FileNotFoundError(chosen["file"])

    def evaluate(self, design):
        return {"x": design["count"]}


class Broken(Unmade):
    """Can't be made at all."""

    id = "toy-broken-v0"

    def __init__(self, chosen):
        raise RuntimeError("no licence")


class Misnamed(Rogue):
    """Has an id that no broker takes."""

    id = "Rogue"


MODELS = {model.__name__: model for model in (Cache, Walk, Rogue, Unmade, Broken, Misnamed)}

if __name__ == "__main__":
    names, endpoint, *processes = sys.argv[1:]
    try:
        sextant.work([MODELS[name] for name in names.split(",")], endpoint, processes=int((processes or ["1"])[0]))
    except sextant.SextantError as error:
        sys.exit(f"error: {error}")
