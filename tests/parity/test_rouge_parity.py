"""Every value equals rouge-score 0.1.2 on real and adversarial texts: ``==`` on floats, no tolerance.

Rerun it whenever nltk moves, whose Porter stemmer the original uses.
"""

import gzip
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bench.core.types import Document, Summary
from bench.metrics.rouge import Rouge
from bench.rouge.engine import Engine, Scores, rs_available, score_pairs
from bench.rouge.tokenizers import TokenizerName, has_tokens, tokenizer
from bench.rouge.types import RougeType

TYPES: list[RougeType] = ["rouge1", "rouge2", "rougeL", "rougeLsum"]
ENGINES: list[Engine] = ["python", *(["rs"] if rs_available() else [])]  # type: ignore[list-item]
Pair = tuple[list[str], str]


class Ours:
    """A tokenizer of this project in the form that the original takes."""

    def __init__(self, name: TokenizerName) -> None:
        self.tokenize = tokenizer(name)


def original(pairs: Sequence[Pair], *, stem: bool, custom: TokenizerName | None = None) -> list[Any]:
    """rouge-score's answers; with several references those of ``score_multi``."""
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(TYPES, use_stemmer=stem, tokenizer=Ours(custom) if custom else None)
    return [scorer.score_multi(references, candidate) for references, candidate in pairs]


def values(scores: Sequence[Any]) -> list[float]:
    return [value for score in scores for t in TYPES for value in score[t]]


def assert_parity(
    pairs: Sequence[Pair], *, stem: bool = True, custom: TokenizerName | None = None, expected: int
) -> None:
    """Both engines give the original's floats; ``expected`` is how many are compared in each."""
    wanted = values(original(pairs, stem=stem, custom=custom))
    assert len(wanted) == expected
    for engine in ENGINES:
        found = values(score(pairs, engine, stem=stem, custom=custom))
        different = [i for i, (a, b) in enumerate(zip(found, wanted, strict=True)) if a != b]
        assert not different, f"{engine}: {len(different)} of {expected} values differ"


def score(
    pairs: Sequence[Pair], engine: Engine, *, stem: bool = True, custom: TokenizerName | None = None
) -> list[Scores]:
    return score_pairs(
        [references for references, _ in pairs],
        [candidate for _, candidate in pairs],
        types=TYPES,
        stemmer="porter" if stem and custom is None else "none",
        tokenizer=custom or "rouge_score",
        engine=engine,
    )


