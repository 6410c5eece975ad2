"""What authors of components test with: a scripted backend, and checks that find broken promises."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest

from bench import Column, Document, Score, Summary
from bench.core.asks import Dialogue, Draft, Generate, Generation, Turn, generate
from bench.core.errors import InferenceError, OutOfMemory, SetupError
from bench.metrics.chrf import Chrf
from bench.metrics.length import Length
from bench.metrics.rouge import Rouge
from bench.models.lead import Lead
from bench.models.random_ import Random
from bench.testing import Scripted, answer, check_metric, check_model

DOCUMENTS = [
    Document(f"d{i}", f"The harbour {i} opened. It cost {i + 3} pounds. Ships may enter.", ("It opened.",))
    for i in range(3)
]
PAIRS = [(doc, Summary(doc.id, "s", "s", f"Harbour number {i}.")) for i, doc in enumerate(DOCUMENTS)]


def ask(backend: Scripted, text: str) -> Generate:
    return Generate(backend, (Turn("system", "You are brief."), Turn("user", text)))


@dataclass(frozen=True)
class Asking:
    """A system that asks; ``backend`` would be made of parameters."""

    backend: Scripted = field(metadata={"sig": None})
    words: int = 3

    def summarise(self, doc: Document) -> Dialogue[Draft]:
        (first,) = yield from generate([ask(self.backend, doc.text)])
        return Draft(" ".join(first.text.split()[: self.words]), first.finish)


# The scripted backend


def test_a_script_is_a_function_of_the_last_turn_or_a_mapping() -> None:
    for script in (str.upper, {"a b": "A B", "c": "C"}):
        backend = Scripted(script)

        def talk(backend: Scripted = backend) -> Dialogue[list[Generation]]:
            return (yield from generate([ask(backend, "a b"), ask(backend, "c")]))

        assert answer(talk()) == [
            Generation("A B", input_tokens=2, output_tokens=2),
            Generation("C", input_tokens=1, output_tokens=1),
        ]
        assert [[a.turns[-1].text for a in batch] for batch in backend.batches] == [["a b"], ["c"]]


def test_a_script_may_have_failures_and_knows_what_it_has_not() -> None:
    backend = Scripted({"a": InferenceError("refused")})

    def talk() -> Dialogue[list[str]]:
        answers = yield [ask(backend, "a"), ask(backend, "b")]
        return [str(a) for a in answers]

    assert answer(talk()) == ["refused", "the script has no answer to 'b'"]


def test_a_scripted_backend_can_be_out_of_memory() -> None:
    session = Scripted(str.upper, memory=4).open(lambda _: None)
    backend = session.backend
    assert session.answer([ask(backend, "a b"), ask(backend, "c")])
    with pytest.raises(OutOfMemory):
        session.answer([ask(backend, "a b"), ask(backend, "c"), ask(backend, "d")])
    assert [len(batch) for batch in backend.batches] == [2, 3]


def test_a_scripted_backend_measures_in_words() -> None:
    backend = Scripted(str.upper)
    assert backend.measure(ask(backend, "a b c")).input_tokens == 3


def test_backends_of_one_name_are_interchangeable() -> None:
    assert Scripted({}, "x").signature == Scripted(str.upper, "x").signature != Scripted({}, "y").signature


# A dialogue by itself


def test_a_dialogue_is_driven_to_its_end_and_its_exceptions_are_raised() -> None:
    backend = Scripted(lambda prompt: InferenceError("no") if prompt == "bad" else prompt)

    def talk(text: str) -> Dialogue[str]:
        for i in range(2):
            (a,) = yield from generate([ask(backend, f"{text}")])
            text = f"{a.text}{i}"
        return text

    assert answer(talk("x")) == "x01"
    with pytest.raises(InferenceError, match="no"):
        answer(talk("bad"))


# Models


def test_the_checks_find_nothing_in_components_that_keep_their_promises() -> None:
    check_model(Lead(), DOCUMENTS)
    check_model(Random(seed=3), DOCUMENTS)
    check_model(Asking(Scripted(str.upper)), DOCUMENTS)
    check_metric(Length(), PAIRS)
    check_metric(Rouge(), PAIRS)
    check_metric(Chrf(), PAIRS)


def model(summarise: Callable[[Document], Any], **more: Any) -> Any:
    return type("Model", (), {"summarise": staticmethod(summarise), **more})()


COUNT = itertools.count()


@pytest.mark.parametrize(
    ("component", "message"),
    [
        (model(lambda doc: f"{next(COUNT)}"), r"document 'd0': '\d+' in one company, '\d+' in another"),
        (model(lambda doc: 1 / 0), "document 'd0': it raised ZeroDivisionError: division by zero"),
        (model(lambda doc: None), "document 'd0': expected a str or a Draft, found NoneType"),
        (model(lambda doc: "\ud800"), "document 'd0': half a character"),
        (model(lambda doc: "x", version="2"), "version is '2', expected int"),
        (model(lambda doc: "x", needs={"document"}), "needs is {'document'}, expected frozenset"),
        (model(lambda doc: "x", needs=frozenset({"sources"})), "unknown need 'sources'"),
        (model(lambda doc: "x", needs=frozenset({"headline"})), "needs the headline, and 3 of 3 documents"),
        (model(lambda doc: "x", prepare=lambda *_: None), r"prepare\(docs\) returned None, expected texts"),
        (model(lambda doc: "x", signature_parts=lambda _: {"n": next(COUNT)}), "its signature is"),
        (object(), "object has neither summarise nor summarise_batch"),
    ],
)
def test_a_model_that_breaks_a_promise_is_told_what(component: Any, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_model(component, DOCUMENTS)


@dataclass(frozen=True)
class Batched:
    how: Callable[[Sequence[Document]], list[Any]] = field(metadata={"sig": None})

    def summarise_batch(self, docs: Sequence[Document]) -> list[Any]:
        return self.how(docs)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        (lambda docs: [f"{len(docs)}"] * len(docs), "document 'd0': '1' in one company, '3' in another"),
        (lambda docs: [d.text for d in docs][:2], "3 or 2 or 2 results for 3 items"),
        (lambda docs: [docs[0].text for _ in docs], "in one company"),
        (
            lambda docs: ["b" if i and docs[i - 1].id > d.id else "a" for i, d in enumerate(docs)],
            "document 'd0': 'a' in one company, 'b' in another",
        ),
        (lambda docs: [docs[9]], "document 'd0': it raised IndexError"),
    ],
)
def test_a_batch_must_not_matter(how: Callable[[Sequence[Document]], list[Any]], message: str) -> None:
    check_model(Batched(lambda docs: [d.text for d in docs]), DOCUMENTS)
    with pytest.raises(AssertionError, match=message):
        check_model(Batched(how), DOCUMENTS)


def test_samples_are_checked_where_a_system_has_them() -> None:
    @dataclass(frozen=True)
    class Sampling:
        broken: bool = False

        def summarise(self, doc: Document, sample: int) -> str:
            return f"{doc.id} {next(COUNT) if self.broken and sample else sample}"

    check_model(Sampling(), DOCUMENTS)
    with pytest.raises(AssertionError, match="document 'd0', sample 1: 'd0"):
        check_model(Sampling(broken=True), DOCUMENTS)


def test_parameters_must_be_such_that_a_signature_can_be_written() -> None:
    @dataclass(frozen=True)
    class Strange:
        parameter: Any = object()  # noqa: RUF009 - any object will do

        def summarise(self, doc: Document) -> str:
            return doc.text

    with pytest.raises(AssertionError, match="type object cannot be written into a signature"):
        check_model(Strange(), DOCUMENTS)


def test_facts_must_not_be_parameters() -> None:
    @dataclass(frozen=True)
    class Needy:
        needs: frozenset[str] = frozenset()

        def summarise(self, doc: Document) -> str:
            return doc.text

    with pytest.raises(AssertionError, match="needs: annotate it as ClassVar"):
        check_model(Needy(), DOCUMENTS)


def test_a_component_is_opened_and_closed_around_its_work() -> None:
    calls: list[str] = []

    @dataclass(frozen=True)
    class Loud:
        def ready(self) -> None:
            calls.append("ready")

        def open(self) -> None:
            calls.append("open")

        def close(self) -> None:
            calls.append("close")

        def summarise(self, doc: Document) -> str:
            calls.append("work")
            return doc.text

    check_model(Loud(), DOCUMENTS[:1])
    assert [name for name, _ in itertools.groupby(calls)] == ["ready", "open", "work", "close"]


def test_what_is_missing_is_said_as_it_is() -> None:
    def missing(doc: Document) -> str:
        raise SetupError("no weights")

    with pytest.raises(SetupError, match="no weights"):
        check_model(model(missing), DOCUMENTS)


def test_there_must_be_something_to_check_with() -> None:
    with pytest.raises(AssertionError, match="a document or more"):
        check_model(Lead(), [])


# Metrics


@dataclass(frozen=True)
class Metric:
    how: Callable[[Document, Summary], Any] = field(metadata={"sig": None})
    columns: ClassVar = (Column("a"), Column("b", range=(0, 10)))

    def score(self, doc: Document, summary: Summary) -> Any:
        return self.how(doc, summary)


def good(doc: Document, summary: Summary) -> Score:
    if not summary.text:
        return Score({"a": None, "b": None}, {"a": "empty", "b": "empty"})
    return Score({"a": 0.5, "b": len(summary.text) / 10})


@pytest.mark.parametrize(
    ("how", "message"),
    [
        (lambda d, s: Score({"a": 0.5}), r"document 'd0': columns \['a'\] returned, \['a', 'b'\] declared"),
        (lambda d, s: Score({"a": 1.5, "b": 0}), "column 'a' is 1.5, its range is 0.0 to 1.0"),
        (lambda d, s: Score({"a": None, "b": 0}), "'a' is None and gives no reason"),
        (
            lambda d, s: Score({"a": 1, "b": len(s.text) / len(s.text)}),
            "an empty summary: it raised ZeroDivision",
        ),
        (lambda d, s: {"a": 1, "b": 1}, "expected a Score, found dict"),
        (lambda d, s: Score({"a": 1, "b": next(COUNT) % 10}), "in one company"),
    ],
)
def test_a_metric_that_breaks_a_promise_is_told_what(how: Callable[..., Any], message: str) -> None:
    check_metric(Metric(good), PAIRS)
    with pytest.raises(AssertionError, match=message):
        check_metric(Metric(how), PAIRS)


def test_neural_values_may_differ_in_their_last_digits() -> None:
    check_metric(Metric(lambda d, s: Score({"a": 0.5 + next(COUNT) % 7 * 1e-8, "b": 1})), PAIRS)


def test_a_metric_may_ask() -> None:
    backend = Scripted(lambda prompt: f"{len(prompt) % 10}")

    def asking(doc: Document, summary: Summary) -> Dialogue[Score]:
        (a,) = yield from generate([ask(backend, doc.text + summary.text)])
        return Score({"a": 1, "b": int(a.text)})

    check_metric(Metric(asking), PAIRS)
    assert max(len(batch) for batch in backend.batches) == 6


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"columns": ()}, "at least one Column"),
        ({"columns": [Column("a"), Column("b")]}, "columns is .*, expected tuple"),
        ({"columns": (Column("a"), Column("a"))}, "two have one name: a, a"),
        ({"notices": lambda _, pairs: "text"}, r"notices\(pairs\) returned 'text', expected texts"),
        ({"column_signature": lambda _, name: None}, "column_signature"),
        ({"aggregate": lambda _, stats: {"a": 1.0}}, "stats, all of one length"),
    ],
)
def test_what_else_a_metric_declares_is_checked(more: dict[str, Any], message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_metric(type("Other", (Metric,), more)(good), PAIRS)


def test_values_for_all_documents_are_checked() -> None:
    def stats(doc: Document, summary: Summary) -> Score:
        return Score({"a": 0.5, "b": 1}, stats=(1.0, 2.0))

    check_metric(type("Good", (Metric,), {"aggregate": lambda _, s: {"a": s[0] / s[1]}})(stats), PAIRS)
    for values, message in (({"c": 1.0}, "no column 'c'"), ({"a": 2.0}, "column 'a' is 2.0")):
        bad = type("Bad", (Metric,), {"aggregate": lambda _, s, values=values: values})(stats)
        with pytest.raises(AssertionError, match=message):
            check_metric(bad, PAIRS)
