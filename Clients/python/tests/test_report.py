"""Report pages in a real browser: drawn without a complaint, in light and dark, and reached by the keyboard."""

import json
import os
import re
import signal
import subprocess
import time
import xml.etree.ElementTree

import browser
import pytest
import sextant
from conftest import ROOT

VEGA = ROOT / ".venv" / "share" / "sextant" / "vega.js"
HOSTILE = "</script><script>document.title='broken'</script><b>&\"'"
MANIFESTS = {
    "sweep": """
        kind: sweep
        environment: synthetic-dram10-v0
        objective: { product: { latency: 1, power: 1 } }
        constraints: [ "latency <= 80000" ]
        budget: 60
        seeds: 3
        sweep: { agent: [random, { name: genetic, population: [8, 16] }] }""",
    "pareto": """
        kind: sweep
        environment: synthetic-dram10-v0
        objective: { pareto: [latency, power] }
        budget: 80
        seeds: 2
        sweep: { agent: [random, nsga2] }""",
    "lottery": """
        kind: lottery
        environment: synthetic-dram10-v0
        budget: 40
        seeds: 2
        lottery: { draws: 9, agents: [annealing, genetic] }""",
}
EXPECTED = {
    "sweep": {"best-by-samples", "best-by-time", "front-latency-power", "final-scores", "score-intervals"}
    | {"performance-profile", "probability-of-improvement", "rank-flips", "parameter-importance", "parameter-values"}
    | {"best-designs"},
    "pareto": {"front-latency-power", "hypervolume"},
    "lottery": {"best-of-draws", "variance-shares", "hyperparameter-importance", "final-scores"},
}
NAMES = "JSON.parse(document.getElementById('figures').textContent).map((one) => one.name)"


