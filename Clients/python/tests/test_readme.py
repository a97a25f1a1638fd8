"""What the README says is run as it stands, but for its endpoints."""

import re
import signal
import subprocess
import sys

import pytest
import sextant
from conftest import ROOT
from gymnasium.utils.env_checker import check_env
from test_work import wait_for

TEXT = (ROOT / "Clients" / "python" / "README.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


def block(words):
    (found,) = [each for each in BLOCKS if words in each]
    return found


def test_the_first_screen_has_a_search_and_a_simulator():
    first = "\n".join(TEXT.splitlines()[:40])
    assert "import optuna, sextant" in first and "sextant.work(Cache" in first


def test_the_optuna_loop_leaves_its_samples_in_the_log(tmp_path, monkeypatch):
    pytest.importorskip("optuna").logging.set_verbosity(30)
    monkeypatch.chdir(tmp_path)
    exec(block("import optuna"), {})
    frame = sextant.read_log("sextant.db", "dram-controller-v0")
    assert len(frame) == 50 and frame["latency"].min() < frame["latency"][0]


@pytest.mark.parametrize(("words", "id"), [("class Cache", "my-cache-v0"), ("class Walk", "my-walk-v0")])
@pytest.mark.filterwarnings("ignore:.*(infinity|render modes).*")
def test_the_simulators_are_served_and_pass_gymnasiums_checks(tmp_path, words, id):
    with sextant.start(["synthetic-dram10-v0"], log=tmp_path / "a.db", outside=True) as server:
        source = re.sub(r"sextant\.work\(.*", "", block(words))
        name = words.split()[1]
        script = f"import sextant\n{source}\nsextant.work({name}, {server.workers!r})"
        worker = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE)
        try:
            wait_for(server, id)
            env = sextant.make(server, id)
            check_env(env, skip_close_check=True)
            env.close()
        finally:
            worker.send_signal(signal.SIGINT)
            worker.communicate(timeout=20)
    assert worker.returncode == 130
    assert len(sextant.read_log(tmp_path / "a.db", id)) > 2


def test_the_other_blocks_run(tmp_path, monkeypatch):
    with sextant.start(log=tmp_path / "sextant.db") as server:
        names = {"sextant": sextant, "endpoint": server, "batches": [[{}, {"scheduler": "Fifo"}]] * 3}
        env = block("env = sextant.make").replace('"tcp://127.0.0.1:5755"', "endpoint")
        exec(env.replace("env.step(env.action(", "env.reset(); env.step(env.action("), names)
        assert names["env"].sample["page_policy"] == "Closed"
        exec(block("study.evaluate_all"), names)
        assert names["sample"].is_ok and len(names["study"].best.metrics) == 43
        monkeypatch.chdir(tmp_path)
        exec(block("read_log"), names)
        assert len(names["frame"]) == 9 and (tmp_path / "samples.parquet").exists()
