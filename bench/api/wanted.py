"""Which systems of which runs a user names: ``RUN``, ``RUN:LABEL`` and a baseline."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.core.errors import ConfigError, DataError, nearest
from bench.core.types import ScoreTable, SystemInfo
from bench.runner import directory, manifest
from bench.runner.table import load_table

Where = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Part:
    """A run: its name among the others, its directory, its manifest and its values."""

    name: str
    path: Path
    about: Mapping[str, Any]
    table: ScoreTable


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be compared; systems are (name of the run, label).

    Attributes:
        parts: The runs by name; the first is what others are compared with.
        chosen: The systems.
        baseline: The one that all are compared with; None where those of the first run are, by label.
    """

    parts: Mapping[str, Part]
    chosen: tuple[tuple[str, str], ...]
    baseline: tuple[str, str] | None

    def label(self, system: tuple[str, str]) -> str:
        """Of a system in the table of all runs: ``run:label`` if there are several."""
        return ":".join(system) if len(self.parts) > 1 else system[1]

    @property
    def first(self) -> Part:
        """The run that was named first."""
        return next(iter(self.parts.values()))


def wanted(runs: Sequence[Where], baseline: str | None = None) -> Wanted:
    """Find what is named.

    Args:
        runs: ``RUN`` is all systems of a run but those apart, ``RUN:LABEL`` is one of them.
        baseline: A label of the first run, or ``RUN:LABEL``.

    Raises:
        ConfigError: no such system.
        DataError: no such run.
    """
    if not runs:
        raise DataError("no run is named", "bench compare results/NAME")
    named = [located(run) for run in runs]
    reference = None if baseline is None else _baseline(named[0][0], baseline)
    everything = [*named, *([reference] if reference else [])]
    same: dict[Path, Path] = {}  # one run may be named by several paths
    for path, _ in everything:
        same.setdefault(path.resolve(), path)
    parts = {part.path.resolve(): part for part in _parts(same.values())}
    for path, label in everything:
        if label is not None:
            _known(parts[path.resolve()], label)
    if reference is None:
        (path, label), *others = named
        if label is not None and others:
            reference, named = (path, label), others
        elif len(parts) == 1:
            only = parts[path.resolve()]
            reference = path, default_baseline(only.about["config"], only.table.systems)
    chosen = [
        (part.name, s.label)
        for part, label in ((parts[path.resolve()], label) for path, label in named)
        for s in part.table.systems
        if s.label == label or (label is None and not s.apart)
    ]
    return Wanted(
        parts={part.name: part for part in parts.values()},
        chosen=tuple(dict.fromkeys(chosen)),
        baseline=(parts[reference[0].resolve()].name, reference[1]) if reference else None,
    )


def directories(runs: Sequence[Where], baseline: str | None = None) -> list[Path]:
    """Of the runs that are named, each once: that of the baseline first, then as they are named.

    Raises:
        DataError: no such run.
    """
    paths = [located(run)[0] for run in runs]
    if baseline is not None:
        paths.insert(0, _baseline(paths[0], baseline)[0])
    return list({path.resolve(): path for path in paths}.values())


def located(run: Where) -> tuple[Path, str | None]:
    """The directory that ``RUN`` or ``RUN:LABEL`` names, and the label.

    A label begins behind the first colon that stands behind a run; it may have colons itself.

    Raises:
        DataError: no such run.
    """
    text = os.fspath(run)
    if not Path(text).exists():
        for at in (i for i, c in enumerate(text) if c == ":"):
            if _is_there(text[:at]):
                return directory.find(text[:at]), text[at + 1 :]
    return directory.find(text), None


def _is_there(run: str) -> bool:
    folder, at, _ = run.rpartition("@")
    return Path(run).exists() or bool(at and folder and Path(folder).is_dir())


def _baseline(first: Path, text: str) -> tuple[Path, str]:
    """A label of the first run before ``RUN:LABEL``."""
    if text not in manifest.load(first)["systems"] and ":" in text:
        path, label = located(text)
        if label is not None:
            return path, label
    return first, text


def default_baseline(config: Mapping[str, Any], systems: Sequence[SystemInfo]) -> str:
    """``compare.baseline`` of a config, else the first system that is not apart, else the first.

    Of a run that was made without its baseline, it is the first, too.
    """
    said = config.get("compare", {}).get("baseline")
    if said in {s.label for s in systems}:
        return str(said)
    return next((s.label for s in systems if not s.apart), systems[0].label)


def _known(part: Part, label: str) -> None:
    labels = [s.label for s in part.table.systems]
    if label not in labels:
        what = f"no system '{label}' in {part.name}{nearest(label, labels)}"
        raise ConfigError(what, f"There are: {', '.join(labels)}.")


def _parts(paths: Iterable[Path]) -> Iterator[Part]:
    """Runs by the shortest name that only one has: the experiment, with its digest, with its time."""
    about = {path: manifest.load(path) for path in paths}
    experiments = Counter(a["name"] for a in about.values())
    digests = Counter((a["name"], a["digest"]) for a in about.values())
    for path, a in about.items():
        name = str(a["name"])
        if experiments[name] > 1:
            name += f"@{a['digest']}" if digests[name, a["digest"]] == 1 else f"/{path.name}"
        yield Part(name, path, a, load_table(path, a))