def sextant_run(*arguments, **environment):
    done = subprocess.run(
        [sextant.find_program(), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        env=os.environ | {"SEXTANT_VEGA": str(VEGA)} | environment,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """A log with a study of every kind, and one whose names are an attack."""
    folder = tmp_path_factory.mktemp("report")
    path = folder / "samples.db"
    for name, text in MANIFESTS.items():
        (folder / f"{name}.yaml").write_text("\n".join(line.strip() for line in text.strip().splitlines()))
        code, _, said = sextant_run("run", folder / f"{name}.yaml", "--log", path)
        assert code == 0, said
    with sextant.start(log=path) as server:
        for trial in ("one", "two"):
            label = HOSTILE + trial
            with sextant.Study(server, "synthetic-dram10-v0", study=HOSTILE, trial=label, agent=HOSTILE) as study:
                study.evaluate_all([{"request_buffer_size": size} for size in range(1, 9)])
    return path


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    program = browser.find()
    if program is None:
        pytest.skip("no Chromium is installed: make setup installs one")
    if not VEGA.exists():
        pytest.skip(f"no Vega at {VEGA}: make setup writes it")
    with browser.Browser(program, tmp_path_factory.mktemp("profile")) as page:
        yield page


def written(log, study, **environment):
    path = log.parent / f"{len(list(log.parent.glob('*.html')))}.html"
    code, _, said = sextant_run("report", study, "--log", log, "-o", path, **environment)
    assert code == 0, said
    return path


def draw(page, address):
    page.errors.clear()
    page.open(address)
    page.until(f"document.body.dataset.drawn === String({NAMES}.length)")


@pytest.mark.parametrize("study", [*MANIFESTS, HOSTILE])
def test_every_figure_is_drawn_without_a_complaint(log, chromium, study):
    path = written(log, study)
    for scheme in ("light", "dark"):
        chromium.scheme(scheme)
        draw(chromium, path.as_uri())
        assert chromium.errors == []
        names = set(chromium.run(NAMES))
        assert names >= EXPECTED.get(study, {"best-by-samples"})
        for name in names:
            marks = f"document.querySelectorAll('[id=\"{name}\"] .chart svg [class*=mark-] path').length"
            assert chromium.run(marks) > 1, name
        assert chromium.run("document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than the page"
        colour = chromium.run("getComputedStyle(document.body).backgroundColor")
        channels = [int(number) for number in re.findall(r"\d+", colour)[:3]]
        assert (sum(channels) > 600) == (scheme == "light")
        label = chromium.run("getComputedStyle(document.querySelector('.role-axis-label text')).fill")
        ink = [int(number) for number in re.findall(r"\d+", label)[:3]]
        assert abs(sum(ink) - sum(channels)) > 250, "labels can be read on the page's ground"
        if os.environ.get("SEXTANT_SCREENSHOTS"):
            kind = study if study in MANIFESTS else "hostile"
            chromium.screenshot(f"{os.environ['SEXTANT_SCREENSHOTS']}/{kind}-{scheme}.png")
    assert chromium.run("document.title") == f"{study} · Sextant report"
    assert chromium.run("performance.getEntriesByType('resource').length") == 0, "nothing was loaded"


def test_a_narrow_page_is_not_wider_than_its_window(log, chromium):
    chromium.resize(390, 800)
    try:
        draw(chromium, written(log, "lottery").as_uri())
        assert chromium.run("document.documentElement.scrollWidth <= innerWidth")
    finally:
        chromium.resize(1000, 900)


def test_tables_are_sorted_by_the_keyboard(log, chromium):
    draw(chromium, written(log, "sweep").as_uri())
    table = "[...document.querySelectorAll('h3')].find((one) => one.textContent === 'Trials').nextElementSibling"
    column = f"[...{table}.querySelectorAll('th')].findIndex((one) => one.textContent === 'seed')"
    cells = f"[...{table}.querySelectorAll('tbody tr')].map((one) => one.children[{column}].textContent)"
    before = chromium.run(cells)
    chromium.run("document.activeElement.blur()")
    for _ in range(200):
        chromium.tab()
        if chromium.run(f"document.activeElement.closest('th') === {table}.querySelectorAll('th')[{column}]"):
            break
    else:
        raise AssertionError("the heading was never reached by Tab")
    chromium.enter()
    assert chromium.run(cells) == sorted(before, key=int) != before
    assert chromium.run("document.activeElement.closest('th').getAttribute('aria-sort')") == "ascending"
    chromium.enter()
    assert chromium.run(cells) == sorted(before, key=int, reverse=True)


def test_figures_are_offered_in_three_forms(log, chromium):
    draw(chromium, written(log, "sweep").as_uri())
    # What would be saved is caught instead.
    chromium.run("""
        window.saved = {};
        window.blobs = new Map();
        window.make = URL.createObjectURL;
        URL.createObjectURL = (blob) => { const url = make(blob); blobs.set(url, blob); return url; };
        HTMLAnchorElement.prototype.click = function () {
            blobs.get(this.href).text().then((text) => { saved[this.download] = text; });
        };
        document.querySelectorAll("#best-by-samples [data-offer]").forEach((one) => one.click());
    """)
    chromium.until("Object.keys(window.saved).length === 3")
    saved = chromium.run("window.saved")
    assert xml.etree.ElementTree.fromstring(saved["best-by-samples.svg"]).tag.endswith("svg")
    lines = saved["best-by-samples.csv"].split("\r\n")
    assert lines[0] == "series,x,lower_quartile,median,upper_quartile,trials"
    spec = json.loads(saved["best-by-samples.vl.json"])
    assert len(spec["data"]["values"]) == len(lines) - 2
    assert chromium.errors == []


def test_the_numbers_of_a_figure_are_shown_as_a_table(log, chromium):
    draw(chromium, written(log, "sweep").as_uri())
    chromium.run("document.querySelector('#final-scores summary').click()")
    chromium.until("document.querySelectorAll('#final-scores details td').length > 10")


def test_the_theme_is_chosen_by_a_button_and_paper_is_white(log, chromium):
    chromium.scheme("light")
    draw(chromium, written(log, "sweep").as_uri())
    ground = "getComputedStyle(document.body).backgroundColor"
    light = chromium.run(ground)
    chromium.run("document.getElementById('theme').click()")
    assert chromium.run(ground) != light
    chromium.call("Emulation.setEmulatedMedia", media="print")
    assert chromium.run(ground) == "rgb(255, 255, 255)"
    assert chromium.run("getComputedStyle(document.querySelector('.offers')).display") == "none"
    chromium.call("Emulation.setEmulatedMedia", media="")


def test_without_vega_there_are_tables_and_a_sentence(log, chromium, tmp_path):
    path = tmp_path / "plain.html"
    code, _, said = sextant_run("report", "lottery", "--log", log, "-o", path, SEXTANT_VEGA="/none")
    assert code == 0 and "make setup" in said
    chromium.errors.clear()
    chromium.open(path.as_uri())
    assert chromium.errors == []
    assert chromium.run("document.querySelectorAll('figure').length > 10")
    assert chromium.run("[...document.querySelectorAll('figure')].every((one) => one.querySelector('td'))")
    assert chromium.run("document.querySelector('.notice').textContent.includes('make setup')")


def test_figures_are_written_for_a_paper(log, tmp_path):
    if not VEGA.exists():
        pytest.skip(f"no Vega at {VEGA}: make setup writes it")
    folder = tmp_path / "figures"
    code, _, said = sextant_run("report", "pareto", "--log", log, "-o", tmp_path / "a.html", "--figures", folder)
    assert code == 0 and "SVG" in said
    specs = sorted(folder.glob("*.vl.json"))
    assert len(specs) > 5
    for spec in specs:
        name = spec.name.removesuffix(".vl.json")
        assert json.loads(spec.read_text())["data"]["values"]
        assert (folder / f"{name}.csv").read_text().count("\n") > 1
        assert xml.etree.ElementTree.parse(folder / f"{name}.svg").getroot().tag.endswith("svg")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["lotery"], 64, "did you mean 'lottery'?"),
        (["lottery", "-o", "/proc/none/a.html"], 64, "can't be written"),
        (["lottery", "--figures", "/proc/none"], 64, "can't be made"),
        (["lottery", "--port", "80"], 64, "--port is for --live"),
        (["lottery", "--live", "-o", "a.html"], 64, "mean nothing"),
    ],
)
def test_mistakes_get_a_sentence(log, tmp_path, arguments, code, words):
    if "-o" not in arguments:
        arguments = [*arguments, *([] if "--port" in arguments else ["-o", tmp_path / "a.html"])]
    got, _, said = sextant_run("report", *arguments, "--log", log)
    assert got == code and words in said, said


