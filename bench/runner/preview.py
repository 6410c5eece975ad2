"""What a run would ask models, without asking them: for a dry run."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from bench.core.asks import Ask, Measure
from bench.core.errors import SetupError
from bench.runner import manifest
from bench.runner.cache import Answers, key_of
from bench.runner.component import asks, describe_error
from bench.runner.generate import Cell, starter, unfinished_summaries
from bench.runner.plan import Plan, System


@dataclass(frozen=True, slots=True)
class Forecast:
    """Questions of one system that no kept answer spares, and that no system before it asks.

    Attributes:
        prompts: Distinct questions.
        known: How many questions have a kept answer.
        input_tokens: Tokens to read.
        most_output: Most tokens that are written in answer.
        exact: Whether the model's own tokenizer counted.
        cost: Highest price; None where the config gives none.
        final: The system asks nothing that depends on an answer; else these are its first questions.
        failing: Why cells would fail before they ask anything, each reason with its count.
    """

    prompts: int
    known: int
    input_tokens: int
    most_output: int
    exact: bool
    cost: float | None
    final: bool
    failing: dict[str, int]


def forecast(plan: Plan, run: Path | None, cache: Path | None) -> dict[str, Forecast]:
    """The first questions of the systems that ask models, for the summaries that ``run`` lacks.

    Dialogues are begun and left; a system that asks nobody would do its work, and is not called. Nothing
    is written and no model is loaded.

    Args:
        plan: What would be done.
        run: The directory in which it would go on, if there is one.
        cache: Folder of the kept answers; None where none are to be used.

    Raises:
        SetupError: something is missing that measuring a question needs, such as a tokenizer.
    """
    todo = unfinished_summaries(plan, run)
    since = manifest.since(manifest.load(run)) if run else 0.0
    kept = Answers(cache, lambda _: None, since=since, writable=False)
    seen: set[bytes] = set()
    try:
        return {
            s.label: _forecast(s, todo[s.label], kept, seen)
            for s in plan.systems
            if todo[s.label] and asks(s.component, "summarise")
        }
    finally:
        kept.close()


def _forecast(system: System, todo: list[Cell], kept: Answers, seen: set[bytes]) -> Forecast:
    measures: list[Measure] = []
    known = 0
    failing: dict[str, int] = {}
    start = starter(system)
    for cell in todo:
        try:
            for ask in _first_questions(start(cell)):
                signature = ask.backend.signature
                key = key_of(signature, ask.content())
                if key in seen:
                    continue
                if ask.cached and kept.get(signature, key) is not None:
                    known += 1
                else:
                    measures.append(ask.backend.measure(ask))
                seen.add(key)
        except SetupError:
            raise
        except (Exception, SystemExit) as e:  # noqa: BLE001 - as in a run: it fails this cell only
            why = describe_error(e)
            failing[why] = failing.get(why, 0) + 1
    costs = [m.most_cost for m in measures if m.most_cost is not None]
    return Forecast(
        prompts=len(measures),
        known=known,
        input_tokens=sum(m.input_tokens for m in measures),
        most_output=sum(m.most_output for m in measures),
        exact=all(m.exact for m in measures),
        cost=sum(costs) if costs else None,
        final=bool(getattr(system.component, "once", False)),
        failing=failing,
    )


def _first_questions(answer: object) -> list[Ask]:
    """What a dialogue asks first; nothing where there is none, or where it ends without a question."""
    if not isinstance(answer, Generator):
        return []
    try:
        return list(next(answer))
    except StopIteration:
        return []
    finally:
        answer.close()
