"""A simulator of one's own, served to a broker: simulator.py [ENDPOINT]

Then `sextant envs --at ENDPOINT` lists it, any agent searches it, and its samples are in the log.
"""

import sys

import sextant


class Cache(sextant.CostModel):
    """Set-associative cache.

    A stand-in for a real simulator: `evaluate` could as well run one and read its output.
    """

    id = "my-cache-v0"
    parameters = (
        sextant.Ordinal("sets", (16, 32, 64, 128, 256), default=64, scale="log2", note="sets"),
        sextant.Integer("ways", 1, 16, default=4, note="lines of a set"),
        sextant.Categorical("replacement", ("lru", "fifo", "random"), default="lru"),
    )
    metrics = (
        sextant.Metric("latency", "ns", note="mean of all accesses"),
        sextant.Metric("area", "mm2", note="tags and data"),
    )
    options = (sextant.Option("workload", "loop", choices=("loop", "scan")),)

    def evaluate(self, design):
        size = design["sets"] * design["ways"] * 64
        if size > 128 * 1024:
            raise sextant.Infeasible(f"{size} bytes do not fit on the die")
        reuse = {"lru": 1.0, "fifo": 0.9, "random": 0.8}[design["replacement"]]
        misses = 1.0 if self.chosen["workload"] == "scan" else 1 / (1 + reuse * size / 4096)
        return {"latency": 1 + 0.05 * design["ways"] + 80 * misses, "area": size * 2e-6 + design["ways"] * 1e-3}


if __name__ == "__main__":
    sextant.work(Cache, *sys.argv[1:2], processes=2)
