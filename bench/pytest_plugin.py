"""``pytest --bench CONFIG --bench-baseline NAME``: a gate's verdicts as tests; a fixture that runs configs.

With ``--bench`` nothing but the gate is collected: a test for each system and column, and one for the outputs
of each system. The config is run once, by the first test that needs it, and with pytest-xdist by one worker.
Without it pytest is as it was, and nothing of bench is loaded but this file.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from bench.api import Run
    from bench.core.errors import BenchError
    from bench.report.gate import Gate


class Runs(Protocol):
    """Runs a config and gives the run; the same config with the same arguments is run once."""

    def __call__(self, config: str | os.PathLike[str], **arguments: Any) -> "Run":
        """Arguments are those of :func:`bench.run`."""


class _Worse(Exception):
    """A verdict that fails; its text is all that there is to say."""


_GATE = pytest.StashKey["Gate | BenchError"]()
_RUNS = pytest.StashKey["dict[str, Run]"]()


@pytest.fixture(scope="session")
def bench_run(pytestconfig: pytest.Config) -> Runs:
    """``bench_run("configs/quickstart.yaml", limit=5)``: a finished run, for assertions of your own."""

    def run(config: str | os.PathLike[str], **arguments: Any) -> "Run":
        from bench.api import run as run_config

        path = os.fspath(config)
        return _run_once(pytestconfig, path, arguments, lambda: run_config(path, **arguments))

    return run


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("bench", "summarisation benchmark")
    group.addoption("--bench", metavar="CONFIG", help="Collect only the gate of this config.")
    group.addoption("--bench-baseline", metavar="NAME", help="The baseline to gate against, or its file.")
    group.addoption("--bench-out", metavar="DIR", default="results", help="Folder of the results [results].")
    group.addoption(
        "--bench-strict", action="store_true", help="Inconclusive fails instead of being skipped."
    )


def pytest_configure(config: pytest.Config) -> None:
    """With ``--bench`` the config is the only file that tests are collected from."""
    if path := config.getoption("bench"):
        if not config.getoption("bench_baseline"):
            raise pytest.UsageError("--bench CONFIG needs --bench-baseline NAME")
        if not Path(path).is_file():
            raise pytest.UsageError(f"--bench {path}: no such file")
        # path::system::column, as a report names it, still picks one.
        named = [a for a in config.args if "::" in a and Path(a.partition("::")[0]) == Path(path)]
        config.args[:] = named or [path]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "pytest.Collector | None":
    """The config itself, when it was named."""
    path = parent.config.getoption("bench")
    if not path or not file_path.samefile(path):
        return None
    return BenchFile.from_parent(parent, path=file_path)


class BenchFile(pytest.File):
    """A config; its systems hold the tests."""

    def collect(self) -> "Iterator[BenchSystem]":
        """Systems that the baseline has, without running anything."""
        from bench.api import gated_cells
        from bench.core.errors import BenchError

        option = self.config.getoption
        try:
            cells = gated_cells(option("bench"), option("bench_baseline"), results=option("bench_out"))
        except BenchError as e:
            raise self.CollectError(_told(e)) from None
        for system, columns in cells.items():
            yield BenchSystem.from_parent(self, name=system, columns=columns)


class BenchSystem(pytest.Collector):
    """A system; its tests are the columns and the outputs."""

    def __init__(self, *, columns: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.columns = columns

    def collect(self) -> "Iterator[BenchItem]":
        """One for each column, and ``outputs``."""
        for column in ("outputs", *self.columns):
            yield BenchItem.from_parent(self, name=column, system=self.name)


class BenchItem(pytest.Item):
    """One verdict."""

    def __init__(self, *, system: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.system = system

    def runtest(self) -> None:
        """Run the config if no other test has, and look at the verdict.

        Raises:
            _Worse: it got worse.
        """
        from bench.report import gate_lines

        gate = _gate(self.config)
        if self.name == "outputs":
            (o,) = (o for o in gate.outputs if o.system == self.system)
            if o.broken:
                raise _Worse(f"broken: {gate_lines.outputs(o)}")
            return
        (v,) = (v for v in gate.verdicts if (v.system, v.heading.id) == (self.system, self.name))
        lines = [f"{self.system} {v.state}: {gate_lines.figures(v)}", *gate_lines.said(v, gate)]
        lines += [f"worst: {gate_lines.fall(f, v)}" for f in v.worst]
        if v.state == "inconclusive" and not self.config.getoption("bench_strict"):
            pytest.skip("; ".join(lines))
        if v.state in ("regressed", "inconclusive"):
            raise _Worse("\n".join(lines))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any) -> Any:
        """No traceback for a verdict or a user's mistake."""
        from bench.core.errors import BenchError
        from bench.report.escape import visible

        if isinstance(excinfo.value, _Worse):
            return "\n".join(map(visible, str(excinfo.value).split("\n")))
        if isinstance(excinfo.value, BenchError):
            return _told(excinfo.value)
        return super().repr_failure(excinfo, *args)

    def reportinfo(self) -> tuple[Path, None, str]:
        """The config, the system and the column."""
        return self.path, None, f"{self.system} {self.name}"


def _gate(config: pytest.Config) -> "Gate":
    """The verdicts; an error is kept, too, so that a run that cannot work is not tried by every test.

    Raises:
        BenchError: the config cannot run, or the run cannot be gated.
    """
    from bench.api import gate, incomplete, run_to_gate
    from bench.core.errors import BenchError, IncompleteError

    if _GATE not in config.stash:
        path, against, out = (config.getoption(f"bench{name}") for name in ("", "_baseline", "_out"))
        try:
            run = _run_once(config, path, [against, out], lambda: run_to_gate(path, against, results=out))
            judged = gate(run, against, results=out)
            if not judged.regressed and (lacking := incomplete(run)):
                raise IncompleteError(f"{run.path}: {lacking}")
            found: Gate | BenchError = judged
        except BenchError as e:
            found = e
        config.stash[_GATE] = found
    found = config.stash[_GATE]
    if isinstance(found, BenchError):
        raise found
    return found


def _run_once(config: pytest.Config, path: str, arguments: Any, make: "Callable[[], Run]") -> "Run":
    """Of the workers of pytest-xdist the first one makes it, and the others wait and read what it made."""
    key = json.dumps([str(Path(path).resolve()), arguments], sort_keys=True, default=str)
    runs = config.stash.setdefault(_RUNS, {})
    if key not in runs:
        runs[key] = _shared(config, key, make) if hasattr(config, "workerinput") else make()
    return runs[key]


def _shared(config: pytest.Config, key: str, make: "Callable[[], Run]") -> "Run":
    from bench.api import load
    from bench.runner.directory import locked

    name = f"bench-{hashlib.sha256(key.encode()).hexdigest()[:16]}"
    folder = config._tmp_path_factory.getbasetemp().parent  # type: ignore[attr-defined]
    record = folder / f"{name}.json"
    with locked(folder, f"{name}.lock", wait=True):
        if record.exists():
            return load(json.loads(record.read_bytes()))
        run = make()
        record.write_text(json.dumps(str(run.path)), "utf-8")
        return run


def _told(error: "BenchError") -> str:
    from bench.report.escape import visible

    return "\n".join(visible(line) for text in (error.message, error.hint) for line in text.splitlines())
