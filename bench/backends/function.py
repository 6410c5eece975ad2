"""A checker that is somebody's own function, asked like a model: answers are kept, equal questions shared."""

import hashlib
import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.core.asks import Ask, Log, Measure
from bench.core.errors import ConfigError, InferenceError, nearest
from bench.core.readings import Classified, Classify
from bench.core.registry import load_file

_NAME = "score"
# Words of a batch, and so pairs at a time for a function that takes several.
_BUDGET = 20_000


@dataclass(frozen=True, slots=True)
class FunctionBackend:
    """A function in a file.

    Attributes:
        file: The file.
        name: Of the function, which is ``(premise, claim) -> float`` or, with one parameter,
            ``(pairs) -> list of float``; probabilities of support in [0, 1].
        digest: SHA-256 of the file. Files that it imports are not in it.
    """

    file: str
    name: str
    digest: str

    @property
    def signature(self) -> str:
        """The file's content, and the function in it."""
        return f"function|{Path(self.file).name}:{self.name}|sha256:{self.digest[:16]}"

    def count(self, text: str) -> int:
        """Words of a text."""
        return len(text.split())

    def measure(self, ask: Ask) -> Measure:
        """Words of the pair."""
        return Measure(_words(ask), 0, exact=False)

    def ready(self) -> None:
        """See whether the function is there.

        Raises:
            ConfigError: it is not, or the file cannot be imported.
        """
        self.function()

    def function(self) -> Callable[..., Any]:
        """The function.

        Raises:
            ConfigError: it is not there, or the file cannot be imported.
        """
        file = Path(self.file)
        try:
            module = load_file(file, self.digest[:16])
        except (Exception, SystemExit) as e:
            raise ConfigError(f"{file}: cannot be imported: {type(e).__name__}: {e}") from e
        found: Callable[..., Any] | None = getattr(module, self.name, None)
        if not callable(found):
            own = [n for n, v in vars(module).items() if inspect.isfunction(v)]
            hint = f"Functions there: {', '.join(own)}." if own else ""
            raise ConfigError(f"{self.file}: no function '{self.name}'{nearest(self.name, own)}", hint)
        return found

    def open(self, _log: Log) -> "FunctionSession":
        """Import the file."""
        return FunctionSession(self.function(), f"{Path(self.file).name}:{self.name}")


def locate_function(path: str) -> FunctionBackend:
    """The function that ``./file.py`` or ``./file.py:name`` names; it is not imported.

    Raises:
        ConfigError: there is no such file.
    """
    file, _, name = path.partition(".py:")
    place = Path(f"{file}.py" if name else path).expanduser()
    if not place.is_file():
        beside = [p.name for p in place.parent.glob("*.py")] if place.parent.is_dir() else []
        raise ConfigError(f"function: no file {place}{nearest(place.name, beside)}")
    digest = hashlib.sha256(place.read_bytes()).hexdigest()
    return FunctionBackend(str(place), name or _NAME, digest)


class FunctionSession:
    """An imported function.

    Args:
        function: It takes a premise and a claim, or a list of pairs of them.
        name: For messages.
    """

    def __init__(self, function: Callable[..., Any], name: str) -> None:
        self._function = function
        self._name = name
        self._several = _takes_several(function)

    @property
    def about(self) -> Mapping[str, str | int | float]:
        """Nothing is known of what a function uses."""
        return {"device": "function"}

    def close(self) -> None:
        """Nothing is held."""

    @property
    def budget(self) -> int:
        """Most words of a batch."""
        return _BUDGET

    def length(self, ask: Ask) -> int:
        """Words of the pair."""
        return _words(ask)

    def answer(self, batch: Sequence[Ask]) -> Sequence[Classified | InferenceError]:
        """What the function says of each pair; an error where it is no number in [0, 1]."""
        pairs = [(ask.premise, ask.hypothesis) for ask in batch if isinstance(ask, Classify)]
        assert len(pairs) == len(batch)
        if not self._several:
            found = [self._function(*pair) for pair in pairs]
        else:
            found = list(self._function(pairs))
            if len(found) != len(pairs):
                raise InferenceError(f"{self._name} gave {len(found)} scores for {len(pairs)} pairs")
        return [self._checked(value, ask) for value, ask in zip(found, batch, strict=True)]

    def _checked(self, value: Any, ask: Ask) -> Classified | InferenceError:
        try:
            number = float(value)
        except (TypeError, ValueError):
            return InferenceError(f"{self._name} returned {value!r}, expected a number from 0 to 1"[:300])
        if not (math.isfinite(number) and 0 <= number <= 1):
            return InferenceError(f"{self._name} returned {number}, expected a number from 0 to 1")
        return Classified((number,), _words(ask))


def _takes_several(function: Callable[..., Any]) -> bool:
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # compiled code does not say
        return False
    places = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    needed = [p for p in parameters if p.kind in places and p.default is p.empty]
    return len(needed) == 1 and not any(p.kind is p.VAR_POSITIONAL for p in parameters)


def _words(ask: Ask) -> int:
    assert isinstance(ask, Classify)
    return len(ask.premise.split()) + len(ask.hypothesis.split())
