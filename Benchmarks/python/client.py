"""What the Python client costs: client.py [BENCHMARKS], the program that `make bench` builds

A single step beside a bare pyzmq client on a bare relay in C, over ipc, with messages of the same size, the same hops and
one commit each; and batches of 256 steps. The model is null-v0, which does nothing.
"""

import contextlib
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
import sextant
import zmq

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2] / ".build" / "release" / "benchmarks"
ROUNDS, TRIPS, SLOTS, BATCHES = 5, 3_000, 256, 100


@contextlib.contextmanager
def counterpart(kind, endpoint, *arguments):
    """A process that answers at an endpoint; gives the first line that it prints."""
    command = [PROGRAM, kind, endpoint, *map(str, arguments)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline()


def bare(endpoint):
    """Microseconds of each trip of a bare client on the relay."""
    with counterpart("relay", endpoint, TRIPS) as line, zmq.Context.instance().socket(zmq.DEALER) as socket:
        request, times = bytes(int(line.split()[0])), []
        socket.connect(endpoint)
        for _ in range(TRIPS):
            start = time.perf_counter()
            socket.send(request)
            socket.recv()
            times.append(time.perf_counter() - start)
    return np.array(times) * 1e6


def stepped(endpoint):
    """Microseconds of each step of an `Env`; its reset asks nobody, and is counted too."""
    with counterpart("serve", endpoint), contextlib.closing(sextant.make(endpoint, "null-v0")) as env:
        env.action_space.seed(1)
        actions, times = [env.action_space.sample() for _ in range(TRIPS)], []
        env.reset(seed=1)
        for action in actions:
            start = time.perf_counter()
            env.step(action)
            env.reset()
            times.append(time.perf_counter() - start)
    return np.array(times) * 1e6


def batches(endpoint):
    """Steps per second of a vector."""
    with counterpart("serve", endpoint), contextlib.closing(sextant.make_vec(endpoint, "null-v0", SLOTS)) as env:
        env.action_space.seed(1)
        actions = [env.action_space.sample() for _ in range(BATCHES)]
        env.reset(seed=1)
        start = time.perf_counter()
        for action in actions:
            env.step(action)
        return SLOTS * BATCHES / (time.perf_counter() - start)


def main():
    with tempfile.TemporaryDirectory() as folder:
        def endpoint():
            return f"ipc://{folder}/{time.monotonic_ns()}"

        rounds = [(bare(endpoint()), stepped(endpoint())) for _ in range(ROUNDS)]
        for name, times in (("bare pyzmq and relay", [a for a, _ in rounds]), ("sextant.make", [b for _, b in rounds])):
            p50, p99 = (min(np.quantile(each, q) for each in times) for q in (0.5, 0.99))
            print(f"{name:21} p50 {p50:6.1f} us  p99 {p99:6.1f} us")
        ratio = np.median([np.median(b) / np.median(a) for a, b in rounds])
        print(f"ratio of the medians  {ratio:.2f}, the middle one of {ROUNDS} rounds (goal: 1.5)")
        rate = max(batches(endpoint()) for _ in range(ROUNDS))
        print(f"sextant.make_vec      {rate:,.0f} steps/s in batches of {SLOTS}, best of {ROUNDS} (goal: 100,000)")


if __name__ == "__main__":
    main()
