"""Each kind of change: what it makes of a text, and what it leaves alone."""

import re
import subprocess
import sys

import pytest

from bench.core.types import Document, Span
from bench.text.perturb import KINDS, obstacle, perturb
from bench.text.perturb_edit import compared, replaced
from bench.text.perturb_names import names
from bench.text.perturb_numbers import numbers

BODY = (
    "The mayor Anna Berg opened the new bridge in Lisbon on Monday. It is 350 metres long and was built "
    "in 2017 by Carlos Diaz. Critics had said in Madrid that it would never carry 4,500 cars a day. "
    "Anna Berg praised Carlos Diaz, and 12 per cent of the money came from Spain."
)
DOC = Document("bridge", BODY, ("Anna Berg opened a bridge in Lisbon.\nIt is 350 metres long.",))
OTHERS = (
    Document("bakery", "The baker Tom Field sold bread in Oslo. The owner Ida Lund said that it was good."),
    Document(
        "ferry", "The captain Mia Holm sailed to Athens. A storm rose in Athens on 4 May.", ("A storm.",)
    ),
    DOC,
)


def changed(kind: str, text: str, doc: Document = DOC, seed: int = 0) -> str | None:
    edit = perturb(kind, doc, text, OTHERS, seed)
    return None if edit is None else edit.text


def all_of(kind: str, text: str, doc: Document = DOC) -> set[str | None]:
    return {changed(kind, text, doc, seed) for seed in range(30)}


def test_a_name_of_another_document_is_of_the_same_sort() -> None:
    assert all_of("entity_other", "It opened in Lisbon.") == {"It opened in Oslo.", "It opened in Athens."}
    people = {f"The mayor {name} spoke." for name in ("Tom Field", "Ida Lund", "Mia Holm")}
    assert all_of("entity_other", "The mayor Anna Berg spoke.") == people


def test_another_name_of_the_document_is_not_in_the_summary_yet() -> None:
    assert all_of("entity_same", "It opened in Lisbon.") == {"It opened in Madrid.", "It opened in Spain."}
    assert all_of("entity_same", "Lisbon, and not Madrid or Spain.") == {None}


def test_in_small_letters_a_name_is_found_through_the_document_and_stays_small() -> None:
    assert all_of("entity_other", "it opened in lisbon .") == {"it opened in oslo .", "it opened in athens ."}


def test_names_at_a_verb_change_places() -> None:
    assert changed("role_swap", "Anna Berg praised Carlos Diaz.") == "Carlos Diaz praised Anna Berg."
    assert changed("role_swap", "Anna Berg and Carlos Diaz praised it.") is None, "both did it"
    assert changed("role_swap", "Anna Berg spoke. Carlos Diaz listened.") is None, "two sentences"


def test_names_are_found_by_their_capitals_and_sorted() -> None:
    text = "Yesterday the judge Ida Lund flew to Grey Gables. In Oslo the French and NATO waited. Yesterday."
    found = [(n.text, n.sort) for n in names(text)]
    people = [("Ida Lund", "person"), ("Grey Gables", ""), ("Oslo", "place"), ("French", "people")]
    assert found == [*people, ("NATO", "abbreviation")]


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("It is 350 metres.", r"It is [1-9]\d0 metres\."),
        ("It is 4,500 a day.", r"It is \d{1,2},\d00 a day\."),
        ("It is 12.5 per cent.", r"It is \d{1,2}\.\d per cent\."),
        ("It took 5 years.", r"It took \d{1,2} years\."),
        ("It took four years.", r"It took [a-z]+ years\."),
        ("Four years passed.", r"[A-Z][a-z]+ years passed\."),
    ],
)
def test_an_unseen_number_is_written_like_the_old_one(text: str, new: str) -> None:
    for made in all_of("number_unseen", text):
        assert made is not None
        assert re.fullmatch(new, made), made
        values = {n.value for n in numbers(made)}
        assert not values & {n.value for n in numbers(BODY + text)}


def test_a_share_stays_a_share() -> None:
    for made in all_of("number_unseen", "It was 90 per cent."):
        assert made is not None
        assert numbers(made)[0].value <= 100


def test_a_number_of_the_document_is_of_the_same_form_and_not_in_the_summary() -> None:
    doc = Document("d", "It has 40 rooms, 25 beds, 3.5 floors and 90 per cent of 7 guests.")
    assert all_of("number_same", "There were 40 rooms.", doc) == {f"There were {n} rooms." for n in (25, 7)}
    assert all_of("number_same", "There were 40 rooms, 25 beds and 7 guests.", doc) == {None}


@pytest.mark.parametrize(
    "text", ["It was built in 2017.", "1. Car\n2. Bus", "COVID-19 and 3-2", "A car a day"]
)
def test_years_markers_and_parts_of_words_are_no_numbers(text: str) -> None:
    assert changed("number_unseen", text) is None


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("It was built in 2017.", r"It was built in (?!2017)20\d\d\."),
        ("It was loved in the 1960s.", r"It was loved in the (?!1960)19\d0s\."),
        ("It opened on Monday.", r"It opened on (?!Monday)[A-Z]\w+day\."),
        ("It opened in May.", r"It opened in (?!May)[A-Z]\w+\."),
    ],
)
def test_a_date_is_moved(text: str, new: str) -> None:
    for made in all_of("date", text):
        assert made is not None
        assert re.fullmatch(new, made), made


