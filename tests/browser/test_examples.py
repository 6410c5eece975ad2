"""The examples of the page: found, read, sent to somebody, with keys alone and on a phone."""

import copy
from pathlib import Path

from tests.browser.chromium import Locator, Open, Page, expect
from tests.browser.conftest import ARTICLES, HOSTILE, HOSTILE_LABEL
from tests.browser.reading import Json, card, ready, rewrite, title


def headlines(page: Page) -> list[str]:
    return page.locator("#ex-list .name").all_inner_texts()


def field(page: Page, label: str) -> Locator:
    return page.locator("#ex-tools").get_by_label(label)


def test_the_list_has_every_example_and_the_first_is_shown(open_report: Open) -> None:
    page = open_report("#examples").page
    expect(title(page)).to_have_text(ARTICLES["harbour"][0])
    expect(page.locator("#ex-count")).to_have_text("8 examples")
    assert len(headlines(page)) == len(ARTICLES)
    assert page.locator("#ex-list a[aria-current=true] .name").inner_text() == ARTICLES["harbour"][0]


def test_a_search_finds_headlines_ids_and_words_of_the_texts(open_report: Open) -> None:
    page = open_report("#examples").page
    ready(page)
    count, names = page.locator("#ex-count"), page.locator("#ex-list .name")
    search = field(page, "Search")
    for words, found in (
        ("PRIZE", "school"),  # a headline
        ("japanese", "japanese"),  # an id
        ("hall 250 decided", "long"),  # words in the middle of an article
        ("الصيادون", "arabic"),
    ):
        search.fill(words)
        expect(names).to_have_text([ARTICLES[found][0]])
        expect(count).to_have_text("1 of 8 examples")
    search.fill("no such words")
    expect(count).to_contain_text("0 of 8 examples")
    page.get_by_role("button", name="Show all").click()
    expect(count).to_have_text("8 examples")


def test_filters_and_orders_follow_the_scores(open_report: Open) -> None:
    page = open_report("#examples").page
    ready(page)
    index, headline = page.evaluate("[Bench.data().index, Bench.data().columns[Bench.data().headline]]")
    systems = page.evaluate("Bench.data().systems.map((system) => system.label)")
    assert headline["better"] == "high"
    one = systems.index(HOSTILE_LABEL)

    field(page, "System").select_option(HOSTILE_LABEL)
    field(page, "Show").select_option("flagged")
    flagged = [e["headline"] for e in index if one in e["flagged"]]
    assert [h.strip() for h in headlines(page)] == [" ".join(h.split()) for h in flagged]
    assert 0 < len(flagged) < len(index)

    field(page, "Show").select_option("")
    field(page, "Sort").select_option("worst")
    scored = sorted((e for e in index if e["scores"][one] is not None), key=lambda e: e["scores"][one])
    assert headlines(page)[0].split() == scored[0]["headline"].split()
    field(page, "Sort").select_option("best")
    assert headlines(page)[0].split() == scored[-1]["headline"].split()
    assert headlines(page)[-1] == ARTICLES["long"][0], "what has no score comes last in either order"

    field(page, "Show").select_option("disagree")
    expect(page.locator("#ex-count")).to_have_text("1 of 8 examples")
    ranked = [i for i, s in enumerate(page.evaluate("Bench.data().systems")) if not s["apart"]]

    def spread(entry: Json) -> float:
        scores = [entry["scores"][i] for i in ranked if entry["scores"][i] is not None]
        return float(max(scores) - min(scores))

    assert headlines(page)[0].split() == max(index, key=spread)["headline"].split()


