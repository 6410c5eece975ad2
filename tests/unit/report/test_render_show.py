"""A document with its summaries, looked at: marks, quotations, widths, and nothing that a terminal obeys."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from bench.core.types import Column, Document, Finding, Score, Span
from bench.report.marks import Mark, Piece, marked, printed, quotation, wrapped
from bench.report.render_show import render_show
from bench.report.view import Check, Shown, View, view_json
from bench.text.sentences import sentence_spans

ARTICLE = (
    "Talks on mines ended in Ottawa on Friday. The treaty came into force in 1999 after forty states had "
    "signed it. Its members meet once a year.\n\n"
    + " ".join(f"Delegate number {i} spoke at length about his country." for i in range(20, 32))
    + " Many powers, including the United States and Russia, never signed it. The next meeting is in Riga. "
    "Journalists were not admitted. A statement will follow."
)
SUMMARY = "The treaty came into force in 1997. China and Russia never signed it."


def place(text: str, part: str) -> Span:
    start = text.index(part)
    return Span(start, start + len(part))


FACTS = Check(
    "facts",
    (
        Column("support", digits=2),
        Column("violations", "low", digits=1, range=(0, 9)),
        Column("names", shown=False),
    ),
    Score(
        {"support": 0.62, "violations": 2.0, "names": None},
        {"names": "no name"},
        (
            Finding(
                "name", 1.0, place(SUMMARY, "China"), (place(ARTICLE, "Russia"),), "name not in the article"
            ),
            Finding(
                "number", 1.0, place(SUMMARY, "1997"), (place(ARTICLE, "1999"),), "number not in the article"
            ),
        ),
    ),
    trust="this flag was right 9 times in 10",
)
BULLETS = Check(
    "bullets",
    (Column("recall", scale=100, digits=1),),
    Score(
        {"recall": 0.5},
        findings=(
            Finding("covered", 0.0, place(SUMMARY, "China and Russia never signed it."), (), "bullet 2"),
            Finding("missed", 0.5, Span(len(SUMMARY), len(SUMMARY)), (), "bullet 1: no date"),
        ),
    ),
)
VIEW = View(
    run="results/facts/1",
    doc_id="mines",
    number=7,
    count=24,
    source="news/mines.txt",
    document=Document("mines", ARTICLE, ("- No date.\n- Two powers stay out.",), "A treaty without powers"),
    summaries=(Shown("wrong", None, SUMMARY, checks=(FACTS,)),),
)

EXPECTED = """\
mines · 7 of 24 · news/mines.txt
A treaty without powers

reference
  • No date.
  • Two powers stay out.

article, 19 sentences
  Talks on mines ended in Ottawa on Friday. The treaty came into force in
  [1999]¹ after forty states had signed it. Its members meet once a year.
  … (11 sentences)
  Delegate number 31 spoke at length about his country. Many powers, including
  the United States and [Russia]², never signed it. The next meeting is in Riga.
  … (2 sentences)

wrong
  The treaty came into force in [1997]¹. [China]² and Russia never signed it.
  ¹ number not in the article. Nearest: "The treaty came into force in 1999
    after forty states had signed it." (sentence 2)
  ² name not in the article. Nearest: "Many powers, including the United
    States and Russia, never signed it." (sentence 16)
  facts: support 0.62 · violations 2.0
  this flag was right 9 times in 10