def test_a_live_page_follows_its_study(log, chromium, tmp_path):
    path, program = tmp_path / "live.db", sextant.find_program()
    with sextant.start(log=path) as server, sextant.Study(
        server, "synthetic-dram10-v0", study="live", trial="one", agent="me"
    ) as study:
        study.evaluate_all([{"request_buffer_size": size} for size in range(1, 5)])
        command = [program, "report", "live", "--live", "--log", path]
        environment = os.environ | {"SEXTANT_VEGA": str(VEGA)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as serving:
            address = serving.stdout.readline().decode().strip()
            assert address.startswith("http://127.0.0.1:")
            draw(chromium, address)
            assert chromium.run("document.getElementById('live').textContent") == "live"
            samples = "[...document.querySelectorAll('.facts dt')].find((one) => one.textContent === 'samples')"
            assert chromium.run(f"{samples}.nextElementSibling.textContent").startswith("4 in")
            study.evaluate_all([{"request_buffer_size": size} for size in range(5, 8)])
            chromium.until(f"{samples}.nextElementSibling.textContent.startsWith('7 in')")
            chromium.until("document.querySelector('#best-by-samples .chart svg') !== null")
            assert chromium.errors == []
            serving.send_signal(signal.SIGINT)
            start = time.monotonic()
            assert serving.wait(timeout=20) == 130 and time.monotonic() - start < 10
            chromium.until("document.getElementById('live').dataset.state === 'lost'")
