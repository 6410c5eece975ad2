"""The metric around the engine: lines, references that cannot be used, columns and signatures."""

from typing import Any

import pytest

from bench.core.signature import signature
from bench.core.types import Document, Score, Summary
from bench.metrics.rouge import Rouge, Splitter
from bench.text.sentences import splitter_name


def document(*references: str, lang: str | None = "en", name: str = "d") -> Document:
    return Document(name, "The source.", references, lang=lang)


def summary(text: str, system: str = "system") -> Summary:
    return Summary("d", system, "sig", text)


def score(doc: Document, text: str, **parameters: Any) -> Score:
    [found] = Rouge(**parameters).score_batch([(doc, summary(text))])
    return found


def test_every_type_gives_f_precision_and_recall() -> None:
    found = score(document("one two three four"), "one two", types=("rouge1", "rougeL"))
    assert found.values == {
        "rouge1": pytest.approx(2 / 3),
        "rouge1_precision": 1.0,
        "rouge1_recall": 0.5,
        "rougeL": pytest.approx(2 / 3),
        "rougeL_precision": 1.0,
        "rougeL_recall": 0.5,
        "untokenisable": 0.0,
    }


def test_columns_are_the_values_and_only_f_is_shown() -> None:
    metric = Rouge()
    [found] = metric.score_batch([(document("one"), summary("one"))])
    assert [c.name for c in metric.columns] == list(found.values)
    shown = [(c.name, c.title, c.scale, c.digits, c.range) for c in metric.columns if c.shown]
    assert shown == [
        ("rouge1", "ROUGE-1", 100, 2, (0.0, 1.0)),
        ("rouge2", "ROUGE-2", 100, 2, (0.0, 1.0)),
        ("rougeL", "ROUGE-L", 100, 2, (0.0, 1.0)),
        ("rougeLsum", "ROUGE-Lsum", 100, 2, (0.0, 1.0)),
    ]
    assert [c.name for c in metric.columns if c.better == "none"] == ["untokenisable"]


@pytest.mark.parametrize(
    ("candidate", "split", "lsum"),
    [
        ("Dogs bark.\nCats purr.", "sentencex", 1.0),  # lines are taken as they are
        ("1. Dogs bark.\n2. Cats purr.", "sentencex", 1.0),  # and so are the items of a list
        ("Dogs bark. Cats purr.", "sentencex", 1.0),  # running text is split
        ("Dogs bark. Cats purr.", "none", 0.5),  # or not: here Lsum is L
    ],
)
def test_lsum_compares_lines(candidate: str, split: Splitter, lsum: float) -> None:
    found = score(document("Cats purr. Dogs bark."), candidate, split=split)
    assert found.values["rougeLsum"] == lsum
    assert found.values["rougeL"] == 0.5


def test_the_markers_of_a_list_are_words_only_without_a_splitter() -> None:
    doc = document("Dogs bark.\nCats purr.")
    for rouge_type in ("rouge1", "rouge2", "rougeL", "rougeLsum"):
        name = f"{rouge_type}_precision"
        assert score(doc, "1. Dogs bark.\n2. Cats purr.").values[name] == 1.0
        raw = score(doc, "1. Dogs bark.\n2. Cats purr.", split="none").values[name]
        assert raw == {"rouge2": 2 / 5}.get(rouge_type, 4 / 6)


@pytest.mark.parametrize(
    ("references", "parameters", "reason"),
    [
        ((), {}, "the document has no reference"),
        (("",), {}, "the reference is empty"),
        ((" \n ",), {}, "the reference is empty"),
        ((" \n ",), {"split": "none"}, "the reference is empty"),
        (("Привет, мир",), {}, "no tokens under tokenizer rouge_score; 'unicode' would work"),
        (("北京", "  "), {}, "no tokens under tokenizer rouge_score; 'unicode' would work"),
        (("?!",), {}, "no tokens under tokenizer rouge_score; 'char' would work"),
        (("?!",), {"tokenizer": "unicode"}, "no tokens under tokenizer unicode; 'char' would work"),
        (("one", "two"), {"pick": 3}, "no reference 3: the document has 2"),
        (("one", "Привет"), {"pick": 2}, "no tokens under tokenizer rouge_score; 'unicode' would work"),
    ],
)
def test_without_a_usable_reference_there_is_no_value_but_a_reason(
    references: tuple[str, ...], parameters: dict[str, Any], reason: str
) -> None:
    found = score(document(*references), "one", types=("rouge1",), **parameters)
    names = ["rouge1", "rouge1_precision", "rouge1_recall", "untokenisable"]
    assert found.values == dict.fromkeys(names)
    assert found.reasons == dict.fromkeys(names, reason)


@pytest.mark.parametrize("split", ["sentencex", "none"])
def test_of_several_references_only_the_unusable_ones_are_left_out(split: Splitter) -> None:
    found = score(document("Привет", "one two", " "), "one two", agg="mean", split=split)
    assert found.values["rouge1"] == 1.0
    assert [f.detail for f in found.findings] == [
        "reference 1 of 3 has no tokens under tokenizer rouge_score",
        "reference 3 of 3 is empty",
    ]


