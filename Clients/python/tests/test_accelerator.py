"""Every published run of Timeloop can be asked again: a line of a batch names network, architecture and mapping."""

from __future__ import annotations

import csv
import json
import re
import subprocess

import pytest
import sextant
from conftest import ROOT

GOLDEN = ROOT.parent / "shared" / "golden" / "accel_public.csv"


def numbers(text: str) -> dict[str, int]:
    """`C=3 M=64` as numbers."""
    return {name: int(value) for name, value in (word.split("=") for word in text.split())}


def primes(number: int) -> list[int]:
    factors, divisor = [], 2
    while number > 1:
        while number % divisor == 0:
            factors.append(divisor)
            number //= divisor
        divisor += 1
    return factors


def unroll(factors: list[tuple[str, int]], columns: int, rows: int) -> tuple[dict, dict] | None:
    """The first way to lay factors along columns and rows that fits; the table does not say which was taken."""
    if not factors:
        return {}, {}
    (letter, prime), rest = factors[0], factors[1:]
    for axis, room in ((0, columns), (1, rows)):
        if prime <= room:
            below = unroll(rest, columns // prime if axis == 0 else columns, rows // prime if axis == 1 else rows)
            if below:
                below[axis][letter] = below[axis].get(letter, 1) * prime
                return below
    return None


def line(row: dict[str, str]) -> dict:
    """A row of the table as a line of a batch."""
    rename = {"M": "K", "C": "G"} if row["op"] == "dwconv" else {"M": "K"}

    def dimension(letter: str) -> str:
        return rename.get(letter, letter)

    extents: dict[str, int] = {"K": 1, "C": 1}
    for letter, extent in numbers(row["dims"]).items():
        name = dimension(letter)
        extents[name] = extents.get(name, 1) * extent
    head = ",".join(["layer", *extents, "stride_h", "stride_w"])
    body = ",".join(["row", *(str(extent) for extent in extents.values()), row["stride"], row["stride"]])
    mesh = [int(word) for word in re.findall("[0-9]+", row["mesh"])]
    levels, meshes = [], {}
    for text in row["hw"].split(";"):
        name, words = text.split(":")
        level: dict = {"name": name.strip().lower()}
        for key, value in (word.split("=") for word in words.split() if "=" in word):
            name_of = {"words": "words", "block": "block", "rbw": "read_bandwidth", "wbw": "write_bandwidth"}
            if key in name_of and value != "inf":
                level[name_of[key]] = float(value) if "bw" in key else int(value)
        if level["name"] == "glb":
            level["mesh"] = [mesh[0], 1 if row["arch"] == "C" else mesh[1]]
        if level["name"] == "pebuf":
            level["mesh"] = [mesh[1], 1]
        meshes[level["name"]] = level.get("mesh", [1, 1])
        levels.append(level)
    mapping = []
    for text in row["mapping"].split("|"):
        name = text.split("[")[0].strip().lower()
        keep = text.split("[")[1].split("]")[0].replace("keep", "").strip() or "-"
        inner, _, spatial = text.split(")", 1)[1].partition(" S ")
        loops = [(dimension(word[0]), int(word[1:])) for word in inner.split() if word[1:].isdigit()]
        places = [(dimension(word[0]), int(word[1:])) for word in spatial.split() if word[1:].isdigit()]
        columns, rows = unroll([(letter, p) for letter, n in places for p in primes(n)], *meshes[name]) or ({}, {})
        entry = {"level": name, "keep": keep}
        for key, factors in (("loops", loops[::-1]), ("x", columns.items()), ("y", rows.items())):
            if factors:
                entry[key] = " ".join(f"{letter}{factor}" for letter, factor in factors)
        mapping.append(entry)
    return {
        "network": f"{head}\n{body}\n", "layer": "row",
        "architecture": {"technology": "normalised", "levels": levels}, "mapping": {"levels": mapping},
    }


@pytest.mark.skipif(not GOLDEN.exists(), reason="the table of published runs is not beside the project")
def test_every_published_run_is_a_line_of_a_batch():
    rows = [row for row in csv.DictReader(GOLDEN.open()) if row["peer"] == "timeloop-v2.0"]
    batch = "\n".join(json.dumps(line(row)) for row in rows)
    run = subprocess.run(
        [sextant.find_program(), "evaluate", "accelerator-mapping-v0", "--batch", "-", "--json"], input=batch,
        text=True, capture_output=True, timeout=300, check=False)
    assert run.returncode == 0, run.stderr
    answers = [json.loads(answer) for answer in run.stdout.splitlines()]
    assert len(answers) == len(rows) == 150
    for row, answer in zip(rows, answers):
        assert answer["status"] == "ok", row["id"]
        (cycles, energy), bar = (answer["metrics"][name] for name in ("cycles", "energy")), row["halo"] == "clean"
        assert abs(cycles - float(row["cycles"])) <= max(1, (2e-5 if bar else 0.05) * float(row["cycles"])), row["id"]
        assert abs(energy * 1e6 / float(row["energy_pJ"]) - 1) <= (1e-6 if bar else 0.05), row["id"]


def test_what_is_wrong_with_a_line_is_pointed_at():
    for text, word in (
        ('{"layer": "conv7"}', "conv7"), ('{"mapping": "no-such.yaml"}', "no-such.yaml"),
        ('{"mapping": {"levels": [{"level": "drum"}]}}', "drum"), ('{"layre": "1"}', "layre"),
    ):
        run = subprocess.run(
            [sextant.find_program(), "evaluate", "accelerator-mapping-v0", "--batch", "-"], input=text, text=True,
            capture_output=True, timeout=60, check=False)
        assert run.returncode in (64, 65), run.stderr
        assert word in run.stderr, run.stderr


def test_lines_may_go_back_to_options_that_others_had():
    lines = [{"tokens": tokens, "dataflow": flow} for flow in ("flat", "fusemax") for tokens in ("1024", "4096")]
    run = subprocess.run(
        [sextant.find_program(), "evaluate", "accelerator-attention-v0", "--batch", "-", "--json"],
        input="\n".join(map(json.dumps, lines)), text=True, capture_output=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    for line, answer in zip(lines, map(json.loads, run.stdout.splitlines()), strict=True):
        assert answer["options"]["tokens"] == line["tokens"] and answer["action"]["dataflow"] == line["dataflow"]
