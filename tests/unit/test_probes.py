"""The hand-written claims and wrong summaries are about shipped articles, and are what they say they are."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

NUMBER = re.compile(r"\d[\d,.]*\d|\d")


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def probes(root: Path) -> list[dict[str, Any]]:
    return rows(root / "references" / "probes.jsonl")


@pytest.fixture(scope="module")
def texts(root: Path) -> dict[str, str]:
    return {p.stem: p.read_text("utf-8") for p in (root / "references" / "news").glob("*.txt")}


def test_half_of_the_claims_are_true_and_each_article_has_both(
    probes: list[dict[str, Any]], texts: dict[str, str]
) -> None:
    assert len(probes) >= 150
    assert abs(sum(p["supported"] for p in probes) / len(probes) - 0.5) < 0.02
    for doc_id in texts:
        mine = Counter(p["supported"] for p in probes if p["doc_id"] == doc_id)
        assert mine[True] >= 3
        assert mine[False] >= 3


def test_a_wrong_claim_has_a_kind_and_what_the_article_says(probes: list[dict[str, Any]]) -> None:
    for probe in probes:
        assert probe["supported"] == (probe["kind"] == "paraphrase") == ("article" not in probe)
    assert len({p["kind"] for p in probes}) >= 10
    assert len({p["claim"] for p in probes}) == len(probes)


def test_a_wrong_number_is_new_and_a_swapped_one_is_not(
    probes: list[dict[str, Any]], texts: dict[str, str]
) -> None:
    for probe in probes:
        known = set(NUMBER.findall(texts[probe["doc_id"]]))
        new = [n for n in NUMBER.findall(probe["claim"]) if n not in known]
        if probe["kind"] in ("number", "date"):
            assert len(new) == 1, probe
        elif probe["kind"] != "paraphrase":
            assert new == [], probe


def test_no_true_claim_is_a_sentence_of_its_article(
    probes: list[dict[str, Any]], texts: dict[str, str]
) -> None:
    assert not [p for p in probes if p["supported"] and p["claim"].rstrip(".") in texts[p["doc_id"]]]


def test_there_is_a_wrong_summary_of_each_article(root: Path, texts: dict[str, str]) -> None:
    wrong = rows(root / "references" / "wrong.jsonl")
    assert sorted(w["id"] for w in wrong) == sorted(texts)
    assert all(len(w["summary"].split("\n")) == 3 for w in wrong)
