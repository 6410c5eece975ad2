"""Checks of what a component promises."""

import inspect
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from functools import partial
from typing import Any, TypeVar

from bench.core.asks import Draft
from bench.core.errors import ConfigError, MetricError, SetupError, nearest
from bench.core.signature import signature
from bench.core.types import Column, Document, Score, Summary
from bench.runner.engine import Engine
from bench.runner.plan import check_needs
from bench.runner.score import check_values

T = TypeVar("T")

_FACTS = {"columns": tuple, "needs": frozenset, "version": int, "apart": bool, "premade": bool}
_TOLERANCE = 1e-5  # values of a neural metric agree so closely, whatever shares its batch


def check_model(component: Any, documents: Sequence[Document]) -> None:
    """Check what a system promises: it summarises every document, and alike in whatever company.

    Args:
        component: The system.
        documents: Some that it is made for. What it asks has to get the same answer every time.

    Raises:
        AssertionError: what is wrong.
        SetupError: something that the system needs is missing.
    """
    _check_facts(component, documents)
    if hasattr(component, "prepare"):
        _check_texts("prepare(docs)", component.prepare(list(documents)))
    labels = [f"document {doc.id!r}" for doc in documents]

    def sampled(*sample: int) -> _Way:
        return lambda docs: _pooled([partial(component.summarise, doc, *sample) for doc in docs])

    with _opened(component):
        one = getattr(component, "summarise", None)
        samples = one is not None and "sample" in inspect.signature(one).parameters
        single = sampled(0) if samples else sampled()
        _check_alike(_ways(component, "summarise", single), documents, labels, _text, str.__eq__)
        if samples:
            _check_alike([sampled(1)], documents, [f"{x}, sample 1" for x in labels], _text, str.__eq__)


def check_metric(component: Any, pairs: Sequence[tuple[Document, Summary]]) -> None:
    """Check what a metric promises: it scores every pair, in its columns, and alike in whatever company.

    Every document is scored with an empty summary, too: systems do write them.

    Args:
        component: The metric.
        pairs: Documents that it is made for, with summaries. What it asks has to get the same answer
            every time.

    Raises:
        AssertionError: what is wrong.
        SetupError: something that the metric needs is missing.
    """
    _check_facts(component, [doc for doc, _ in pairs])
    columns: Sequence[Column] = getattr(component, "columns", ())
    if not columns or not all(isinstance(c, Column) for c in columns):
        raise AssertionError(f"columns is {columns!r}, expected a tuple of at least one Column")
    if len({c.name for c in columns}) < len(columns):
        raise AssertionError(f"columns: two have one name: {', '.join(c.name for c in columns)}")
    if hasattr(component, "prepare"):
        component.prepare([doc for doc, _ in pairs])
    if hasattr(component, "column_signature"):
        _check_texts("column_signature(name)", [component.column_signature(c.name) for c in columns])
    if hasattr(component, "notices"):
        _check_texts("notices(pairs)", component.notices(list(pairs)))
    every = [*pairs, *((doc, replace(summary, text="")) for doc, summary in pairs)]
    labels = [f"document {doc.id!r}" + ("" if s.text else " with an empty summary") for doc, s in every]

    def single(some: Sequence[tuple[Document, Summary]]) -> list[object]:
        return _pooled([partial(component.score, *pair) for pair in some])

    with _opened(component):
        ways = _ways(component, "score", single)
        scores = _check_alike(ways, every, labels, partial(_score, columns), _same)
        if hasattr(component, "aggregate"):
            _check_aggregate(component, columns, [s.stats for s in scores if s.stats])


_Way = Callable[[Sequence[Any]], Sequence[object]]  # from items to a result for each, or its exception


def _ways(component: Any, name: str, single: _Way) -> list[_Way]:
    ways = [single] if hasattr(component, name) else []
    batch = getattr(component, f"{name}_batch", None)
    if batch is not None:
        ways.append(partial(_batched, batch))
    if not ways:
        raise AssertionError(f"{type(component).__name__} has neither {name} nor {name}_batch")
    return ways


def _batched(batch: Callable[[list[Any]], Sequence[object]], items: Sequence[Any]) -> list[object]:
    try:
        return list(batch(list(items)))
    except SetupError:
        raise
    except Exception as e:  # noqa: BLE001 - told with the item
        return [e] * len(items)


def _pooled(calls: Sequence[Callable[[], object]]) -> list[object]:
    results: dict[int, object] = {}
    with Engine(None, log=lambda _: None, note=lambda _: None) as engine:
        for finished in engine.run(enumerate(calls)):
            results |= {done.tag: done.error or done.value for done in finished}
    return [results[i] for i in range(len(calls))]