def rows(shared_data: Path, name: str) -> list[dict[str, Any]]:
    with gzip.open(shared_data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def frank(shared_data: Path) -> list[Pair]:
    documents = {row["id"]: row for row in rows(shared_data, "frank/documents")}
    pairs = []
    for row in rows(shared_data, "frank/outputs"):
        document = documents[row["doc_id"]]
        cased = row["system"] == "bart" and document.get("reference_cased")
        reference = document["reference_cased"] if cased else document["reference"]
        pairs.append(([reference.replace(" . ", " .\n")], "\n".join(row["sentences"])))
    return pairs


def test_frank_with_the_stemmer(shared_data: Path) -> None:
    assert_parity(frank(shared_data), expected=2246 * 12)


def test_frank_without_the_stemmer(shared_data: Path) -> None:
    assert_parity(frank(shared_data)[::4], stem=False, expected=562 * 12)


def test_dialogsum_with_three_references(shared_data: Path) -> None:
    outputs = {row["doc_id"]: row["summary"] for row in rows(shared_data, "docsets/dialogsum_test_outputs")}
    documents = rows(shared_data, "docsets/dialogsum_test")
    pairs = [(d["reference"], outputs[d["id"]].replace(". ", ".\n")) for d in documents]
    assert_parity(pairs, expected=500 * 12)


def squality(shared_data: Path) -> list[Pair]:
    """One human summary of some 250 words against the three others."""
    pairs = []
    for row in rows(shared_data, "docsets/squality_v1.3_dev"):
        candidate, *references = (text.replace(". ", ".\n") for text in row["reference"])
        pairs.append((references, candidate))
    return pairs


def test_squality(shared_data: Path) -> None:
    pairs = squality(shared_data)
    assert_parity(pairs[::8], expected=16 * 12)
    assert_parity(pairs[4::16], stem=False, expected=8 * 12)


@pytest.mark.skipif(not rs_available(), reason="rouge-score-rs is not installed")
def test_squality_between_engines(shared_data: Path) -> None:
    pairs = squality(shared_data)
    assert score(pairs, "rs") == score(pairs, "python")


def other_languages(shared_data: Path, name: str) -> list[Pair]:
    if name == "vcsum_short_test.zh":
        return [
            ([r["reference"]], r["title"] + "\n" + r["document"][:150]) for r in docset(shared_data, name)
        ]
    if name == "bnlpc.bn":
        return [(r["reference"][:2], r["reference"][2]) for r in docset(shared_data, name)]
    if name == "sci_news_sum_kr_50.ko":
        return [([r["reference"]], "\n".join(r["source_sentences"][:3])) for r in docset(shared_data, name)]
    lines = ((r["reference"], r["document"].split("\n")) for r in docset(shared_data, name))
    return [([reference], "\n".join(first[:4])) for reference, first in lines]


def docset(shared_data: Path, name: str) -> list[dict[str, Any]]:
    return rows(shared_data, f"docsets/{name}")


@pytest.mark.parametrize("custom", [None, "unicode", "char"])
@pytest.mark.parametrize(
    ("name", "step", "n"),
    [
        ("vcsum_short_test.zh", 4, 34),
        ("urdu_summary_corpus.ur", 2, 25),
        ("bnlpc.bn", 8, 25),
        ("nctb.bn", 5, 28),
        ("sci_news_sum_kr_50.ko", 2, 25),
    ],
)
def test_other_languages(
    shared_data: Path, name: str, step: int, n: int, custom: TokenizerName | None
) -> None:
    pairs = other_languages(shared_data, name)[::step]
    if custom == "char":  # the original's tables grow with the square of the length
        pairs = [([text[:300] for text in references], candidate[:300]) for references, candidate in pairs]
    assert_parity(pairs, custom=custom, expected=n * 12)


PIECES = [
    *[
        "a",
        "b",
        "c",
        "the",
        "of",
        "running",
        "runs",
        "dies",
        "sky",
        "skies",
        "agreed",
        "hopping",
        "oed",
        "aed",
    ],
    *[
        "generalizations",
        "relational",
        "x" * 300,
        "ly" * 80,
        "1",
        "42",
        "1990s",
        "3.5%",
        "$5m",
        "u.s.",
        "don't",
    ],
    *[
        "İstanbul",
        "ſtill",
        "K",
        "straße",
        "ﬁne",
        "naïve",
        "e\u0301",
        "Å",
        "０１",
        "ΑΣ",
        "ǅ",
        "京都",
        "привет",
        "ক্ষ",
    ],
    *["", "-", "--", "_", "...", "\"'", "\u00ad", "\u200b", "\ufeff", "\x00", "\ud800", "😀", "#", "[UNK]"],
]
GAPS = [
    " ",
    " ",
    " ",
    " ",
    "  ",
    "\n",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "\f",
    "\v",
    "\x85",
    "\u2028",
    "\xa0",
    "",
    ". ",
]


def adversarial(n: int, seed: int) -> list[Pair]:
    """Pairs that repeat, tie, break lines in odd ways, or hold nothing; the two sides share their words."""
    random_ = random.Random(seed)
    pairs = []
    for _ in range(n):
        words = random_.sample(PIECES, random_.choice([2, 3, 5, 12, len(PIECES)]))

        def text(words: list[str] = words) -> str:
            length = random_.choice([0, 1, 2, 5, 15, 40])
            return "".join(random_.choice(words) + random_.choice(GAPS) for _ in range(length))

        references = [text() for _ in range(random_.choice([1, 1, 1, 2, 3]))]
        candidate = random_.choice([text(), text(), text(), references[0]])
        pairs.append((references, candidate))
    return pairs


@pytest.mark.parametrize(("stem", "seed"), [(True, 1), (False, 2)])
def test_adversarial_pairs(stem: bool, seed: int) -> None:
    assert_parity(adversarial(1500, seed), stem=stem, expected=1500 * 12)


@pytest.mark.parametrize("custom", ["unicode", "char"])
def test_adversarial_pairs_in_any_script(custom: TokenizerName) -> None:
    pairs = [([text[:120] for text in texts], candidate[:120]) for texts, candidate in adversarial(300, 3)]
    assert_parity(pairs, custom=custom, expected=300 * 12)


def as_batch(pairs: Sequence[Pair]) -> list[tuple[Document, Summary]]:
    """The pairs as the metric takes them."""
    return [
        (
            Document(str(i), "The source.", tuple(references), lang="en"),
            Summary(str(i), "s", "sig", candidate),
        )
        for i, (references, candidate) in enumerate(pairs)
    ]


def means(metric: Rouge, pairs: Sequence[Pair]) -> list[float]:
    """Corpus values × 100, as they are printed."""
    scores = metric.score_batch(as_batch(pairs))
    return [round(100 * sum(s.values[t] or 0.0 for s in scores) / len(scores), 2) for t in metric.types]


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        ("bart", [45.29, 22.50, 32.69]),
        ("bert_sum", [42.78, 19.95, 29.75]),
        ("pgn", [39.81, 17.89, 27.35]),
        ("TConvS2S", [31.98, 12.01, 26.47]),
        ("BERTS2S", [38.40, 16.57, 31.03]),
    ],
)
def test_frank_systems(shared_data: Path, system: str, expected: list[float]) -> None:
    """The published means, which ROUGE-1.5.5 gave, within a tenth; and rouge-score's to both decimals."""
    documents = {row["id"]: row["reference"] for row in rows(shared_data, "frank/documents")}
    pairs: list[Pair] = [
        ([documents[row["doc_id"]]], row["summary"])
        for row in rows(shared_data, "frank/outputs")
        if row["system"] == system
    ]
    assert means(Rouge(types=("rouge1", "rouge2", "rougeL")), pairs) == expected


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"pick": 1}, [45.91, 21.32, 38.71]),
        ({"agg": "mean"}, [45.05, 20.07, 37.88]),
        ({"agg": "best"}, [53.65, 30.07, 47.08]),
    ],
)
def test_dialogsum_baseline(shared_data: Path, parameters: dict[str, Any], expected: list[float]) -> None:
    """The authors' BART: published 45.95 / 21.36 / 38.72 against the first reference."""
    outputs = {row["doc_id"]: row["summary"] for row in rows(shared_data, "docsets/dialogsum_test_outputs")}
    documents = rows(shared_data, "docsets/dialogsum_test")
    pairs: list[Pair] = [(d["reference"], outputs[d["id"]]) for d in documents]
    metric = Rouge(types=("rouge1", "rouge2", "rougeL"), **parameters)
    assert means(metric, pairs) == expected


