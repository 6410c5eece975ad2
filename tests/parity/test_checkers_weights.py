"""The published checkers give their published numbers. Runs where somebody has the weights: ``-m weights``.

``BENCH_WEIGHTS`` names a folder with what the hub has, each as ``owner/name``, and beside it
``summac_conv_vitc_sent_perc_e.bin``, ``AlignScore-large.ckpt``; without it the hub is asked.

Numbers: the model card of HHEM-2.1-Open; the READMEs of SummaC and MiniCheck; and for the arithmetic of
SummaC-Conv its original classes on given matrices.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from bench.backends.tensors import locate_file, read_arrays
from bench.core.errors import SetupError
from bench.core.types import Document, Score, Summary
from bench.metrics.alignscore import AlignScore
from bench.metrics.hhem import Hhem
from bench.metrics.minicheck import MiniCheck
from bench.metrics.summac import SummacConv, SummacZs
from bench.metrics.summac_math import conv_head
from bench.testing import answer

pytestmark = [pytest.mark.weights, pytest.mark.slow]

CARD = [
    ("The capital of France is Berlin.", "The capital of France is Paris.", 0.0111),
    ("I am in California", "I am in United States.", 0.6474),
    ("I am in United States", "I am in California.", 0.1290),
    ("A person on a horse jumps over a broken down airplane.", "A person is outdoors, on a horse.", 0.8969),
    (
        "A boy is jumping on skateboard in the middle of a red bridge.",
        "The boy skates down the sidewalk on a red bridge",
        0.1846,
    ),
    (
        "A man with blond-hair, and a brown shirt drinking out of a public water fountain.",
        "A blond man wearing a brown shirt is reading a book.",
        0.0050,
    ),
    ("Mark Wahlberg was a fan of Manny.", "Manny was a fan of Mark Wahlberg.", 0.0543),
]
MARS = (
    "Scientists are studying Mars to learn about the Red Planet and find landing sites for future missions.\n"
    "One possible site, known as Arcadia Planitia, is covered instrange sinuous features.\n"
    "The shapes could be signs that the area is actually made of glaciers, which are large masses of "
    "slow-moving ice.\nArcadia Planitia is in Mars' northern lowlands."
)
SHAPES = (
    "There are strange shape patterns on Arcadia Planitia. "
    "The shapes could indicate the area might be made of glaciers."
)
MISSIONS = f"{SHAPES} This makes Arcadia Planitia ideal for future missions."
STUDENTS = "A group of students gather in the school library to study for their upcoming final exams."
# A README has three digits.
ROUNDED, EXACT = 6e-3, 1e-4


@pytest.fixture(autouse=True)
def asked_for(request: pytest.FixtureRequest) -> None:
    """Nothing is downloaded by accident."""
    if "weights" not in str(request.config.getoption("markexpr")):
        pytest.skip("runs with -m weights")


def place(name: str) -> str:
    folder = os.environ.get("BENCH_WEIGHTS")
    found = Path(folder, name) if folder else Path(name)
    if (folder or "." in name) and not found.exists():
        pytest.skip(f"no {name}; BENCH_WEIGHTS names the folder that has it")
    return str(found)


def score(metric: Any, document: str, summary: str) -> Score:
    try:
        metric.signature_parts()
        metric.ready()
    except SetupError as e:
        pytest.skip(e.message)
    found: Score = answer(metric.score(Document("d", document), Summary("d", "s", "", summary)))
    return found


def test_summac_zero_shot() -> None:
    metric = SummacZs(place("tals/albert-xlarge-vitaminc-mnli"))
    assert score(metric, MARS, MISSIONS).values["mean"] == pytest.approx(0.582, abs=ROUNDED)
    assert score(metric, MARS, SHAPES).values["mean"] == pytest.approx(0.877, abs=ROUNDED)


def test_summac_conv() -> None:
    metric = SummacConv(place("summac_conv_vitc_sent_perc_e.bin"), place("tals/albert-xlarge-vitaminc-mnli"))
    assert score(metric, MARS, MISSIONS).values["score"] == pytest.approx(0.536, abs=ROUNDED)
    assert score(metric, MARS, SHAPES).values["score"] == pytest.approx(0.709, abs=ROUNDED)


@pytest.mark.parametrize(
    ("entailment", "expected"),
    [
        ([[0.9, 0.1], [0.2, 0.3], [0.05, 0.6]], 0.276315),
        ([[0.999], [0.01]], 0.921232),
        ([[0.0]], 0.200109),
    ],
)
def test_the_published_head_of_summac_conv(entailment: list[list[float]], expected: float) -> None:
    file = locate_file(place("summac_conv_vitc_sent_perc_e.bin"), "")
    head = conv_head(read_arrays(file.place))
    assert head.score(entailment) == pytest.approx(expected, abs=1e-6)
    constants = (head.slope, head.offset, head.bias)
    assert constants == pytest.approx((-1.617302, -0.371186, 0.631759), abs=1e-6)


@pytest.mark.parametrize(("premise", "claim", "expected"), CARD)
def test_hhem(premise: str, claim: str, expected: float) -> None:
    metric = Hhem(place("vectara/hallucination_evaluation_model"), base=place("google/flan-t5-base"))
    assert score(metric, premise, claim).values["score"] == pytest.approx(expected, abs=EXACT)


def test_minicheck() -> None:
    metric = MiniCheck(place("lytang/MiniCheck-Flan-T5-Large"))
    good = score(metric, STUDENTS, "The students are preparing for an examination.")
    bad = score(metric, STUDENTS, "The students are on vacation.")
    assert good.values["mean"] == pytest.approx(0.98059, abs=EXACT)
    assert bad.values["mean"] == pytest.approx(0.00712, abs=EXACT)


@pytest.mark.parametrize("name", ["lytang/MiniCheck-RoBERTa-Large", "lytang/MiniCheck-DeBERTa-v3-Large"])
def test_the_other_kinds_of_minicheck_agree_with_it(name: str) -> None:
    metric = MiniCheck(place(name))
    good = score(metric, STUDENTS, "The students are preparing for an examination.").values["mean"]
    bad = score(metric, STUDENTS, "The students are on vacation.").values["mean"]
    assert good is not None
    assert bad is not None
    assert bad < 0.5 < good


def test_alignscore() -> None:
    metric = AlignScore(place("AlignScore-large.ckpt"), place("FacebookAI/roberta-large"))
    good = score(metric, MARS, SHAPES).values["mean"]
    bad = score(metric, MARS, "Arcadia Planitia is in the southern highlands of Venus.").values["mean"]
    assert good is not None
    assert bad is not None
    assert bad < 0.5 < good