"""


def test_one_summary_looked_at() -> None:
    assert render_show(VIEW) == EXPECTED


def test_each_metric_with_findings_has_its_own_copy_and_numbers_run_on() -> None:
    shown = render_show(replace(VIEW, summaries=(Shown("wrong", 2, SUMMARY, checks=(FACTS, BULLETS)),)))
    assert "wrong, sample 2 · facts\n" in shown
    assert "wrong, sample 2 · bullets\n" in shown
    assert "1997. [China and Russia never signed it.]³\n  ³ bullet 2\n  · bullet 1: no date\n" in shown
    assert shown.endswith("  bullets: recall 50.0\n")


def test_the_same_evidence_is_quoted_once_and_a_share_of_one_is_yes_or_no() -> None:
    where = place(ARTICLE, "1999")
    findings = tuple(
        Finding("number", 1.0, place(SUMMARY, part), (where,), f"no {part}") for part in ("1997", "China")
    )
    columns = (Column("flagged", "low", scale=100, title="flagged %"), Column("rules", shown=False, digits=0))
    check = Check("facts", columns, Score({"flagged": 1.0, "rules": 2.0}, findings=findings))
    shown = render_show(replace(VIEW, summaries=(Shown("wrong", None, SUMMARY, checks=(check,)),)))
    assert shown.count('"The treaty came into force in 1999') == 1
    assert "  ² no China. Nearest: sentence 2\n  facts: flagged · rules 2\n" in shown
    calm = Check("facts", columns, Score({"flagged": 0.0, "rules": 2.0}))
    shown = render_show(replace(VIEW, summaries=(Shown("wrong", None, SUMMARY, checks=(calm,)),)))
    assert shown.endswith("  facts: not flagged\n")


def test_metrics_that_found_nothing_only_give_numbers() -> None:
    plain = Check("length", (Column("words", "none", digits=0, range=(0, 99)),), Score({"words": 13.0}))
    broken = Check("mine", (), None, "ValueError: no")
    shown = render_show(replace(VIEW, summaries=(Shown("wrong", None, SUMMARY, checks=(plain, broken)),)))
    assert shown.endswith(f"\nwrong\n  {SUMMARY}\n  length: words 13\n  mine: failed: ValueError: no\n")
    beside = render_show(replace(VIEW, summaries=(Shown("wrong", None, SUMMARY, checks=(plain, FACTS)),)))
    assert beside.endswith("\nother metrics\n  length: words 13\n")


def test_several_summaries_are_told_in_short() -> None:
    good = Shown("good", None, "It is in force.", checks=(replace(FACTS, score=Score({"support": 0.9})),))
    failed = Shown("lost", None, None, "TimeoutError: 30 s")
    one = Shown("wrong", None, SUMMARY, cut=True, checks=(FACTS, BULLETS))
    shown = render_show(replace(VIEW, summaries=(good, failed, one, Shown("mute", None, ""))))
    assert "Delegate" not in shown
    assert "\ngood\n  It is in force.\n" in shown
    assert "\nlost\n  no summary: TimeoutError: 30 s\n" in shown
    assert "\nmute\n  (empty)\n" in shown
    assert "never signed it. …\n  (cut by a token limit)\n  ¹ number not in the article\n" in shown
    assert "  · bullet 1: no date\n" in shown
    assert "Nearest" not in shown
    assert "9 times in 10" not in shown
    assert "bullet 2" not in shown, "support is no fault"
    assert "Delegate number 25" in render_show(replace(VIEW, summaries=(good, one)), full=True)


@given(st.integers(1, 60), st.integers(40, 90), st.integers(1, 60))
def test_no_dot_is_left_behind_in_the_head(name: int, width: int, source: int) -> None:
    view = replace(VIEW, doc_id="d" * name, source="s" * source, summaries=())
    head = render_show(view, width=width).split("A treaty")[0].splitlines()
    assert all(len(line) <= width and not line.endswith("·") for line in head)
    assert "".join(head).replace(" ", "").replace("·", "") == f"{'d' * name}7of24{'s' * source}"


def test_an_empty_summary_says_why_a_check_has_no_value() -> None:
    nothing = Score(
        dict.fromkeys(("support", "violations")), dict.fromkeys(("support", "violations"), "no words")
    )
    silent = replace(FACTS, score=nothing)
    mute, calm = Shown("mute", None, " ", checks=(silent,)), Shown("calm", None, "It is.", checks=(silent,))
    shown = render_show(replace(VIEW, summaries=(mute, calm)))
    assert "\nmute\n  (empty)\n  facts: no value (no words)\n" in shown
    assert shown.endswith("\ncalm\n  It is.\n"), "there the columns of one summary say it"
    assert "facts: no value (no words)" in render_show(replace(VIEW, summaries=(calm,)))
    reasons = {"support": "no words", "violations": "no rule"}
    several = replace(FACTS, score=Score(dict.fromkeys(reasons), reasons))
    shown = render_show(replace(VIEW, summaries=(replace(mute, checks=(several,)),)))
    assert "facts: support – (no words) · violations – (no rule)" in shown


def test_full_shows_the_article_and_every_column() -> None:
    shown = render_show(VIEW, full=True)
    assert "… (" not in shown
    assert "Delegate number 25" in shown
    assert "names – (no name)" in shown
    assert "names" not in render_show(VIEW)


def test_without_the_article_there_are_still_the_summaries() -> None:
    shown = render_show(replace(VIEW, document=None, notes=("the article is gone",)))
    assert shown.splitlines()[:2] == ["mines · 7 of 24 · news/mines.txt", "the article is gone"]
    assert "¹ number not in the article\n" in shown


def test_a_terminal_gets_colours_and_keeps_the_brackets() -> None:
    shown = render_show(VIEW, styled=True)
    assert "\x1b[1;31m1997\x1b[0m" in shown
    assert re.sub(r"\x1b\[[0-9;]*m", "", shown) == EXPECTED


HOSTILE = "\x1b[2J\x07\u202e\u2066\r\x9b31m\ud800[red]x[/red]"


@pytest.mark.parametrize("styled", [False, True])
def test_nothing_that_somebody_wrote_reaches_the_terminal_unseen(styled: bool) -> None:
    score = Score({"a": None}, {"a": HOSTILE}, (Finding("k", 1.0, Span(0, 3), (Span(2, 6),), HOSTILE),))
    check = Check(f"m{HOSTILE}", (Column("a", title=HOSTILE),), score, trust=HOSTILE)
    doc = Document(HOSTILE, HOSTILE * 3, (HOSTILE,), HOSTILE, HOSTILE)
    view = View(
        HOSTILE, HOSTILE, 1, 1, HOSTILE, doc,
        (Shown(HOSTILE, None, HOSTILE, checks=(check, Check("n", (), None, HOSTILE))),), (HOSTILE,),
    )  # fmt: skip
    both = replace(view, summaries=(*view.summaries, Shown("b", 1, None, HOSTILE)))
    for v in (view, both):
        text = render_show(v, styled=styled, full=True)
        rest = re.sub(r"\x1b\[[0-9;]*m", "", text) if styled else text
        assert set(rest) & set("\x1b\x07\u202e\u2066\r\x9b\ud800") == set()
        assert r"\x1b[2J" in rest
        assert "[red]" in rest, "rich's own mark-up is text"
        assert json.loads(view_json(v))["document"]["id"] == HOSTILE


TEXTS = st.text(st.sampled_from("ab .\n中文。ऑस्\u0301سلام\u202e\t-[]¹"), max_size=200)


@given(TEXTS, TEXTS, st.integers(40, 90))
def test_no_line_is_wider_than_the_terminal(text: str, article: str, width: int) -> None:
    found = Finding("kind", 1.0, Span(1, 9), (Span(0, 5), Span(3, 30), Span(50, 60)), text.strip()[:100])
    check = Check("m", (Column("a"),), Score({"a": 0.5}, findings=(found,)))
    view = replace(
        VIEW, document=Document("d", article, (text,)), summaries=(Shown("s", None, text, checks=(check,)),)
    )
    assert max(map(cell_len, render_show(view, width=width).split("\n"))) <= width


@given(TEXTS, st.lists(st.tuples(st.integers(-2, 210), st.integers(-2, 210)), max_size=6))
def test_marks_add_brackets_and_lose_nothing(text: str, spans: list[tuple[int, int]]) -> None:
    pieces = marked(text, [Mark(Span(*s), n, "red") for n, s in enumerate(spans, 1)])
    own = [p for p in pieces if p.text == "[" or re.fullmatch(r"][⁰¹²³⁴⁵⁶⁷⁸⁹,]+", p.text)]
    placed = {(max(0, a), min(b, len(text))) for a, b in spans if max(0, a) < min(b, len(text))}
    if not set(text) & set("[]¹"):
        assert "".join(p.text for p in pieces if p not in own) == text
        assert sum(p.text == "[" for p in own) == sum(p.text != "[" for p in own) == len(placed)


def test_marks_of_one_place_share_it_and_others_nest() -> None:
    marks = [Mark(Span(0, 5), 1), Mark(Span(6, 9), 2), Mark(Span(6, 9), 10), Mark(Span(0, 9), 3)]
    assert "".join(p.text for p in marked("China and x", marks)) == "[[China]¹ [and]²,¹⁰]³ x"
    crossing = [Mark(Span(0, 4), 1), Mark(Span(2, 6), 2)]
    assert "".join(p.text for p in marked("abcdef", crossing)) == "[ab[cd]¹ef]²"


def test_right_to_left_text_keeps_its_order_and_its_letters() -> None:
    text = "انتهت المحادثات في أوتاوا يوم الجمعة ودخلت المعاهدة حيز التنفيذ عام ١٩٩٧ بعد توقيع أربعين دولة"
    lines = printed(wrapped(marked(text, [Mark(place(text, "١٩٩٧"), 1)]), 40, "  "), styled=False)
    assert " ".join(lines.split()) == text.replace("١٩٩٧", "[١٩٩٧]¹")
    assert len(lines.splitlines()) > 2


def test_a_combining_mark_stays_with_its_letter() -> None:
    text = "e\u0301" * 100
    for line in printed(wrapped([Piece(text)], 40), styled=False).splitlines():
        assert line.startswith("e")
        assert line.endswith("\u0301")


def test_a_quotation_is_cut_at_spaces_around_its_place() -> None:
    sentence = (
        "It was said in the long sentence, which came into force in 1999 and held for many years after that."
    )
    text = f"Before. {sentence} After it."
    spans = sentence_spans(text)
    assert quotation(text, place(text, "1999"), spans, 200) == sentence
    assert quotation(text, place(text, "1999"), spans, 40) == "… into force in 1999 and held for many …"
    assert quotation(text, place(text, "It was"), spans, 30) == "It was said in the long …"
    assert quotation(text, place(text, "that."), spans, 30) == "… for many years after that."
    assert quotation(text, place(text, sentence), spans, 30) == "It was said in the long …"
    chinese = "这是一个很长的句子" * 20
    assert cell_len(quotation(chinese, Span(90, 93), [Span(0, 180)], 60)) <= 66