def test_keys_go_on_and_back_and_search_and_help(open_report: Open) -> None:
    page = open_report("#examples").page
    ready(page)
    page.keyboard.press("j")
    expect(title(page)).to_have_text(ARTICLES["bridge"][0])
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(title(page)).to_have_text(ARTICLES["bridge"][0])
    page.keyboard.press("/")
    expect(field(page, "Search")).to_be_focused()
    page.keyboard.type("jk?/")
    expect(field(page, "Search")).to_have_value("jk?/")
    expect(title(page)).to_have_text(ARTICLES["bridge"][0])
    field(page, "Search").fill("")
    page.keyboard.press("Escape")
    expect(field(page, "Search")).not_to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("j")
    expect(title(page)).to_have_text(ARTICLES["bridge"][0])
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("?")
    page.get_by_label("Single letters are keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("j")
    expect(title(page)).to_have_text(ARTICLES["bridge"][0])


def test_arrows_walk_through_the_list_and_keep_the_focus(open_report: Open) -> None:
    page = open_report("#examples").page
    ready(page)
    page.locator("#ex-list a").first.focus()
    page.keyboard.press("ArrowDown")
    expect(title(page)).to_have_text(ARTICLES["bridge"][0])
    expect(page.locator("#ex-list a[aria-current]")).to_be_focused()
    page.keyboard.press("End")
    expect(title(page)).to_have_text(ARTICLES["japanese"][0])
    assert page.locator("#ex-list a[tabindex='0']").count() == 1


def test_an_address_restores_what_was_seen(open_report: Open) -> None:
    first = open_report("#examples").page
    ready(first)
    field(first, "Search").fill("opened")
    field(first, "Sort").select_option("worst")
    field(first, "System").select_option(HOSTILE_LABEL)
    first.locator("#ex-list a", has_text=ARTICLES["bridge"][0]).click()
    expect(title(first)).to_have_text(ARTICLES["bridge"][0])
    second = open_report(first.evaluate("location.hash")).page
    ready(second)
    expect(title(second)).to_have_text(ARTICLES["bridge"][0])
    expect(field(second, "Search")).to_have_value("opened")
    expect(field(second, "Sort")).to_have_value("worst")
    expect(field(second, "System")).to_have_value(HOSTILE_LABEL)
    expect(second.locator(".card").first).to_have_attribute("aria-label", HOSTILE_LABEL)
    assert headlines(second) == headlines(first)


def test_back_undoes_a_click_and_a_run_of_keys(open_report: Open) -> None:
    page = open_report("#doc=harbour").page
    ready(page)
    page.locator("#ex-list a", has_text=ARTICLES["school"][0]).click()
    expect(title(page)).to_have_text(ARTICLES["school"][0])
    for _ in range(3):
        page.keyboard.press("j")
    expect(title(page)).to_have_text(ARTICLES["long"][0])
    page.go_back()
    expect(title(page)).to_have_text(ARTICLES["school"][0])
    page.go_back()
    expect(title(page)).to_have_text(ARTICLES["harbour"][0])


def test_an_unknown_address_is_said_in_words(open_report: Open) -> None:
    page = open_report("#doc=nowhere").page
    expect(page.locator("#ex-article")).to_contain_text("There is no example “nowhere” on this page.")
    page.evaluate("location.hash = 'doc=school&system=nobody&filter=toString&sort=constructor'")
    expect(title(page)).to_have_text(ARTICLES["school"][0])
    expect(page.locator("#ex-count")).to_have_text("8 examples")
    expect(field(page, "System")).to_have_value("")


def test_hostile_texts_stay_text(open_report: Open) -> None:
    page = open_report("#doc=hostile").page
    ready(page)
    shown = " ".join(page.locator("#ex-article").inner_text().split())
    assert " ".join(HOSTILE.split()) in shown
    assert card(page, HOSTILE_LABEL).count() == 1
    assert page.locator("#examples img, #examples script").count() == 0
    assert page.evaluate("window.hacked") is None


def test_a_failed_summary_says_why(open_report: Open) -> None:
    page = open_report("#doc=long").page
    ready(page)
    expect(card(page, HOSTILE_LABEL)).to_contain_text("No summary: ")


def test_what_is_missing_is_said_in_words(open_report: Open, report: Path, tmp_path: Path) -> None:
    def poor(data: Json, documents: list[Json]) -> None:
        data["headline"] = None
        for d in documents:
            for summary in d["summaries"]:
                summary |= {"findings": [], "bullets": None}
        documents[0] |= {"text": None, "notes": ["the article is not in the data any more"]}
        documents[1] |= {"text": "", "references": []}
        documents[2]["summaries"][0] |= {"text": "", "sample": 1}
        documents[2]["summaries"][1] |= {"cut": True}
        documents[2]["query"] = "What was won?"

    page = open_report("#doc=harbour", file=rewrite(report, tmp_path, poor)).page
    ready(page)
    expect(page.locator("#ex-article")).to_contain_text("the article is not in the data any more")
    expect(page.locator("#ex-cards")).to_contain_text("The metric facts does")
    assert field(page, "Sort").locator("option").count() == 1
    page.keyboard.press("j")
    expect(page.locator("#ex-article")).to_contain_text("no articles")
    expect(page.locator("#ex-cards")).to_contain_text("These data have no references.")
    page.keyboard.press("j")
    expect(page.locator("#ex-cards")).to_contain_text("(an empty summary)")
    expect(page.locator("#ex-cards")).to_contain_text("sample 1")
    expect(page.locator("#ex-cards")).to_contain_text("cut by a token limit")
    expect(page.locator("#ex-article")).to_contain_text("asked: What was won?")


def test_a_browser_that_cannot_unpack_is_told(open_report: Open) -> None:
    page = open_report().page
    page.add_init_script("delete window.DecompressionStream")
    page.reload()
    page.evaluate("location.hash = 'doc=harbour'")
    expect(page.locator("#ex-article")).to_contain_text("too old to unpack the texts")
    assert len(headlines(page)) == len(ARTICLES)


def test_thousands_of_examples_keep_few_rows(open_report: Open, report: Path, tmp_path: Path) -> None:
    def many(data: Json, documents: list[Json]) -> None:
        first, d = data["index"][0], documents[0]
        data["index"] = [copy.copy(first) | {"id": f"n{i}", "headline": f"Example {i}"} for i in range(5000)]
        documents[:] = [d | {"id": f"n{i}"} for i in range(5000)]

    page = open_report("#doc=n2500", file=rewrite(report, tmp_path, many)).page
    ready(page)
    expect(page.locator("#ex-list a[aria-current] .name")).to_have_text("Example 2500")
    expect(page.locator("#ex-list a[aria-current]")).to_be_in_viewport()
    assert page.locator("#ex-list li").count() < 60
    assert page.locator("#ex-list a[aria-current]").locator("..").get_attribute("aria-setsize") == "5000"
    page.locator("#ex-list").evaluate("(pane) => { pane.scrollTop = pane.scrollHeight; }")
    expect(page.locator("#ex-list .name").last).to_have_text("Example 4999")


def test_a_phone_shows_one_pane_at_a_time(open_report: Open) -> None:
    page = open_report("#examples", width=400, height=800).page
    article, cards = page.locator("#ex-article"), page.locator("#ex-cards")
    expect(page.locator("#ex-list")).to_be_visible()
    expect(article).to_be_hidden()
    page.locator("#ex-list a", has_text=ARTICLES["bridge"][0]).click()
    expect(article).to_be_visible()
    page.get_by_role("button", name="Summaries").click()
    expect(cards).to_be_visible()
    expect(article).to_be_hidden()
    letter = card(page, HOSTILE_LABEL).locator("button.letter").first
    letter.click()
    page.get_by_role("button", name="Show in the article").click()
    expect(page.locator("#ex-article .lit").first).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(letter).to_be_focused()
    wide = page.locator("#ex").evaluate(
        "(e) => [e.scrollWidth - e.clientWidth, e.getBoundingClientRect().right]"
    )
    assert wide[0] <= 0, "nothing is wider than the phone"
    assert wide[1] <= 400
