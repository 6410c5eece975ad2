"""The page as a file: what is in its data, that nothing in it can run, and that it is the same every time."""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.types import (
    Column,
    ColumnInfo,
    Document,
    Finding,
    Score,
    ScoreTable,
    Span,
    SystemInfo,
)
from bench.report.leaderboard import leaderboard
from bench.report.page.content import Content, Made
from bench.report.page.page import FIRST, SCRIPTS, STYLES, page
from bench.report.page.pairs import all_pairs
from bench.report.page.payload import embedded, packed, payload
from bench.report.page.sample import sampled
from bench.report.ranks import standings
from bench.report.versus import How
from bench.report.view import Check, Shown, View
from tests.unit.report.conftest import Values, as_cells

Make = Callable[..., ScoreTable]
HARM = (
    "</script><script>alert(1)</script><!-- ]]> & \u2028 \x1b[31m \u202e \ud800 <img src=x onerror=alert(1)>"
)
# A config takes no control characters in labels.
LABEL = "</script><script>alert(1)</script><!-- & <img src=x onerror=alert(1)>"
COLUMNS = (Column("flagged", "low"), Column("score", scale=100, digits=2, title=HARM))


class Elements(HTMLParser):
    """Every element with its attributes, and the contents of scripts and styles, as a browser reads them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[str, dict[str, str | None], str]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.raw.append((tag, dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            tag, attributes, text = self.raw[-1]
            self.raw[-1] = tag, attributes, text + data
        else:
            self.text += data


def views(n: int, text: str = "The harbour opened in 1997. It cost 12 pounds.") -> tuple[View, ...]:
    finding = Finding("number", 1.0, Span(4, 8), (Span(22, 26),), HARM[:100])
    covered = Finding("covered", 0.0, Span(0, 9), (), 'bullet 2 is covered by sentence 1 (80%): "It …"')
    missed = Finding("missed", 0.5, Span(9, 9), (Span(0, 3),), 'bullet 1 is missed (0%): "The …"')
    score = Score({"score": 0.123456789, "flagged": None}, {"flagged": HARM}, (finding, missed, covered))
    checks = (Check("m", COLUMNS, score, "", HARM), Check("n", (Column("x"),), None, HARM))
    return tuple(
        View(
            run="/nowhere/results",
            doc_id=f"d{i}",
            number=i + 1,
            count=n,
            source="data.jsonl:1",
            document=Document(f"d{i}", text, ("The harbour opened.\nIt cost 12 pounds.",), HARM, None, "en"),
            summaries=(Shown(LABEL, None, HARM, "", True, checks), Shown("b", 1, None, HARM)),
        )
        for i in range(n)
    )


@pytest.fixture(scope="module")
def content() -> Content:
    """Two systems, of which one has a hostile label, over seven documents."""
    values: dict[tuple[str, str], Values] = {
        (LABEL, "m.flagged"): [0, 0, 0, 1, 0, 0, 0],
        (LABEL, "m.score"): [0.1 * i for i in range(7)],
        ("b", "m.flagged"): [0, 0, 0, 0, 0, None, 0],
        ("b", "m.score"): [0.05 * i for i in range(7)],
    }
    table = ScoreTable(
        name="page",
        doc_ids=tuple(f"d{i}" for i in range(7)),
        systems=(SystemInfo(LABEL, HARM, n_summaries=7), SystemInfo("b", "b|v:1", n_summaries=7)),
        columns=tuple(ColumnInfo(f"m.{c.name}", c, HARM) for c in COLUMNS),
        cells={key: as_cells(some) for key, some in values.items()},
        notes=(HARM,),
    )
    board = leaderboard(table, resamples=200)
    how = How(0.05, 200, 0, "permutation", "holm", 0)
    return Content(
        status="complete",
        created="2026-01-02T03:04:05.000000Z",
        source=HARM,
        board=board,
        table=table,
        standings=standings(table, "m.score", resamples=200),
        pairs=all_pairs(table, board, how),
        views=views(7),
        sampling="",
        made=Made("bench run x.yaml", (("seeds", HARM),), ((HARM, HARM),), (("numpy", "2"),), ("a: 1", HARM)),
    )


@pytest.fixture(scope="module")
def html(content: Content) -> str:
    """The page."""
    return page(content)


def data_of(text: str) -> dict[str, Any]:
    (found,) = [raw for _, attributes, raw in Elements(text).raw if attributes.get("id") == "data"]
    return dict(json.loads(found))


def documents_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    return list(json.loads(gzip.decompress(base64.b64decode(data["documents"]))))


def test_the_data_of_the_page_are_those_of_the_run(html: str) -> None:
    data = data_of(html)
    assert data["schema"] == 1
    assert [s["label"] for s in data["systems"]] == [LABEL, "b"]
    assert data["columns"][data["headline"]]["id"] == "m.score"
    entry = data["index"][3]
    assert entry == {
        "id": "d3", "headline": HARM, "lang": "en", "scores": [0.3, 0.15], "flagged": [0], "words": 9,
    }  # fmt: skip
    (first, *_) = documents_of(data)
    assert first["text"] == "The harbour opened in 1997. It cost 12 pounds."
    assert first["headline"] == HARM
    summary, failed = first["summaries"]
    assert summary["text"] == HARM
    assert summary["values"] == [None, 0.123457]
    assert summary["reasons"] == {"0": HARM}
    assert summary["findings"][1] == {
        "metric": "m", "kind": "number", "severity": 1.0, "span": [4, 8], "evidence": [[22, 26]],
        "detail": HARM[:100], "trust": HARM,
    }  # fmt: skip
    assert failed == {
        "system": 1, "sample": 1, "text": None, "error": HARM, "cut": False, "values": [None, None],
        "reasons": {}, "findings": [], "bullets": None,
    }  # fmt: skip


def test_bullets_say_what_covers_them(html: str) -> None:
    summary = documents_of(data_of(html))[0]["summaries"][0]
    assert summary["bullets"] == [
        {"reference": 0, "line": 0, "text": "The harbour opened.", "covered": False, "by": None,
         "evidence": [[0, 3]]},
        {"reference": 0, "line": 1, "text": "It cost 12 pounds.", "covered": True, "by": [0, 9],
         "evidence": []},
    ]  # fmt: skip


def test_a_text_that_is_gone_is_null_and_says_why(content: Content) -> None:
    (view, *_) = views(1)
    gone = View(view.run, "d0", 1, 1, "", None, view.summaries, ("the article is not in the data any more",))
    data = payload(content.table, content.board, [gone])
    (first,) = documents_of(data)
    assert first["text"] is None
    assert first["references"] == []
    assert first["notes"] == ["the article is not in the data any more"]
    assert data["index"][0]["words"] == 0


def test_hostile_texts_make_no_element_and_no_attribute(html: str) -> None:
    found = Elements(html)
    assert [attributes for tag, attributes in found.found if tag == "img"] == []
    assert not any(name.startswith("on") for _, attributes in found.found for name in attributes)
    assert len([1 for tag, _, _ in found.raw if tag == "script"]) == 2 + len(SCRIPTS)
    assert "<script>alert(1)</script>" in found.text
    assert "\x1b" not in found.text + "".join(raw for *_, raw in found.raw)


def test_the_policy_allows_what_is_in_the_page_and_nothing_else(html: str) -> None:
    found = Elements(html)
    (policy,) = [
        a["content"] or "" for t, a in found.found if a.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    run = [raw for tag, a, raw in found.raw if tag == "script" and a.get("type") != "application/json"]
    styles = [raw for tag, _, raw in found.raw if tag == "style"]
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    assert rules["script-src"].split() == [hash_of(script) for script in run]
    assert rules["style-src"].split() == [hash_of(style) for style in styles]
    # A style attribute would be refused by the policy.
    assert not any("style" in attributes for _, attributes in found.found)


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_equal_contents_give_equal_bytes(content: Content, html: str) -> None:
    assert page(content) == html


def test_the_page_asks_for_nothing(html: str) -> None:
    asking = {"src", "srcset", "action", "poster", "data"}
    for tag, attributes in Elements(html).found:
        assert not asking & attributes.keys(), tag
        href = attributes.get("href") or "#"
        assert href.startswith(("#", "data:")), (tag, href)


def test_every_file_of_the_page_is_there_and_ends_no_element() -> None:
    folder = resources.files("bench.report.page")
    for name in (*STYLES, *(f"js/{script}" for script in (FIRST, *SCRIPTS))):
        text = folder.joinpath(name).read_text("utf-8")
        assert text.strip(), name
        assert not re.search(r"</(script|style)|<!--", text), name


@given(st.text())
def test_embedded_data_read_back_and_cannot_end_their_element(text: str) -> None:
    written = embedded({"a": text})
    assert json.loads(written) == {"a": text}
    assert not re.search("[<>&\u2028\u2029]", written)
    assert json.loads(gzip.decompress(base64.b64decode(packed([text])))) == [text]


def test_lone_surrogates_survive() -> None:
    assert json.loads(embedded(["\ud800"])) == ["\ud800"]
    assert embedded(["\ud800"]).isascii()


def test_few_documents_are_all_there(make_table: Make) -> None:
    table = make_table({"a": {"score": [0.1, 0.2, 0.3]}, "b": {"score": [0.3, 0.2, 0.1]}})
    assert sampled(table, most=6) == (["d0", "d1", "d2"], "")


def test_of_many_documents_the_extremes_are_there_and_the_rule_is_said(make_table: Make) -> None:
    n = 200
    score = [((i * 37) % n) / n for i in range(n)]
    other = [v if i != 77 else 1.5 for i, v in enumerate(score)]
    flags = [float(i == 123) for i in range(n)]
    table = make_table(
        {"a": {"flagged": flags, "score": score}, "b": {"flagged": [0.0] * n, "score": other}},
        columns=(Column("score"), Column("flagged", "low")),
    )
    ids, rule = sampled(table, most=80)
    assert len(ids) == len(set(ids)) == 40
    assert ids == sorted(ids, key=lambda d: int(d[1:]))
    worst, best = score.index(min(score)), score.index(max(score))
    assert {f"d{worst}", f"d{best}", "d77", "d123"} <= set(ids)
    assert rule.startswith("40 of 200 documents can be read here: 6 each of the worst, the best")
    assert sampled(table, most=80) == (ids, rule)