@pytest.mark.parametrize("split", ["sentencex", "none"])
@pytest.mark.parametrize(
    ("candidate", "untokenisable"), [("Привет", 1.0), ("?!", 1.0), ("", 0.0), (" \n ", 0.0), ("two", 0.0)]
)
def test_a_candidate_without_tokens_scores_0_and_is_counted(
    candidate: str, untokenisable: float, split: Splitter
) -> None:
    found = score(document("one"), candidate, split=split)
    assert found.values["rouge1"] == found.values["rougeLsum"] == 0.0
    assert found.values["untokenisable"] == untokenisable


def test_pick_scores_one_reference() -> None:
    doc = document("one two", "three")
    assert score(doc, "three").values["rouge1"] == 1.0
    assert score(doc, "three", pick=1).values["rouge1"] == 0.0
    assert score(doc, "three", pick=2).values["rouge1"] == 1.0


def test_scores_do_not_depend_on_the_batch() -> None:
    documents = [document("one two", name="a"), document("Привет", name="b"), document("two", "x", name="c")]
    pairs = [(d, summary(text)) for d in documents for text in ("one", "two", "", "Привет")]
    metric = Rouge()
    together = metric.score_batch(pairs)
    assert together == [metric.score_batch([pair])[0] for pair in pairs]
    assert together == metric.score_batch(pairs[::-1])[::-1]
    assert metric.score_batch([]) == []


def test_one_text_in_two_languages_is_split_twice() -> None:
    text = "Siehe Abb. 3 und Tab. 4 dort."
    metric = Rouge(types=("rougeLsum",))
    pairs = [(document(text, lang=lang), summary(text)) for lang in ("de", "en", "de")]
    assert metric.score_batch(pairs) == [metric.score_batch([pair])[0] for pair in pairs]


def test_signatures_name_what_changes_a_number() -> None:
    split = f"lists+{splitter_name()}"
    metric = Rouge(types=("rouge1", "rougeLsum"))
    tail = f"stem:porter|tok:rouge_score|agg:best|pick:null|split:{split}|v:1"
    assert signature("rouge", metric) == f"rouge|types:rouge1,rougeLsum|{tail}"
    assert signature("rouge", Rouge(engine="python")) == signature("rouge", Rouge(engine="rs"))
    assert (
        metric.column_signature("rougeLsum")
        == f"rougeLsum|agg:best|stem:porter|tok:rouge_score|split:{split}|v:1"
    )


def test_signatures_name_the_packages_that_change_a_number() -> None:
    pytest.importorskip("jieba")
    metric = Rouge(tokenizer="jieba", stemmer="none", split="none", agg="mean", pick=2)
    assert metric.column_signature("rouge1") == (
        "rouge1|agg:mean|stem:none|tok:jieba|pick:2|split:none|jieba:0.42.1|v:1"
    )
    assert "|nltk:" in Rouge(stemmer="snowball_german").column_signature("rouge1")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"types": ()}, "types is empty, expected at least one"),
        ({"types": ("rouge1", "rouge1")}, "types names a type twice: rouge1, rouge1"),
        ({"pick": 0}, "pick is 0, expected the number of a reference, from 1"),
    ],
)
def test_parameters_that_make_no_sense(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Rouge(**parameters)


@pytest.mark.parametrize(
    ("texts", "flat"),
    [
        ({"a": ["One. Two.", "Three."]}, "a"),
        ({"a": ["One. Two.\n"], "b": ["One.\nTwo."], "c": ["One.", "Two. Three."]}, "a, c"),
        ({name: ["One. Two."] for name in "abc"}, "a, b, c"),
        ({name: ["One. Two."] for name in "abcde"}, "a, b, c and 2 more"),
    ],
)
def test_systems_that_break_no_lines_are_named(texts: dict[str, list[str]], flat: str) -> None:
    pairs = [(document("r"), summary(text, system)) for system, written in texts.items() for text in written]
    [found] = Rouge().notices(pairs)
    assert found == (
        f"no line breaks in the summaries of {flat}: split into sentences by {splitter_name()} for ROUGE-Lsum"
    )
    [found] = Rouge(split="none").notices(pairs)
    assert found == (
        f"no line breaks in the summaries of {flat} (split: none): "
        "their ROUGE-Lsum is not what it is with a line a sentence"
    )


@pytest.mark.parametrize("texts", [["One.", "Two."], ["One.\nTwo.", "Three. Four."], ["- One. Two."], [""]])
@pytest.mark.parametrize("split", ["sentencex", "none"])
def test_nothing_is_said_where_line_breaks_are_or_change_nothing(texts: list[str], split: Splitter) -> None:
    assert Rouge(split=split).notices([(document("r"), summary(text)) for text in texts]) == []


def test_line_breaks_matter_to_lsum_only() -> None:
    assert Rouge(types=("rouge1", "rougeL")).notices([(document("r"), summary("One. Two."))]) == []


def test_references_that_the_tokenizer_reads_only_in_part_are_counted() -> None:
    pairs = [
        (document("2019 wurde die Brücke gebaut", name="de"), summary("one")),
        (document("2019年，桥梁建成", name="zh"), summary("one")),
        (document("2019年，桥梁建成", name="zh"), summary("two")),
    ]
    assert Rouge(types=("rouge1",)).notices(pairs) == [
        "1 of 2 documents have references mostly in letters other than a-z: "
        "tokenizer 'unicode' would read them"
    ]
    assert Rouge(types=("rouge1",), tokenizer="unicode").notices(pairs) == []
