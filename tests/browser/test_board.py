"""The table of the page: read, sorted, folded and explained, with mouse and keys."""

import re

import pytest

from tests.browser.chromium import Open, Page, expect, grave
from tests.browser.conftest import HOSTILE_LABEL
from tests.browser.reading import ready

SYSTEMS = ".board .ranked .system bdi"


def systems(page: Page) -> list[str]:
    return page.locator(".board .ranked tr > .system > button bdi").all_inner_texts()


def column(page: Page, title: str) -> list[float]:
    """The numbers of a column as they stand, from top to bottom."""
    at = page.locator(".board .columns th").all_inner_texts()
    index = next(i for i, text in enumerate(at) if text.startswith(title))
    cells = page.locator(f".board .ranked tr > :nth-child({index + 1}) > .explain").all_inner_texts()
    return [float(text.rstrip("†").replace("−", "-")) for text in cells]


def unfold(page: Page) -> None:
    """Show the groups that did not fit."""
    while (folded := page.locator(".fold[aria-expanded=false]")).count():
        folded.first.click()


def heading(page: Page, title: str) -> str:
    found: str = page.locator(".board .columns th", has_text=re.compile(f"^{title}")).evaluate(
        "th => th.ariaSort"
    )
    return found


def test_a_heading_sorts_with_the_good_end_first_and_then_the_other_way(open_report: Open) -> None:
    page = open_report().page
    unfold(page)
    assert heading(page, "ROUGE-Lsum") == "descending"
    assert column(page, "ROUGE-Lsum") == sorted(column(page, "ROUGE-Lsum"), reverse=True)
    button = page.get_by_role("button", name=re.compile("^flagged"))
    button.click()
    assert heading(page, "flagged") == "ascending"
    assert column(page, "flagged") == sorted(column(page, "flagged"))
    button.press("Enter")
    assert heading(page, "flagged") == "descending"
    assert column(page, "flagged") == sorted(column(page, "flagged"), reverse=True)


def test_systems_apart_stay_below_whatever_is_sorted(open_report: Open) -> None:
    page = open_report().page
    unfold(page)
    for title in ("system", "coverage", "ROUGE-1"):
        page.get_by_role("button", name=re.compile(f"^{title}")).click()
        expect(page.locator(".board tbody").last.locator("tr > .system > button")).to_have_text("copy")


def test_a_group_folds_and_unfolds(open_report: Open) -> None:
    page = open_report().page
    unfold(page)
    form = page.get_by_role("button", name="Form")
    form.press("Enter")
    expect(form).to_have_attribute("aria-expanded", "false")
    expect(page.locator(".board .columns th[data-group=form]").first).to_be_hidden()
    expect(page.locator(".board .columns th[data-group=overlap]").first).to_be_visible()
    form.click()
    expect(form).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".board .columns th[data-group=form]").first).to_be_visible()
    assert page.locator("[data-folded]").count() == 0


def test_what_does_not_fit_is_folded_but_never_the_headline(open_report: Open) -> None:
    wide, narrow = open_report().page, open_report(width=400).page
    expect(wide.get_by_role("button", name="Checks")).to_have_attribute("aria-expanded", "true")
    expect(narrow.get_by_role("button", name="Checks")).to_have_attribute("aria-expanded", "false")
    expect(narrow.locator(".board .columns .headline")).to_be_visible()


def test_pointing_at_a_number_explains_it(open_report: Open) -> None:
    page = open_report().page
    cell = page.locator(".board .ranked td.headline").first
    box = cell.locator(".details")
    expect(box).to_be_hidden()
    cell.locator(".explain").hover()
    expect(box).to_be_visible()
    expect(box).to_contain_text("95 % interval, BCa bootstrap")
    expect(box).to_contain_text("median")
    expect(box).to_contain_text("8 with a value")
    expect(box).to_contain_text("rougeLsum|refs:1|")
    page.mouse.move(1, 1)
    expect(box).to_be_hidden()


def test_a_press_keeps_the_details_open_and_escape_closes_them(open_report: Open) -> None:
    page = open_report().page
    cell = page.locator(".board .ranked td.headline").first
    cell.locator(".explain").click()
    page.mouse.move(1, 1)
    expect(cell.locator(".details")).to_be_visible()
    page.keyboard.press("Escape")
    expect(cell.locator(".details")).to_be_hidden()


def test_the_table_is_one_stop_of_the_tabulator_and_arrows_move_within(open_report: Open) -> None:
    page = open_report().page
    assert page.locator(".board .explain[tabindex='0']").count() == 1
    first = page.locator(".board .ranked tr").first.locator(".explain")
    first.nth(0).focus()
    page.keyboard.press("ArrowRight")
    expect(first.nth(1)).to_be_focused()
    expect(page.locator(".details:popover-open")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(page.locator(".board .ranked tr").nth(1).locator(".explain").nth(1)).to_be_focused()
    expect(page.locator(".details:popover-open")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".details:popover-open .signature")).to_be_visible()


