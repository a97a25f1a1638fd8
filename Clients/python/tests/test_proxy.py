"""Proxies from end to end: trained on a log by the program, scored, and in an environment's place."""

import json
import sqlite3

import pytest
import sextant
from test_import import program

pytest.importorskip("pandas")
MANIFEST = """
study: runs
kind: sweep
environment: synthetic-dram10-v0
objective: { minimize: latency }
budget: 120
seeds: 2
sweep: { agent: [random, genetic] }
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("proxies")
    (folder / "runs.yaml").write_text(MANIFEST)
    program("run", "runs.yaml", cwd=folder)
    program(
        "proxy", "train", "sextant.db", "--environment", "synthetic-dram10-v0", "--metric", "latency",
        "--metric", "power", "--model", "ridge", "--hold", "0.2", "--output", "dram.proxy", cwd=folder)  # fmt: skip
    return folder


def test_training_says_what_it_learned_from(folder):
    found = json.loads(program("proxy", "list", "--json", cwd=folder).stdout)
    assert found["environment"] == "synthetic-dram10-v0" and found["id"].endswith("-synthetic-dram10-v0")
    assert found["card"]["agents"] == 2 and found["card"]["studies"] == 1
    assert [metric["metric"] for metric in found["metrics"]] == ["latency", "power"]
    head = json.loads((folder / "dram.proxy").read_text().splitlines()[0])
    assert head["format"] == "sextant-proxy" and head["hash"] == found["hash"]


def test_scoring_measures_on_designs_that_were_not_learned_from(folder):
    said = program(
        "proxy", "score", "dram.proxy", "sextant.db", "--fresh", "50", "--curve", "--page", "page.html", "--json",
        cwd=folder)  # fmt: skip
    scores = json.loads(said.stdout)
    assert {(test["designs"], test["metric"]) for test in scores["tests"]} == {
        (designs, metric) for designs in ("logged", "fresh") for metric in ("latency", "power")
    }
    for test in scores["tests"]:
        assert 0 < test["rmse_percent"] < test["variation_percent"] and 0.5 < test["coverage"] <= 1
    assert scores["microseconds_batched"] < scores["microseconds_single"] < 1e4
    assert scores["speedup_batched"] > 0 and scores["regret"]["latency"] >= 0
    assert len(scores["learning_curve"]) >= 4 and scores["importance"][0]["percent"] > 0
    page = (folder / "page.html").read_text()
    assert "How far off it is" in page and "learning-curve" in page


def test_a_proxy_stands_where_an_environment_does(folder):
    line = json.loads(program("evaluate", "proxy:dram.proxy", "--json", cwd=folder).stdout)
    assert line["status"] == "ok" and line["metrics"]["latency"] > 0
    careful = program("evaluate", "proxy:dram.proxy", "--option", "caution=2", "--json", cwd=folder)
    assert json.loads(careful.stdout)["metrics"]["latency"] > line["metrics"]["latency"]
    (folder / "inside.yaml").write_text(
        "study: inside\nenvironment: proxy:dram.proxy\nagent: genetic\nobjective: { minimize: latency }\nbudget: 60\n")
    program("run", "inside.yaml", cwd=folder)
    program("replay", "inside", "--all", cwd=folder)
    with sqlite3.connect(folder / "sextant.db") as database:
        rows = database.execute(f'SELECT DISTINCT _fidelity FROM "{line["environment"]}"').fetchall()
        real = database.execute('SELECT DISTINCT _fidelity FROM "synthetic-dram10-v0"').fetchall()
    assert rows == [("proxy",)] and real == [("model",)]
    assert "learned from" in program("envs", "proxy:dram.proxy", cwd=folder).stdout


def test_search_spends_its_budget_on_the_real_model(folder):
    said = program(
        "proxy", "search", "synthetic-dram10-v0", "--offline", "sextant.db", "--budget", "6", "--batch", "3",
        "--objective", "minimize cost", "--model", "ridge", "--log", "search.db", "--json", cwd=folder)  # fmt: skip
    lines = [json.loads(line) for line in said.stdout.splitlines()]
    assert len(lines) == 6 and all(line["status"] == "ok" for line in lines)
    frame = sextant.read_log(folder / "search.db", "synthetic-dram10-v0")
    assert sorted(frame["cost"]) == sorted(line["metrics"]["cost"] for line in lines)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["evaluate", "proxy:nothing.proxy"], 65, "there is no proxy at 'nothing.proxy'"),
        (["evaluate", "proxy:sextant.db"], 65, "is no proxy"),
        (["proxy", "train", "sextant.db", "--environment", "synthetic-dram10-v1"], 64, "synthetic-dram10-v0"),
        (["proxy", "train", "sextant.db", "--environment", "synthetic-dram10-v0", "--model", "boost"], 64, "boosted"),
        (["proxy", "train", "sextant.db", "--environment", "synthetic-dram10-v0", "--metric", "x"], 65, "no metric"),
        (["proxy", "score", "dram.proxy", "--fresh", "0"], 64, "nothing to score"),
    ],
)
def test_mistakes_get_a_sentence(folder, words, code, sentence):
    assert sentence in program(*words, cwd=folder, code=code).stderr
