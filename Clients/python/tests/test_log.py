"""The log as a frame and as Parquet."""

import os
import sqlite3

import numpy as np
import pytest
import sextant

pandas = pytest.importorskip("pandas")
ID = "dram-controller-full-v0"


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    path = tmp_path_factory.mktemp("log") / "a log's name?.db"
    with sextant.start(log=path) as server:
        for trial in ("one", "two"):
            with sextant.Study(server, ID, objective="latency", study="s", trial=trial, agent="me", seed=7) as study:
                study.evaluate_all([{"refresh_policy": policy} for policy in ("NoRefresh", "AllBank")])
        with sextant.Study(server, "synthetic-dram10-v0", study="t", trial="one") as study:
            study.evaluate()
        # Read beside the running server.
        assert len(sextant.read_log(path, ID)) == 4
    return path


def test_a_frame_has_a_column_per_parameter_and_metric(log):
    frame = sextant.read_log(log, ID)
    assert frame["_label"].tolist() == ["one", "one", "two", "two"] and (frame["_agent"] == "me").all()
    assert frame["refresh_policy"].tolist() == ["NoRefresh", "AllBank"] * 2
    assert frame["latency"].dtype == np.float64 and frame["_terminated"].dtype == bool
    assert frame["refresh_max_postponed"].isna().tolist() == [True, False] * 2, "inactive ones are missing"
    assert frame["request_buffer_size"].dtype == np.int64
    assert "_observation" not in frame
    with sqlite3.connect(log) as database:
        energies = [row[0] for row in database.execute(f'SELECT energy FROM "{ID}" ORDER BY _trial, _number')]
    assert frame["energy"].tolist() == energies


def test_a_study_or_trial_can_be_chosen(log):
    assert len(sextant.read_log(log, ID, study="s", trial="two")) == 2
    assert len(sextant.read_log(log, ID, study="t")) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "the log has samples of 2 environments"),
        ({"environment": "dram-controler-full-v0"}, f"did you mean '{ID}'?"),
        ({"environment": ID, "study": "u"}, "no study named 'u'"),
        ({"environment": ID, "trial": "tw"}, "did you mean 'two'?"),
    ],
)
def test_what_the_log_does_not_hold_is_told(log, arguments, words):
    with pytest.raises(sextant.SextantError) as caught:
        sextant.read_log(log, **arguments)
    assert words in str(caught.value)


def test_what_is_no_log_is_told(tmp_path):
    with pytest.raises(sextant.SextantError, match="there is no log"):
        sextant.read_log(tmp_path / "none.db")
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE spaces (environment)")
    with pytest.raises(sextant.SextantError, match="is not a log of Sextant"):
        sextant.read_log(tmp_path / "other.db")
    (tmp_path / "text.db").write_text("text" * 1000)
    with pytest.raises(sextant.SextantError, match="can't be read"):
        sextant.read_log(tmp_path / "text.db")


def test_parquet_holds_the_same(log, tmp_path):
    pytest.importorskip("pyarrow")
    path = tmp_path / "samples.parquet"
    assert sextant.export_parquet(log, path, ID) == 4
    assert os.path.getsize(path) > 0
    columns, frame = pandas.read_parquet(path), sextant.read_log(log, ID)
    for name in ("latency", "energy", "page_policy", "_cached", "_number", "_label"):
        assert columns[name].tolist() == frame[name].tolist()
