"""The examples in C++ are compiled and run against a real server."""

import shutil
import signal
import subprocess

import pytest
import sextant
from conftest import ROOT
from test_work import wait_for

pytestmark = pytest.mark.skipif(shutil.which("g++") is None, reason="g++ is not installed")


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """Both programs, compiled side by side since the JSON library takes its time; gives one by its name."""
    folder, compilers = tmp_path_factory.mktemp("cpp"), {}
    for name in ("agent", "simulator"):
        source = ROOT / "Clients" / "cpp" / f"{name}.cpp"
        command = ["g++", "-std=c++17", "-Wall", "-Wextra", "-Werror", source, "-lzmq", "-o", folder / name]
        compilers[name] = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    def program(name):
        _, said = compilers[name].communicate() if compilers[name].returncode is None else ("", "")
        assert compilers[name].returncode == 0, said
        return folder / name

    return program


def test_an_agent_in_cpp_searches_and_its_samples_are_in_the_log(own_server, build):
    program = build("agent")
    done = subprocess.run([program, own_server.endpoint, "5"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("40 samples, best latency ")
    frame = sextant.read_log(own_server.log, "dram-controller-v0", study="cpp")
    assert len(frame) == 40 and float(done.stdout.split()[4]) == pytest.approx(frame["latency"].min(), rel=1e-4)
    done = subprocess.run([program, own_server.endpoint + "-not", "5"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "is `sextant serve` running?" in done.stderr


def test_a_simulator_in_cpp_is_searched_like_any_other(tmp_path, build):
    program = build("simulator")
    with sextant.start(["synthetic-dram10-v0"], log=tmp_path / "a.db", outside=True) as server:
        simulator = subprocess.Popen([program, server.workers], stderr=subprocess.PIPE, text=True)
        try:
            wait_for(server, "cpp-cache-v0")
            with sextant.Study(server, "cpp-cache-v0", objective="latency", workload="scan") as study:
                samples = study.evaluate_all([{"sets": 16, "ways": 2}, {"sets": 256, "ways": 16}])
                assert samples[0].metrics == {"latency": 81.1, "area": pytest.approx(16 * 2 * 64 * 2e-6 + 2e-3)}
                assert (samples[1].status, samples[1].reason) == ("infeasible", "does not fit on the die")
            env = sextant.make(server, "cpp-cache-v0")
            env.reset()
            assert env.step(env.action(sets=64, ways=1))[4]["latency"] == pytest.approx(1.05 + 80 / 2)
            env.close()
        finally:
            simulator.send_signal(signal.SIGTERM)
            _, said = simulator.communicate(timeout=20)
        assert simulator.returncode == 0, said
    assert sextant.read_log(tmp_path / "a.db", "cpp-cache-v0")["_status"].tolist() == ["ok", "infeasible", "ok"]
