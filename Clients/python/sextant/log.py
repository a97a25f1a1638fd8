"""Reading the log of samples, a SQLite file, with pandas; needs the extra `log`: pip install 'sextant[log]'."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np

from .errors import SextantError, unknown

if TYPE_CHECKING:
    import pandas
    import pyarrow

PathLike = str | os.PathLike[str]

# What a sample's trial is, in front of its own columns.
_TRIAL = {
    "_study": "studies.name", "_label": "trials.label", "_agent": "trials.agent", "_settings": "trials.settings",
    "_seed": "trials.seed", "_options": "trials.options",
}  # fmt: skip
_FLAGS = {"_terminated", "_truncated", "_cached"}
_BLOBS = {"_observation": "<f8", "_next_observation": "<f8", "_legal": "u1", "_next_legal": "u1"}
_PAGE = 20_000


def read_log(
    path: PathLike, environment: str | None = None, *, study: str | None = None, trial: str | None = None
) -> pandas.DataFrame:
    """The samples of an environment in a log as a frame, of one study or trial where they are named.

    There is a column per parameter and per metric and, beginning with an underscore, what the log notes of each sample
    and its trial (`_study`, `_label`, `_number`, `_reward`, `_violation`, `_status`, …). Inactive parameters and missing
    metrics are missing values. Observations are arrays, and have columns only where they were recorded. The environment
    may be left out where the log has only one. The file is opened read-only, also beside a running server.

    Raises `SextantError` for a file that is no log, or a name that it does not hold, with a guess.
    """
    import pandas as pd

    with _Reading(path, environment, study, trial) as reading:
        pages = [[list(column) for column in zip(*page, strict=True)] for page in reading.pages()]
        data = {}
        for place, (name, kind) in enumerate(reading.columns.items()):
            cells = [cell for page in pages for cell in page[place]]
            if name in _BLOBS and not any(cell is not None for cell in cells):
                continue
            data[name] = _series(pd, name, kind, cells)
    return pd.DataFrame(data)


def _series(pd: Any, name: str, kind: str, cells: list[Any]) -> Any:
    if name in _BLOBS:
        return pd.Series([None if cell is None else np.frombuffer(cell, _BLOBS[name]) for cell in cells], dtype=object)
    if name in _FLAGS:
        return pd.Series(cells, dtype="bool")
    if kind == "REAL":
        return pd.Series(cells, dtype="float64")
    if kind == "INTEGER":
        return pd.Series(cells, dtype="Int64" if None in cells else "int64")
    return pd.Series(cells, dtype=object)


def export_parquet(
    path: PathLike, to: PathLike, environment: str | None = None, *, study: str | None = None, trial: str | None = None
) -> int:
    """Writes what `read_log` reads as a Parquet file, page by page, and returns how many samples it has."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"INTEGER": pa.int64(), "REAL": pa.float64(), "BLOB": pa.binary()}
    with _Reading(path, environment, study, trial) as reading:
        fields = [(name, pa.bool_() if name in _FLAGS else kinds.get(kind, pa.string()))
                  for name, kind in reading.columns.items()]  # fmt: skip
        schema = pa.schema(fields)
        count = 0
        with pq.ParquetWriter(os.fspath(to), schema) as writer:
            for page in reading.pages():
                writer.write_table(_table(pa, schema, page))
                count += len(page)
    return count


def _table(pa: Any, schema: pyarrow.Schema, page: list[tuple[Any, ...]]) -> pyarrow.Table:
    arrays = []
    for entry, cells in zip(schema, zip(*page, strict=True), strict=True):
        if entry.type == pa.bool_():
            arrays.append(pa.array([bool(cell) for cell in cells], entry.type))
        elif entry.type == pa.string():
            arrays.append(pa.array([None if cell is None else str(cell) for cell in cells], entry.type))
        else:
            arrays.append(pa.array(cells, entry.type))
    return pa.Table.from_arrays(arrays, schema=schema)


class _Reading:
    """A query over a log that is open for it."""

    def __init__(self, path: PathLike, environment: str | None, study: str | None, trial: str | None) -> None:
        self._log = _open(Path(path))
        try:
            view = self._view(environment)
            own = self._types(view)
            self.columns = {**{name: "TEXT" for name in _TRIAL}, **own}
            trial_columns = [f"{column} AS {name}" for name, column in _TRIAL.items()]
            chosen = trial_columns + [f"samples.{_quoted(name)}" for name in own]
            wanted = {"studies.name": study, "trials.label": trial}
            self._values = [value for value in wanted.values() if value is not None]
            self._check(study, trial)
            conditions = [f"{column} = ?" for column, value in wanted.items() if value is not None]
            self._sql = (
                f"SELECT {', '.join(chosen)} FROM {_quoted(view)} AS samples"
                " JOIN trials ON trials.id = samples._trial JOIN studies ON studies.id = trials.study"
                f" WHERE {' AND '.join(conditions) or 'true'} ORDER BY samples._trial, samples._number"
            )
        except BaseException:
            self._log.close()
            raise

    def _view(self, environment: str | None) -> str:
        names = [name for (name,) in self._log.execute("SELECT DISTINCT environment FROM spaces ORDER BY 1")]
        if environment is None:
            if len(names) == 1:
                return str(names[0])
            hint = "name one of: " + ", ".join(names) if names else "no sample was logged yet"
            raise SextantError("usage", f"the log has samples of {len(names)} environments", hint)
        if environment not in names:
            raise unknown("usage", "environment", environment, names)
        return environment

    def _check(self, study: str | None, trial: str | None) -> None:
        for kind, name, sql in (("study", study, "SELECT name FROM studies"), ("trial", trial, "SELECT label FROM trials")):
            known = [each for (each,) in self._log.execute(sql)] if name is not None else []
            if name is not None and name not in known:
                raise unknown("usage", kind, name, known)

    def _types(self, view: str) -> dict[str, str]:
        """The columns of a view with their types, which a union of several tables hides."""
        declared: dict[str, str] = {}
        tables = self._log.execute("SELECT table_name FROM spaces WHERE environment = ?", [view]).fetchall()
        for (table,) in tables:
            for _, name, kind, *_ in self._log.execute(f"PRAGMA table_info({_quoted(table)})"):
                # The same name may hold whole numbers in one space and others in the next.
                widens = declared.get(name, kind) == "INTEGER" and kind == "REAL"
                declared[name] = kind if widens else declared.get(name, kind)
        shown = self._log.execute(f"PRAGMA table_info({_quoted(view)})")
        return {name: declared.get(name, "TEXT") for _, name, *_ in shown}

    def pages(self) -> Iterator[list[tuple[Any, ...]]]:
        """The rows, some at a time."""
        with closing(self._log.execute(self._sql, self._values)) as cursor:
            while page := cursor.fetchmany(_PAGE):
                yield page

    def __enter__(self) -> _Reading:
        return self

    def __exit__(self, *_: object) -> None:
        self._log.close()


def _open(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise SextantError("log-unusable", f"there is no log at '{path}'")
    try:
        log = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, timeout=5)
        (mark,) = log.execute("PRAGMA application_id").fetchone()
        tables = log.execute("SELECT count(*) FROM sqlite_master WHERE name = 'spaces'").fetchone()[0]
    except sqlite3.Error as error:
        raise SextantError("log-unusable", f"the log '{path}' can't be read: {error}") from None
    if mark != 0x5358544E or not tables:
        log.close()
        raise SextantError("log-unusable", f"'{path}' is not a log of Sextant")
    return log


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
