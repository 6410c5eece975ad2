"""Findings in the examples of the page: marked in summaries, told, and led to their evidence."""

import re
from pathlib import Path

import pytest

from tests.browser.chromium import Open, Page, expect
from tests.browser.conftest import HOSTILE_LABEL
from tests.browser.reading import Json, card, ready, rewrite, title


def lit(page: Page) -> str:
    return "".join(page.locator("#ex-article .lit").all_text_contents())


def test_focus_of_a_finding_tells_it_and_lights_its_evidence(open_report: Open) -> None:
    page = open_report(f"#doc=harbour&system={HOSTILE_LABEL.replace('=', '%3D')}").page
    ready(page)
    finding = card(page, HOSTILE_LABEL).locator("button.letter.kind-N").first
    finding.focus()
    note = page.locator("#ex-note")
    expect(note).to_be_visible()
    expect(note).to_contain_text("number not in the article")
    expect(note).to_contain_text("strong sign of an error")
    assert "1812" in (finding.get_attribute("aria-label") or "")
    assert finding.get_attribute("aria-describedby") == "ex-note"
    assert lit(page)
    page.keyboard.press("Enter")
    expect(page.locator("#ex-article .lit").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(finding).to_be_focused()
    page.keyboard.press("Escape")
    assert page.locator(".lit").count() == 0


def test_hover_shows_a_note_and_leaving_takes_it_away(open_report: Open) -> None:
    page = open_report("#doc=bridge").page
    ready(page)
    fault = card(page, HOSTILE_LABEL).locator(".fault.kind-W").first
    fault.hover()
    expect(page.locator("#ex-note")).to_be_visible()
    assert page.locator(".fault.active").first.inner_text() in (fault.inner_text(), "")
    page.locator("#ex-q").hover()
    expect(page.locator("#ex-note")).to_be_hidden()
    page.clock.install()
    fault.click()
    page.locator("#ex-q").hover()
    page.clock.run_for(1_000)
    expect(page.locator("#ex-note")).to_be_visible()


def test_evidence_far_down_is_scrolled_to(open_report: Open, report: Path, tmp_path: Path) -> None:
    def far(data: Json, documents: list[Json]) -> None:
        long = next(d for d in documents if d["id"] == "long")
        at = long["text"].index("Paragraph 250")
        finding = next(f for f in long["summaries"][0]["findings"] if f["kind"] == "support")
        long["summaries"][0]["findings"] = [finding | {"severity": 1.0, "evidence": [[at, at + 13]]}]

    page = open_report("#doc=long", file=rewrite(report, tmp_path, far)).page
    ready(page)
    page.locator("button.letter").first.focus()
    assert lit(page) == "Paragraph 250"
    expect(page.locator(".lit").first).to_be_in_viewport()


def test_where_a_statement_stands_can_be_reached_by_key(open_report: Open) -> None:
    page = open_report("#doc=harbour").page
    ready(page)
    lead = card(page, "lead2")
    assert lead.locator("button.letter").count() == 0
    lead.get_by_text("Where its statements stand").click()
    first = lead.locator("details button").first
    first.focus()
    assert lit(page) == first.inner_text()


def test_without_evidence_the_note_says_so(open_report: Open, report: Path, tmp_path: Path) -> None:
    def bare(data: Json, documents: list[Json]) -> None:
        finding = {"metric": "facts", "kind": "number", "severity": 1.0, "span": [0, 3], "evidence": []}
        documents[0]["summaries"][0]["findings"] = [finding | {"detail": "not there", "trust": ""}]

    page = open_report("#doc=harbour", file=rewrite(report, tmp_path, bare)).page
    ready(page)
    page.locator("button.letter").first.focus()
    expect(page.locator("#ex-note")).to_contain_text("No evidence in the article.")


@pytest.mark.parametrize("doc", ["harbour", "emoji", "arabic", "japanese", "hostile"])
def test_marks_stand_at_code_points(open_report: Open, doc: str) -> None:
    page = open_report(f"#doc={doc}").page
    ready(page)
    found = page.evaluate(
        """async (id) => {
        const d = (await Bench.documents()).find((d) => d.id === id);
        const cut = (text, [start, end]) => Array.from(text ?? "").slice(start, end).join("");
        const findings = d.summaries.flatMap((s) => s.findings.map((f) => [cut(s.text, f.span), f]));
        return {
          faults: findings.filter(([, f]) => f.severity >= 0.75).map(([text]) => text),
          evidence: findings.flatMap(([, f]) => f.evidence.map((e) => cut(d.text, e))),
        };
    }""",
        doc,
    )
    marked = page.evaluate(
        """() => {
        const texts = {};
        for (const e of document.querySelectorAll(".fault.severe[data-note]")) {
          texts[e.dataset.note] = (texts[e.dataset.note] ?? "") + e.textContent;
        }
        return Object.values(texts);
    }"""
    )
    assert sorted(set(marked)) == sorted(set(found["faults"]))
    for button in page.locator("button.letter, .card details button").all():
        button.evaluate("(b) => { b.closest('details')?.setAttribute('open', ''); b.focus(); }")
        shown = lit(page)
        assert not shown or any(e in shown for e in found["evidence"])


def test_emoji_do_not_shift_what_is_marked(open_report: Open) -> None:
    page = open_report("#doc=emoji").page
    ready(page)
    wrong = card(page, HOSTILE_LABEL)
    assert "99" in " ".join(wrong.locator(".fault.kind-N").all_inner_texts())
    assert "John Brown" in " ".join(wrong.locator(".fault.kind-W").all_inner_texts())


def test_arabic_runs_from_right_to_left(open_report: Open) -> None:
    page = open_report("#doc=arabic").page
    ready(page)
    paragraph = page.locator("#ex-article p[lang=ar]").last
    assert paragraph.evaluate("(p) => getComputedStyle(p).direction") == "rtl"
    assert title(page).evaluate("(h) => getComputedStyle(h).direction") == "rtl"


def test_findings_that_overlap_keep_their_letters_and_lines(
    open_report: Open, report: Path, tmp_path: Path
) -> None:
    def overlap(data: Json, documents: list[Json]) -> None:
        made = [("number", 0, 9), ("quote", 4, 14), ("entity", 4, 14), ("number", 0, 9), ("new-kind", 20, 30)]
        documents[0]["summaries"][0]["findings"] = [
            {"metric": "m", "kind": kind, "severity": 1, "span": [start, end], "evidence": [[0, 5]]}
            | {"detail": f"detail {n}", "trust": ""}
            for n, (kind, start, end) in enumerate(made)
        ]

    page = open_report("#doc=harbour", file=rewrite(report, tmp_path, overlap)).page
    ready(page)
    text = page.locator(".card .text").first
    assert sorted(text.locator("button.letter").all_inner_texts()) == ["N", "O", "Q", "W"]
    written = page.evaluate("Bench.documents().then((all) => all[0].summaries[0].text)")
    shown = text.evaluate(
        "(e) => { const c = e.cloneNode(true); c.querySelectorAll('button').forEach((b) => b.remove()); "
        "return c.textContent.replaceAll('\u2060', ''); }"
    )
    assert shown == written
    lanes = {text.locator(f".fault.kind-{k}").first.get_attribute("class") for k in "NQW"}
    assert len({re.findall(r"lane-\d", lane or "")[0] for lane in lanes}) == 3
    text.locator("button.kind-N").focus()
    expect(page.locator("#ex-note")).to_contain_text("detail 0")
    expect(page.locator("#ex-note")).to_contain_text("detail 3")


def test_bullets_are_covered_or_missed_by_the_chosen_system(open_report: Open) -> None:
    page = open_report("#doc=harbour&system=lead2").page
    ready(page)
    references = page.get_by_label("References")
    covered = references.locator("button.told.covered")
    expect(covered).to_have_count(2)
    covered.first.focus()
    said = card(page, "lead2").locator(".stands.active").first
    expect(said).to_be_visible()
    assert said.inner_text()[:30] in covered.first.inner_text()
    card(page, HOSTILE_LABEL).get_by_role("button", name=HOSTILE_LABEL).click()
    missed = references.locator(".told.missed")
    expect(missed).not_to_have_count(0)
    expect(page.locator(".card").first).to_have_attribute("aria-label", HOSTILE_LABEL)
    card(page, HOSTILE_LABEL).get_by_role("button", name=HOSTILE_LABEL).click()
    expect(references.locator(".told").first).to_contain_text("covered by lead2")