def test_the_signature_can_be_copied(open_report: Open) -> None:
    page = open_report().page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    cell = page.locator(".board .ranked td.headline").first
    cell.locator(".explain").click()
    cell.get_by_role("button", name="Copy").click()
    expect(cell.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == cell.locator("code").inner_text()


def test_a_cell_of_the_matrix_leads_to_the_documents_behind_it(open_report: Open) -> None:
    page = open_report().page
    panel = page.locator("#pair")
    expect(panel).to_be_empty()
    page.locator(".matrix:visible [data-cell]").first.click()
    expect(panel).to_contain_text("less")
    expect(panel).to_contain_text("adjusted")
    link = panel.get_by_role("link").first
    assert (link.get_attribute("href") or "").startswith("#doc=")
    page.get_by_label("Column").select_option(label="consistency ↑")
    expect(panel).to_contain_text("in consistency")
    expect(page.locator(".matrix:visible caption")).to_contain_text("consistency")


def test_the_matrix_is_turned_where_its_cells_are(open_report: Open) -> None:
    page = open_report().page
    cells = page.locator(".matrix").first.locator("[data-cell]")
    names = cells.evaluate_all("all => all.map((cell) => cell.ariaLabel)")
    numbers = {tuple(who.split(" less ")): n for who, n in (name.split(",")[0].split(": ") for name in names)}
    turned = str.maketrans("+−", "−+")
    assert len(numbers) == 6
    for (a, b), number in numbers.items():
        assert numbers[b, a] == number.translate(turned)


def test_the_switch_turns_dark_on_and_off_and_is_remembered(open_report: Open) -> None:
    page = open_report(scheme="light").page
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    switch = page.get_by_role("button", name="Dark")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    dark = page.evaluate(paper)
    assert dark != "rgb(255, 255, 255)"
    page.reload()
    assert page.evaluate(paper) == dark
    switch.click()
    assert page.evaluate(paper) == "rgb(255, 255, 255)"


def test_the_system_decides_until_the_reader_does(open_report: Open) -> None:
    page = open_report(scheme="dark").page
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"


def test_the_keys_are_told(open_report: Open) -> None:
    page = open_report().page
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("next and previous example")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_without_scripts_verdict_table_and_signatures_read(open_report: Open) -> None:
    page = open_report(scripts=False).page
    expect(page.locator("#verdict")).to_contain_text("ROUGE-Lsum")
    expect(page.locator(".board .ranked tr").first).to_be_visible()
    expect(page.locator(".signatures")).to_contain_text("rougeLsum")
    expect(page.get_by_role("button", name="Dark")).to_be_hidden()
    cell = page.locator(".board .ranked td.headline").first
    cell.locator(".explain").click()
    expect(cell.locator(".details")).to_be_visible()


def test_hostile_labels_stay_text(open_report: Open) -> None:
    page = open_report().page
    assert HOSTILE_LABEL in systems(page)
    expect(page.locator(".matrix:visible")).to_contain_text(HOSTILE_LABEL)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("width", [1280, 400, 320])
def test_the_page_is_never_wider_than_the_window(open_report: Open, width: int) -> None:
    page = open_report(width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_axe_finds_nothing_serious(open_report: Open, width: int, scheme: str) -> None:
    """With everything open: a pair of systems, an example with a finding and its note, details, the keys."""
    page = open_report("#doc=harbour&system=lead2", width=width, scheme=scheme).page
    ready(page)
    page.locator(".matrix:visible [data-cell]").first.click()
    for closed in page.locator("summary:visible").all():
        closed.click()
    if width < 500:
        page.get_by_role("button", name="Summaries").click()
    page.locator("button.letter").first.focus()
    expect(page.locator("#ex-note")).to_be_visible()
    assert grave(page) == []
    page.locator(".board .ranked td.headline .explain").first.click()
    assert grave(page, ".board .ranked") == []
    page.keyboard.press("?")
    assert grave(page, "#keys") == []


def test_a_phone_shows_the_numbers_that_rank(open_report: Open) -> None:
    page = open_report(width=400).page
    page.locator("#leaderboard").scroll_into_view_if_needed()
    expect(page.locator(".board .ranked td.headline .explain").first).to_be_in_viewport(ratio=1)


def test_a_printed_page_says_where_the_texts_are_or_has_them(open_report: Open) -> None:
    said = open_report(width=500).page
    said.emulate_media(media="print")
    expect(said.locator(".print-only")).to_be_visible()
    expect(said.locator("#ex")).to_be_hidden()
    read = open_report("#doc=harbour").page
    ready(read)
    read.emulate_media(media="print")
    expect(read.locator(".print-only")).to_be_hidden()
    expect(read.locator("#ex-cards .card").first).to_be_visible()
    expect(read.locator("#ex-article")).to_be_visible()
    expect(read.locator(".charts > .folded").first).to_be_hidden()


def test_a_printed_page_has_table_and_texts(open_report: Open) -> None:
    page = open_report(scheme="dark").page
    page.emulate_media(media="print")
    expect(page.locator(".top")).to_be_hidden()
    expect(page.locator(".board .ranked tr").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert len(page.pdf()) > 10_000
