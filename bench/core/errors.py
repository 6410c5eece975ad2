"""What can go wrong, and with which exit code.

BenchError                     exit  meaning
├─ ConfigError                  2    usage or configuration
│  └─ ComponentError                 a component's code raised where that is no document's failure
├─ DataError                    2    documents, references or outputs
├─ SetupError                   4    something that is needed is missing
│  ├─ MissingExtra                   an optional package
│  └─ Offline                        a hub that cannot be reached
├─ IncompleteError              3    nothing was scored
├─ InferenceError               1    a system failed on a document: becomes an error record
│  ├─ TooLong                        more text than the model takes
│  └─ OutOfMemory                    a batch was too large: the engine halves it
├─ MetricError                  1    a metric failed on a pair: becomes an error record
└─ StoreError                   5    results that cannot be read or written
   ├─ CorruptRecord                  a line that cannot be read
   ├─ SchemaMismatch                 written by another version
   └─ RunLocked                      another process is writing
"""

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class BenchError(Exception):
    """A mistake or a condition that a user can act on: what, where, and what to do about it."""

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(BenchError):
    """The configuration, or the command line, asks for something that does not exist."""


class ComponentError(ConfigError):
    """Code of a model, metric or reader raised outside of what is a failure of one document."""


class DataError(BenchError):
    """A document, a reference or an output cannot be used; ``file`` and ``line`` say where."""

    def __init__(self, message: str, hint: str = "", *, file: str = "", line: int | None = None) -> None:
        where = file if line is None else f"{file}:{line}"
        super().__init__(f"{where}: {message}" if where else message, hint)
        self.file = file
        self.line = line
        self.reason = message


class SetupError(BenchError):
    """A dependency, weights or the network are missing."""

    exit_code = 4


class MissingExtra(SetupError):
    """An optional package is needed; the hint is the command that installs it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} is not installed", f'pip install "summbench[{extra}]"')


class Offline(SetupError):
    """A hub cannot be reached, or must not be (``--offline``)."""


class IncompleteError(BenchError):
    """Too many cells failed, or nothing was scored."""

    exit_code = 3


class InferenceError(BenchError):
    """A system could not summarise one document."""

    exit_code = 1


class TooLong(InferenceError):
    """A text is longer than the model takes, and is not to be cut."""


class OutOfMemory(InferenceError):
    """A batch does not fit into memory."""


class MetricError(BenchError):
    """A metric could not score one pair."""

    exit_code = 1


class StoreError(BenchError):
    """A run directory cannot be read or written."""

    exit_code = 5


class CorruptRecord(StoreError):
    """A line in the middle of an append-only file is not a record."""

    def __init__(self, file: str, byte: int, detail: str) -> None:
        super().__init__(
            f"{file}: byte {byte}: {detail}",
            "Only the last line of a file can be torn by an interruption; this file was changed. "
            "Restore it, or start afresh with --rerun.",
        )
        self.file = file
        self.byte = byte


class SchemaMismatch(StoreError):
    """Results were written in a format that this version does not read."""


class RunLocked(StoreError):
    """Another process is writing the same run."""

    def __init__(self, path: str, pid: int, host: str) -> None:
        super().__init__(
            f"{path}: in use by process {pid} on {host}",
            "Wait for it, or stop it; its work is kept and the same command goes on.",
        )
        self.pid = pid
        self.host = host


@contextmanager
def user_code(where: str, call: str) -> Iterator[None]:
    """Turn whatever ``call`` of the component ``where`` raises into an error that names both.

    Raises:
        ComponentError: ``models.m: open() failed: RuntimeError: no GPU``.
    """
    try:
        yield
    except BenchError:
        raise
    except (Exception, SystemExit) as e:
        text = " ".join(f"{type(e).__name__}: {e}".split())
        raise ComponentError(f"{where}: {call} failed: {text}", "BENCH_DEBUG=1 shows where.") from e


def nearest(name: str, choices: Iterable[str]) -> str:
    """`` (did you mean 'x'?)`` for the closest choice, or nothing."""
    found = difflib.get_close_matches(name, list(choices), n=1, cutoff=0.6)
    return f" (did you mean '{found[0]}'?)" if found else ""
