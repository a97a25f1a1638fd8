"""A prior that one study learns from another on other instances of its environment."""

import pytest
import sextant
from test_import import program

pytest.importorskip("pandas")
ID = "dram-controller-v0"
TRAINING = f"""
study: training
kind: sweep
objective: {{ minimize: latency }}
budget: 60
sweep: {{ environment: [{{ id: {ID}, requests: 300, workload: [stream, random] }}], agent: [random] }}
"""
SEARCH = f"""
study: search
kind: sweep
environment: {{ id: {ID}, requests: 300, workload: mixed }}
objective: {{ minimize: latency }}
budget: 24
batch: 4
sweep:
  cases:
    - {{ agent: {{ name: mcts, gate: closed }}, transfer: training }}
    - {{ agent: {{ name: mcts, gate: open }}, transfer: training }}
    - {{ agent: random, budget: 12 }}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "training.yaml").write_text(TRAINING)
    (tmp_path / "search.yaml").write_text(SEARCH)
    program("run", "training.yaml", cwd=tmp_path)
    return tmp_path


def designs(folder, study, trial):
    frame = sextant.read_log(folder / "sextant.db", ID, study=study)
    rows = frame[frame["_label"] == trial].sort_values("_number")
    return rows[[name for name in frame.columns if not name.startswith("_")]].values.tolist()


def test_what_was_good_elsewhere_leads_a_search_and_the_same_way_again(folder):
    program("run", "search.yaml", "--workers", "1", cwd=folder)
    program("run", "search.yaml", "--workers", "2", "--as", "again", cwd=folder)
    trials = ["mcts-closed-s1", "mcts-open-s1", "random-s1"]
    first, again = ([designs(folder, study, trial) for trial in trials] for study in ("search", "again"))
    assert first == again
    assert [len(rows) for rows in first] == [24, 24, 12]
    assert first[0] != first[1]
    said = program("run", "search.yaml", "--resume", "--set", "budget=30", cwd=folder)
    assert said.returncode == 0
    assert designs(folder, "search", "mcts-open-s1")[:24] == first[1]


def test_a_study_that_has_nothing_to_teach_is_named(folder):
    same = "the study 'training' has no samples of dram-controller-v0 with other options"
    said = program(
        "run", "search.yaml", "--set", "environment={ id: synthetic-dram10-v0 }", cwd=folder, code=65).stderr  # fmt: skip
    assert same.replace(ID, "synthetic-dram10-v0") in said
    text = SEARCH.replace("transfer: training", "transfer: trainings")
    (folder / "wrong.yaml").write_text(text)
    said = program("run", "wrong.yaml", cwd=folder, code=64).stderr
    assert "no study named 'trainings'" in said and "did you mean 'training'?" in said
