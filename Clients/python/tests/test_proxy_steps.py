"""Proxies of steps from end to end: learned from logged episodes, scored, and stepped by agents."""

import json
import os
import shutil
import sqlite3

import pytest
from test_import import program

pytestmark = pytest.mark.skipif(
    not (os.environ.get("SEXTANT_ABC") or any(map(shutil.which, ["berkeley-abc", "yosys-abc", "abc"]))),
    reason="needs ABC")
MANIFEST = """
study: steps
kind: sweep
objective: { accumulate: gain }
record: observations
budget: 160
seeds: 1
sweep:
  environment: [{ id: logic-synthesis-v0, design: [divider, maximum], width: 5, length: 4, preset: abc-rl }]
  agent: [random]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("steps")
    (folder / "steps.yaml").write_text(MANIFEST)
    program("run", "steps.yaml", cwd=folder)
    program(
        "proxy", "train", "sextant.db", "--environment", "logic-synthesis-v0", "--option", "design=divider", "--metric",
        "ands", "--metric", "gain", "--model", "ridge", "--hold", "0.3", "--output", "own.proxy",
        cwd=folder)  # fmt: skip
    return folder


def test_scores_are_of_states_and_episodes_that_were_not_learned_from(folder):
    scores = json.loads(program("proxy", "score", "own.proxy", "sextant.db", "--json", cwd=folder).stdout)
    numbers = {number["name"]: number for number in scores["numbers"]}
    assert {"ands", "gain"} <= set(numbers) and "area" not in numbers
    size = numbers["ands"]
    assert size["metric"] and 0 < size["steps"] < 12 * 4 and 0 < size["episodes"] <= 12
    assert 0 < size["step_percent"] < size["still_step_percent"]
    assert "nothing changes" in program("proxy", "score", "own.proxy", "sextant.db", cwd=folder).stdout


def test_agents_step_through_it(folder):
    found = json.loads(program("proxy", "list", "--json", cwd=folder).stdout)
    assert found["of"] == "steps" and found["card"]["designs"] > 20
    (folder / "inside.yaml").write_text(
        "study: inside\nenvironment: proxy:own.proxy\nagent: ppo\nobjective: { accumulate: gain }\n"
        "budget: 64\nbatch: 4\n")
    for study in ["inside", "again"]:
        program("run", "inside.yaml", "--as", study, "--log", f"{study}.db", cwd=folder)
    told = []
    for study in ["inside", "again"]:
        with sqlite3.connect(folder / f"{study}.db") as database:
            told.append(database.execute(
                f'SELECT _fidelity, _step, op, ands, gain, _terminated FROM "{found["id"]}" ORDER BY _number').fetchall())
    assert told[0] == told[1] and len(told[0]) == 64
    assert {(row[0], row[1], row[5]) for row in told[0]} == {("proxy", step, int(step == 3)) for step in range(4)}
    assert len({row[3] for row in told[0]}) > 10


def test_several_circuits_are_learned_together_where_that_is_asked_for(folder):
    words = ["proxy", "train", "sextant.db", "--environment", "logic-synthesis-v0"]
    words += ["--metric", "gain", "--model", "ridge"]
    assert "different options" in program(*words, cwd=folder, code=64).stderr
    said = program(*words, "--across", "design", "--output", "both.proxy", "--json", cwd=folder).stdout
    assert "design=" not in json.loads(said)["options"] and "width=5" in json.loads(said)["options"]
    own = program("proxy", "score", "own.proxy", "sextant.db", "--option", "design=maximum", "--json", cwd=folder)
    # Where episodes of another circuit begin nothing was learned, so that all of them are scored.
    assert json.loads(own.stdout)["numbers"][0]["episodes"] >= 40


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["proxy", "score", "own.proxy"], 64, "is scored on episodes of a log"),
        (["proxy", "export", "own.proxy"], 65, "is of steps"),
        (
            ["proxy", "search", "logic-synthesis-v0", "--offline", "sextant.db", "--option", "design=divider"], 64,
            "single designs",
        ),
    ],
)  # fmt: skip
def test_what_is_for_designs_alone_says_so(folder, words, code, sentence):
    assert sentence in program(*words, cwd=folder, code=code).stderr


def test_a_log_without_observations_is_refused(folder):
    bare = MANIFEST.replace("record: observations\n", "").replace("study: steps", "study: bare")
    (folder / "bare.yaml").write_text(bare)
    program("run", "bare.yaml", "--log", "bare.db", cwd=folder)
    said = program(
        "proxy", "train", "bare.db", "--environment", "logic-synthesis-v0", "--option", "design=divider", cwd=folder,
        code=65).stderr  # fmt: skip
    assert "without observations" in said and "record: observations" in said