def test_a_modal_verb_is_no_month() -> None:
    assert changed("date", "It may rain, and the crowds march on.") is None


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("It was built.", "It was not built."),
        ("They had left.", "They had not left."),
        ("They had a bridge.", None),
        ("It never was.", None),
        ("Nothing was built.", None),
        ("Was it built?", None),
        ("It was not built.", "It was built."),
        ("It wasn't built.", "It was built."),
        ("It can’t hold.", "It can hold."),
        ("It cannot hold.", "It can hold."),
        ("It won't hold.", "It will hold."),
        ("By the will of the mayor.", None),
    ],
)
def test_a_negation_comes_or_goes(text: str, new: str | None) -> None:
    assert changed("negation", text) == new


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Prices increased; they rose.", "Prices increased; they fell."),
        ("Higher walls.", "Lower walls."),
        ("They rose and fell.", None),
        ("The First World War", None),
    ],
)
def test_a_word_becomes_its_opposite(text: str, new: str | None) -> None:
    doc = Document("d", "The text is English, and of no importance.")
    assert changed("antonym", text, doc) == new


def test_the_indefinite_article_fits_the_new_word() -> None:
    def put(text: str, new: str) -> str:
        at = text.index("old")
        return replaced(text, at, at + 3, new).text

    assert put("It is an old car.", "new") == "It is a new car."
    assert put("A old car.", "odd") == "An odd car."
    assert put("An old car.", "European") == "A European car."
    assert put("An old car.", "unimportant") == "An unimportant car."
    assert put("An old car.", "hour") == "An hour car."
    edit = replaced("It is an old car.", 9, 12, "new")
    assert (edit.before, edit.after) == (Span(6, 12), Span(6, 11))


def test_the_wrong_article_is_of_the_same_make() -> None:
    assert changed("wrong_article", DOC.references[0]) == "A storm.", "only one of the others has a reference"
    leads = {
        "The baker Tom Field sold bread in Oslo.\nThe owner Ida Lund said that it was good.",
        "The captain Mia Holm sailed to Athens.\nA storm rose in Athens on 4 May.",
    }
    assert all_of("wrong_article", "One sentence.\nAnother.") == leads
    assert perturb("wrong_article", DOC, "One sentence.", [DOC]) is None


def test_a_sentence_is_dropped_with_its_line() -> None:
    assert all_of("dropped", "One.\nTwo.\nThree.") == {"Two.\nThree.", "One.\nThree.", "One.\nTwo."}
    assert all_of("dropped", "It is one. It is two.") == {"It is one.", "It is two."}
    assert changed("dropped", "It is one.") is None


def test_sentences_are_shuffled_in_their_places() -> None:
    assert changed("shuffled", "- One.\n- Two.") == "- Two.\n- One."
    assert changed("shuffled", "It is one.  It is two.") == "It is two.  It is one."
    assert changed("shuffled", "One.\nOne.") is None


@pytest.mark.parametrize(
    ("kind", "text", "new"),
    [
        ("lower_case", "Anna Berg", "anna berg"),
        ("quotes", "“It’s”", '"It\'s"'),
        ("quotes", "He said \"it's ('well') good\".", "He said “it’s (‘well’) good”."),
        ("contractions", "They Do not go.", "They Don't go."),
        ("contractions", "It isn’t here.", "It is not here."),
        ("contractions", "It's been here.", None),
        ("digit_groups", "1,000 of 12,345,678", "1000 of 12345678"),
        ("digit_groups", "12345 in 1999", "12,345 in 1999"),
        ("digit_groups", "10:12345 and 3.14159", None),
        ("percent", "12 per cent", "12%"),
        ("percent", "12 percent", "12%"),
        ("percent", "12%", "12 per cent"),
        ("numerals", "five cars", "5 cars"),
        ("numerals", "5 cars of 1,005", "five cars of 1,005"),
        ("numerals", "twenty-five or one in five", None),
        ("bullets", "It is one. It is two.", "- It is one.\n- It is two."),
        ("bullets", "- One.\n- Two.", "One. Two."),
        ("spacing", "One two.\nThree.", "One  two.\n\nThree."),
        ("spelling", "The Colour of the theatre", "The Color of the theater"),
        ("spelling", "The color", "The colour"),
    ],
)
def test_controls(kind: str, text: str, new: str | None) -> None:
    assert KINDS[kind].group == "controls"
    assert changed(kind, text) == new


def test_english_is_needed_where_words_are() -> None:
    german = Document("de", "Die Brücke war nicht teuer und wurde 2017 in Bonn gebaut.", lang="de")
    assert changed("negation", "Die Brücke was not teuer.", german) is None
    assert obstacle("negation", german, "x") == "language: 'de', expected English"
    unknown = Document("u", "Die Brücke war 350 Meter lang.")
    assert (
        obstacle("negation", unknown, "Sie war lang.") == "language: not given, and the text is not English"
    )
    assert obstacle("negation", Document("en", "x", lang="en-GB"), "x") is None
    assert changed("number_unseen", "Sie war 350 Meter lang.", unknown) is not None
    assert {k for k, kind in KINDS.items() if not kind.english} >= {"number_unseen", "entity_same", "dropped"}


def test_an_edit_is_as_small_as_whole_words_allow() -> None:
    edit = compared("a big red car", "a big blue car")
    assert edit is not None
    assert (edit.before, edit.after) == (Span(6, 9), Span(6, 10))
    assert compared("same", "same") is None


def test_the_hash_seed_of_a_process_changes_nothing() -> None:
    code = (
        "from tests.unit.text.test_perturb import DOC, OTHERS, BODY, KINDS, perturb\n"
        "print([perturb(k, DOC, BODY, OTHERS) for k in KINDS])"
    )
    outs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outs) == 1
