"""The pytest plugin in real pytest processes: verdicts as tests, and a fixture for one's own assertions."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import Bench, environment
from tests.e2e.conftest import CONFIG, Calls

GATE = ("--bench", "config.yaml", "--bench-baseline", "main")
Pytest = Callable[..., str]


@pytest.fixture
def run_pytest(folder: Path) -> Pytest:
    """pytest in the small experiment's folder; the exit code is checked, the output returned."""

    def run(*args: str, expect: int = 0) -> str:
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *args]
        env = {k: v for k, v in environment().items() if not k.startswith("PYTEST")}
        done = subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


@pytest.fixture
def pytest_here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Pytest:
    """The same in this process, where starting Python would take the time."""
    monkeypatch.chdir(folder)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)

    def run(*args: str, expect: int = 0) -> str:
        alone = (
            "-p",
            "no:cacheprovider",
            "-p",
            "no:faulthandler",
            "--capture=sys",
            "--import-mode=importlib",
        )
        with redirect_stdout(StringIO()) as out, redirect_stderr(out):
            code = pytest.main([*alone, *args])
        assert code == expect, out.getvalue()
        return out.getvalue()

    return run


@pytest.fixture
def saved(bench_here: Bench, folder: Path, calls: Calls) -> Path:
    """The experiment with a baseline ``main``, a test of the user's own, and no run."""
    text = CONFIG.replace("models:", "gate: {columns: {capitals: {margin: 0.001}}}\nmodels:")
    (folder / "config.yaml").write_text(text, "utf-8")
    bench_here("gate", "config.yaml", "--set", "name=before", "--save", "main", cwd=folder)
    (folder / "test_own.py").write_text("def test_own(): raise SystemExit('collected')\n", "utf-8")
    calls()
    return folder


def changed(folder: Path, old: str, new: str) -> None:
    path = folder / "config.yaml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def test_only_the_gate_is_collected_a_test_for_each_system_and_column(
    run_pytest: Pytest, pytest_here: Pytest, saved: Path, calls: Calls
) -> None:
    listed = pytest_here(*GATE, "--collect-only", "-q")
    assert listed.splitlines()[:4] == [
        "config.yaml::lead1::outputs",
        "config.yaml::lead1::capitals.capitals",
        "config.yaml::once::outputs",
        "config.yaml::once::capitals.capitals",
    ]
    assert calls() == [], "nothing runs to collect"
    assert "4 passed" in run_pytest(*GATE, "-q")
    assert len([c for c in calls() if c.startswith("headline1")]) == 8


def test_a_regression_is_told_without_a_traceback(pytest_here: Pytest, saved: Path) -> None:
    changed(saved, "name: mine", "name: after")
    changed(saved, "{use: ./mine.py:Headline}", "{use: lead, with: {sentences: 2}}")
    out = pytest_here(*GATE, "-q", "--junitxml", "out.xml", expect=1)
    assert "once capitals.capitals" in out
    assert "once regressed: 0.028 → " in out
    assert "margin 0.001, 8 documents: 0 better, 0 same, 8 worse" in out
    assert "worst: doc" in out
    assert "Traceback" not in out
    assert "pytest_plugin.py" not in out
    assert "1 failed, 3 passed" in out
    failure = ET.fromstring((saved / "out.xml").read_text("utf-8")).find(
        ".//testcase[@name='capitals.capitals']/failure"
    )
    assert failure is not None
    assert "once regressed" in failure.attrib["message"]


def test_tests_are_picked_by_their_names_and_by_their_ids(pytest_here: Pytest, saved: Path) -> None:
    out = pytest_here(*GATE, "-q", "-k", "outputs", "./config.yaml::once")
    assert "1 passed, 1 deselected" in out


def test_several_workers_run_the_config_once(run_pytest: Pytest, saved: Path, calls: Calls) -> None:
    changed(saved, "name: mine", "limits: {max_failed: 0.5}\nname: shared")
    changed(
        saved,
        "{use: ./mine.py:Headline}",
        "{use: ./mine.py:Headline, with: {times: 1}}\n  failing: {use: ./mine.py:Picky}",
    )
    out = run_pytest(*GATE, "-q", "-n", "2")
    assert "4 passed" in out
    made = [c for c in calls() if c.startswith("picky")]
    assert sorted(made) == [f"picky doc{i:02}" for i in range(8)], "what fails is not tried by each worker"


