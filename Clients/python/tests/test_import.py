"""Tables of other tools, brought into the log by the program."""

import csv
import sqlite3
import subprocess

import pytest
import sextant
from conftest import ROOT

pytest.importorskip("pandas")
GOLDEN = ROOT.parent / "shared" / "golden" / "dramsys_cloud1_random2000.csv"
OWN = """
environment: my-cache-v0
parameters: { sets: Sets, ways: Ways }
metrics: { latency: { column: lat_ns, unit: ns, positive: true } }
status: { column: status }
trial: seed
"""


def program(*words, cwd, code=0):
    done = subprocess.run([sextant.find_program(), *words], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    return done


def test_a_table_of_ones_own_becomes_a_study(tmp_path):
    rows = [f"{2**i},{j},{100 / 2**i + j},{'ok' if j < 3 else 'crash'},{j % 2}" for i in range(4) for j in range(1, 4)]
    (tmp_path / "runs.csv").write_text("\n".join(["Sets,Ways,lat_ns,status,seed", *rows]))
    (tmp_path / "map.yaml").write_text(OWN)
    said = program("import", "runs.csv", "--mapping", "map.yaml", cwd=tmp_path).stderr
    assert "Imported 12 samples of 2 trials of my-cache-v0 as runs, 4 of them failed" in said
    frame = sextant.read_log(tmp_path / "sextant.db", "my-cache-v0")
    assert len(frame) == 12 and set(frame["_label"]) == {"0", "1"} and set(frame["_fidelity"]) == {"imported"}
    assert frame["latency"].min() == 13.5 and frame["latency"].isna().sum() == 4
    assert (frame["_status"] == "failed").sum() == 4
    again = program("import", "runs.csv", "--mapping", "map.yaml", cwd=tmp_path, code=65)
    assert "the study 'runs' is in sextant.db already" in again.stderr
    assert "was imported" in program("replay", "runs", cwd=tmp_path, code=64).stderr


def test_an_import_that_was_killed_is_done_anew_whole(tmp_path):
    (tmp_path / "runs.csv").write_text("Sets,Ways,lat_ns,status,seed\n1,1,3,ok,1\n1,2,2,ok,1\n")
    (tmp_path / "map.yaml").write_text(OWN)
    program("import", "runs.csv", "--mapping", "map.yaml", cwd=tmp_path)
    with sqlite3.connect(tmp_path / "sextant.db") as database:
        database.execute("UPDATE trials SET status = 'running'")
    said = program("import", "runs.csv", "--mapping", "map.yaml", cwd=tmp_path).stderr
    assert "Removed what an import of runs left" in said and "Imported 2 samples" in said
    assert len(sextant.read_log(tmp_path / "sextant.db", "my-cache-v0")) == 2


def test_a_fault_in_the_last_row_leaves_nothing_behind(tmp_path):
    (tmp_path / "runs.csv").write_text("Sets,Ways,lat_ns,status,seed\n1,1,3,ok,1\n1,1,much,ok,1\n")
    (tmp_path / "map.yaml").write_text(OWN)
    said = program("import", "runs.csv", "--mapping", "map.yaml", cwd=tmp_path, code=65).stderr
    assert "'much' is no number" in said and "runs.csv:3" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["map.yaml", "runs.csv"]


@pytest.mark.skipif(not GOLDEN.exists(), reason="needs ../shared")
def test_two_thousand_runs_of_a_peer_are_samples_of_the_environment(tmp_path):
    draft = program("import", GOLDEN, cwd=tmp_path).stdout
    assert "environment: dram-controller-v0" in draft and "total_time_ns, unit: ns" in draft
    mapping = draft.replace("environment: dram-controller-v0", "environment: { id: dram-controller-v0, device: DDR3-1600 }")
    (tmp_path / "map.yaml").write_text(mapping)
    program("import", GOLDEN, "--mapping", "map.yaml", "--as", "peer", cwd=tmp_path)
    frame = sextant.read_log(tmp_path / "sextant.db", "dram-controller-v0")
    with open(GOLDEN) as file:
        rows = list(csv.DictReader(file))
    assert frame["total_time"].tolist() == [float(row["total_time_ns"]) for row in rows]
    assert frame["page_policy"].tolist() == [row["PagePolicy"] for row in rows]
    listed = program("studies", "peer", "--json", cwd=tmp_path).stdout
    assert '"samples":2000' in listed.replace(" ", "")