def test_line_breaks_and_stemmer_matter_as_the_documentation_says(shared_data: Path) -> None:
    documents = {row["id"]: row["reference"] for row in rows(shared_data, "frank/documents")}
    bart = [row for row in rows(shared_data, "frank/outputs") if row["system"] == "bart"]
    pairs: list[Pair] = [([documents[row["doc_id"]]], row["summary"]) for row in bart]
    lines: list[Pair] = [
        ([documents[row["doc_id"]].replace(" . ", " .\n")], "\n".join(row["sentences"])) for row in bart
    ]
    types: tuple[RougeType, ...] = ("rougeLsum",)
    assert means(Rouge(types=types, split="none"), pairs) == [32.69]
    assert means(Rouge(types=types, split="none"), lines) == [42.38]
    assert means(Rouge(types=types), pairs) == [pytest.approx(42.38, abs=0.5)]
    assert means(Rouge(types=("rouge1",), stemmer="none"), pairs) == [43.87]


def test_without_a_splitter_the_metric_scores_the_texts_as_they_are() -> None:
    """Lists keep their markers, and only a line feed ends a line, in references and candidates."""
    texts = [
        "1. Rain fell.\n2. Wind came. It was cold.",
        "Wind came. It was cold.\nRain fell.",
        "- Rain fell.\n- Wind came.",
        "In short:\n\n1) Wind came.\r\n2) It was cold.",
        "Wind came.\u2028Rain fell.\x0cIt was cold.\x85Rain fell.",
        " 2. Rain fell. ",
    ]
    pairs: list[Pair] = [([reference], candidate) for reference in texts for candidate in [*texts, "", " \n"]]
    pairs += [pair for pair in adversarial(300, 4) if all(has_tokens(r, "rouge_score") for r in pair[0])]
    assert len(pairs) > 200
    for engine in ENGINES:
        scores = Rouge(split="none", engine=engine).score_batch(as_batch(pairs))
        names = [(t, f"{t}_precision", f"{t}_recall") for t in TYPES]
        found = [tuple(score.values[name] for name in group) for score in scores for group in names]
        wanted = [original_score[t] for original_score in original(pairs, stem=True) for t in TYPES]
        assert found == [(score.fmeasure, score.precision, score.recall) for score in wanted]