OTHER = """\
class Other:
    def summarise(self, doc):
        return doc.headline.upper() if int(doc.id[3:]) % 2 else doc.headline.lower()
"""


def test_inconclusive_is_skipped_or_with_strict_fails(pytest_here: Pytest, saved: Path) -> None:
    (saved / "other.py").write_text(OTHER, "utf-8")
    changed(saved, "./mine.py:Headline", "./other.py:Other")
    assert "1 skipped" in pytest_here(*GATE, "-q", "-k", "once and capitals")
    assert "inconclusive" in pytest_here(*GATE, "-q", "-k", "once and capitals", "--bench-strict", expect=1)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--bench", "config.yaml"), 4, "--bench CONFIG needs --bench-baseline NAME"),
        (("--bench", "gone.yaml", "--bench-baseline", "main"), 4, "--bench gone.yaml: no such file"),
        (("--bench", "config.yaml", "--bench-baseline", "mian"), 2, "(did you mean 'main'?)"),
    ],
)
def test_mistakes_are_said_without_a_traceback(
    pytest_here: Pytest, saved: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    out = pytest_here(*arguments, expect=code)
    assert message in out
    assert "Traceback" not in out


def test_a_config_that_cannot_run_fails_each_test_with_what_is_wrong(
    pytest_here: Pytest, saved: Path
) -> None:
    changed(saved, "sentences: 1", "sentnces: 1")
    out = pytest_here(*GATE, "-q", expect=1)
    assert "(did you mean 'sentences'?)" in out
    assert "4 failed" in out
    assert "Traceback" not in out


def test_what_could_not_be_scored_is_not_green(pytest_here: Pytest, bench_here: Bench, saved: Path) -> None:
    text = (saved / "mine.py").read_text("utf-8")
    (saved / "results" / "baselines" / "main.jsonl").unlink()
    old = "        if not summary.text:"
    fails = (
        '        if summary.system == "once" and os.path.exists("broken"):\n            raise ValueError\n'
    )
    (saved / "mine.py").write_text(text.replace(old, fails + old), "utf-8")
    bench_here("gate", "config.yaml", "--set", "name=before", "--save", "main", cwd=saved)
    (saved / "broken").touch()
    changed(saved, "name: mine", "name: after")
    changed(saved, "{use: ./mine.py:Headline}", "{use: ./mine.py:Headline, with: {times: 2}}")
    out = pytest_here(*GATE, "-q", expect=1)
    assert "incomplete: 8 cells failed, limits.max_failed is 1 %" in out
    assert "4 failed" in out


def test_other_documents_are_refused_before_anything_runs(
    pytest_here: Pytest, saved: Path, calls: Calls
) -> None:
    (saved / "articles" / "doc07.txt").unlink()
    out = pytest_here(*GATE, "-q", expect=1)
    assert "different documents: not in now: 1 document (doc07)" in out
    assert calls() == []


OWN = """\
def test_scores(bench_run):
    run = bench_run("config.yaml", limit=4)
    assert run is bench_run("config.yaml", limit=4)
    values = run.table().cells["once", "capitals.capitals"].values
    assert min(values) > 0


def test_again(bench_run):
    assert len(bench_run("config.yaml", limit=4).table().doc_ids) == 4
"""


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_fixture_runs_a_config_for_assertions_of_ones_own(
    run_pytest: Pytest, pytest_here: Pytest, folder: Path, calls: Calls, workers: tuple[str, ...]
) -> None:
    (folder / "test_own.py").write_text(OWN, "utf-8")
    run = run_pytest if workers else pytest_here
    assert "2 passed" in run("-q", *workers)
    assert len([c for c in calls() if c.startswith("headline1")]) == 4


def test_without_the_option_nothing_of_bench_is_loaded(run_pytest: Pytest, folder: Path) -> None:
    (folder / "test_own.py").write_text(
        "import sys\n"
        "def test_own():\n"
        "    loaded = {m for m in sys.modules if m.partition('.')[0] == 'bench'}\n"
        "    assert loaded == {'bench', 'bench.pytest_plugin'}\n"
        "    assert 'numpy' not in sys.modules\n",
        "utf-8",
    )
    assert "1 passed" in run_pytest("-q", "-W", "error", "-p", "no:hypothesispytest")