def _check_alike(
    ways: Sequence[_Way],
    items: Sequence[Any],
    labels: Sequence[str],
    checked: Callable[[object], T],
    same: Callable[[T, T], bool],
) -> list[T]:
    """The result of each item, if it is the same alone, together with the others, and in reverse."""
    runs: list[Sequence[object]] = []
    for way in ways:
        runs += [[result for item in items for result in way([item])], way(items), way(items[::-1])[::-1]]
    if any(len(run) != len(items) for run in runs):
        raise AssertionError(f"{' or '.join(str(len(run)) for run in runs)} results for {len(items)} items")
    first = []
    for label, *results in zip(labels, *runs, strict=True):
        try:
            one, *others = map(checked, results)
        except AssertionError as e:
            raise AssertionError(f"{label}: {e}") from e.__cause__
        for other in others:
            if not same(one, other):
                raise AssertionError(f"{label}: {one!r} in one company, {other!r} in another")
        first.append(one)
    return first


def _text(result: object) -> str:
    text = result.text if isinstance(result, Draft) else _value(result)
    if not isinstance(text, str):
        raise AssertionError(f"expected a str or a Draft, found {type(text).__name__}")
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise AssertionError(f"half a character in {text!r}")
    return text


def _score(columns: Sequence[Column], result: object) -> Score:
    score = _value(result)
    if not isinstance(score, Score):
        raise AssertionError(f"expected a Score, found {type(score).__name__}")
    _check_values(columns, score.values)
    return score


def _value(result: object) -> object:
    if isinstance(result, Exception):
        raise AssertionError(f"it raised {type(result).__name__}: {result}") from result
    return result


def _check_values(columns: Sequence[Column], values: Mapping[str, float | None]) -> None:
    try:
        check_values(columns, values)
    except MetricError as e:
        raise AssertionError(e.message) from e


def _same(a: Score, b: Score) -> bool:
    def close(x: float | None, y: float | None) -> bool:
        return (
            x is y if x is None or y is None else math.isclose(x, y, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
        )

    return all(close(a.values[name], b.values[name]) for name in a.values) and (
        len(a.stats) == len(b.stats) and all(map(close, a.stats, b.stats))
    )


def _check_aggregate(component: Any, columns: Sequence[Column], stats: Sequence[Sequence[float]]) -> None:
    if len({len(s) for s in stats}) != 1:
        raise AssertionError("it has an aggregate, so its scores have stats, all of one length")
    values: Mapping[str, float] = component.aggregate(
        [math.fsum(column) for column in zip(*stats, strict=True)]
    )
    by_name = {c.name: c for c in columns}
    for name in values:
        if name not in by_name:
            raise AssertionError(f"aggregate: no column {name!r}{nearest(name, by_name)}")
    _check_values([by_name[name] for name in values], values)


def _check_facts(component: Any, documents: Sequence[Document]) -> None:
    if not documents:
        raise AssertionError("nothing to check it with: expected a document or more")
    parameters = {f.name for f in fields(component)} if is_dataclass(component) else set()
    if taken := sorted(parameters & _FACTS.keys()):
        raise AssertionError(f"{', '.join(taken)}: annotate it as ClassVar, or it becomes a parameter")
    for name, kind in _FACTS.items():
        if not isinstance(value := getattr(component, name, kind()), kind):
            raise AssertionError(f"{name} is {value!r}, expected {kind.__name__}")
    try:
        check_needs("test", type(component).__name__, component, documents)
        first, second = _signature(component), _signature(component)
    except (ConfigError, TypeError) as e:
        raise AssertionError(str(e)) from e
    if first != second:
        raise AssertionError(f"its signature is {first!r}, and then {second!r}")


def _signature(component: Any) -> str:
    held = fields(component) if is_dataclass(component) else ()
    inner = {
        f.name: _signature(value)
        for f in held
        if f.metadata.get("component") and (value := getattr(component, f.name)) is not None
    }
    return signature(type(component).__name__, component, inner)


def _check_texts(call: str, texts: object) -> None:
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise AssertionError(f"{call} returned {texts!r}, expected texts")


@contextmanager
def _opened(component: Any) -> Iterator[None]:
    for name in ("ready", "open"):
        if call := getattr(component, name, None):
            call()
    try:
        yield
    finally:
        if call := getattr(component, "close", None):
            call()
