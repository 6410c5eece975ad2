"""Every check of the audit fires on a document made for it, and none on a good one."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.core.types import Document
from bench.data.articles import Articles
from bench.data.checks import audit
from bench.data.issue import Issue
from bench.data.select import load

GOOD = Document(
    id="canal",
    text="The council of Leiden voted on Monday to reopen the old canal through the market square, which was "
    "filled in 1923 to make room for cars. Twelve members were in favour and three against. Work starts in "
    "May and costs 1,500,000 euros. Dutch engineers will first move the pipes that run under the street.",
    references=(
        "A canal that Leiden closed in 1923 will return.\n"
        "Of the members, 12 agreed to spend 1500000 euros.\n"
        "Pipes are moved first, says the BBC, by Dutch experts.",
    ),
    headline="Water returns to the market",
    lang="en",
    source="canal.txt",
)

OTHER = Document(
    id="museum",
    text="A small museum of clocks has found a buyer after two years. Its owner, who is ninety, will keep "
    "the oldest piece. The collection goes to a school for watchmakers in the north of the country.",
    references=("After a long search a school takes over the clocks.\nOne piece stays with the owner.",),
    source="museum.txt",
)


def issues(*documents: Document) -> list[tuple[str, str, str, str]]:
    return [(i.severity, i.check, i.doc_id, i.what) for i in audit(documents)]


def of(document: Document, check: str) -> list[str]:
    """What one check says about a document that stands between good ones."""
    return [i.what for i in audit([GOOD, document, OTHER]) if i.check == check and i.doc_id == document.id]


def test_good_documents_have_no_issues() -> None:
    assert issues(GOOD, OTHER) == []
    assert issues() == []


def test_an_issue_says_where() -> None:
    assert audit([replace(GOOD, references=())]) == [
        Issue("warning", "no-reference", "canal", "canal.txt", "has no reference")
    ]


BAD = replace(GOOD, id="bad", headline=None)


@pytest.mark.parametrize(
    ("document", "severity", "check", "what"),
    [
        (replace(BAD, references=()), "warning", "no-reference", "has no reference"),
        (replace(BAD, references=(" ... ",)), "error", "empty-reference", "reference 1 has no words"),
        (
            replace(BAD, references=("They agreed on it.", "They agreed, on it!")),
            "warning", "equal-references", "has the same reference twice",
        ),
        (
            replace(BAD, headline="The canal returns", references=("Pipes move.\n- The canal returns.",)),
            "warning", "headline", "the headline is a line of a reference",
        ),
        (
            replace(BAD, text="议会决定重开运河。工程五月开始。", references=("议会决定2015年重开运河。",)),
            "warning", "tokenizer",
            "ROUGE's default tokenizer keeps 31 % of a reference's letters and digits: "
            "set tokenizer: unicode",
        ),
        (
            replace(BAD, text="the council voted\nwork starts"),
            "warning", "no-sentence-end", "the document has no sentence that ends",
        ),
        (
            replace(BAD, text="They agreed.", references=("They agreed to it.",)),
            "warning", "long-reference", "reference 1 has 4 words, the document 2",
        ),
        (
            replace(BAD, references=("Совет решил вновь открыть старый канал.",)),
            "warning", "script", "reference 1 is in Cyrillic script, the document in Latin",
        ),
        (
            replace(BAD, references=("Pipes move.\ntwelve members WERE in favour - and three against!",)),
            "note", "copied", "1 of 2 lines of reference 1 are copied word for word",
        ),
        (
            replace(BAD, references=("Since 1924, 3 of the 12 paid 1.500.000 or 15 euros.",)),
            "warning", "number", "reference 1 has numbers that the document lacks: 1924, 15",
        ),
        (
            replace(BAD, references=("The council in Leyden asked Dutchmen, not Amsterdam.",)),
            "warning", "name", "reference 1 has names that the document lacks: Leyden, Amsterdam",
        ),
    ],
)  # fmt: skip
def test_one_document(document: Document, severity: str, check: str, what: str) -> None:
    assert (severity, check, "bad", what) in issues(OTHER, document)


@pytest.mark.parametrize("lang", ["en", "de"])
def test_german_nouns_are_not_names(lang: str) -> None:
    text = "Der Rat will den Kanal bald wieder öffnen."
    found = of(Document("x", text, ("Die Stadt öffnet den Graben.",), lang=lang), "name")
    assert found == (["reference 1 has names that the document lacks: Stadt, Graben"] if lang == "en" else [])


def saying(text: str, reference: str, headline: str | None = None) -> list[str]:
    """What the audit of numbers and names says about one sentence for another."""
    document = Document("x", text, (reference,), headline=headline, lang="en")
    return [i.what.rpartition(": ")[2] for i in audit([document]) if i.check in ("number", "name")]


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("It began at 10.30 today.", "It began at 10:30."),
        ("It cost 12.50 euros.", "It cost 12.5 euros."),
        ("It cost 1,234.50 euros.", "It cost 1.234,5 euros."),
        ("Twenty-five people came.", "There were 25."),
        ("Some two hundred came.", "There were 200."),
        ("More than a hundred came.", "There were 100."),
        ("Three hundred and fifty came.", "There were 350, over 300."),
        ("From one hundred to nine hundred and two thousand.", "There were 100 or 902,000 or 2000."),
        ("It seats two thousand.", "It seats 2,000."),
        ("It seats 2\u202f000 today.", "It seats 2.000 today."),
        ("It cost 1,500,000 euros.", "It cost 1.5 million."),
        ("It cost 1.5 million\neuros.", "It cost 1500000 euros."),
        ("Two million two hundred thousand and five.", "In all 2,200,005."),
        ("The lot of 1,00,000 rupees.", "In all 100000 rupees."),
        ("The 1,2 and 0.125 of it.", "The 1.2 and 0,125 of it."),
    ],
)
def test_one_number_in_two_spellings(text: str, reference: str) -> None:
    assert saying(text, reference) == []


@pytest.mark.parametrize(
    ("text", "reference", "number"),
    [
        ("It grew by 15 percent.", "It grew by 1.5 percent.", "1.5"),
        ("It grew by 1.5 percent.", "It grew by 15 percent.", "15"),
        ("It grew by 0.125 percent.", "It grew by 125 percent.", "125"),
        ("It has 2 parts of a thousand.", "It has 2,000 parts.", "2,000"),
        ("Two, three hundred came.", "There were 500.", "500"),
        ("Often the weight is of benefit.", "There were 10 and 8.", "10, 8"),
    ],
)
def test_two_numbers_that_look_alike(text: str, reference: str, number: str) -> None:
    assert saying(text, reference) == [number]


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("France won.", "The French won."),
        ("The French won.", "So said France."),
        ("It left the Netherlands.", "It left by Dutch ships."),
        ("Dutch ships left.", "They left the Netherlands."),
        ("It is banked in Switzerland.", "It is in a Swiss bank."),
        ("It rains in Spain.", "It is Spanish rain."),
        ("The United States won.", "The American won."),
        ("They met yesterday.", "They met on Tuesday in March."),
    ],
)
def test_names_that_a_document_has_in_another_form(text: str, reference: str) -> None:
    assert saying(text, reference) == []


def test_a_country_does_not_stand_for_another() -> None:
    assert saying("The French won.", "The Swiss won in Spain.") == ["Swiss, Spain"]


def test_the_headline_counts_as_part_of_the_document() -> None:
    assert saying("They won.", "It was Leiden by 3.", "Leiden wins by 3") == []
    assert saying("They won.", "It was Leiden by 3.", "A win") == ["3", "Leiden"]


def test_digits_of_other_scripts_are_numbers() -> None:
    hindi = Document("x", "भारत ने १९८३ में कप जीता। टीम खुश थी।", ("भारत 1983 में जीता।",), lang="hi")
    assert of(hindi, "number") == []
    assert of(replace(hindi, references=("भारत १९८४ में जीता।",)), "number") == [
        "reference 1 has numbers that the document lacks: १९८४"
    ]


def test_an_accent_does_not_make_a_text_untokenisable() -> None:
    assert (
        of(replace(BAD, references=("Le conseil a décidé de rouvrir le vieux canal à l'été.",)), "tokenizer")
        == []
    )


def test_a_short_line_that_recurs_is_no_copy() -> None:
    assert of(replace(BAD, references=("Work starts in May.\nPipes move.",)), "copied") == []


class TestAcross:
    def test_the_same_text_twice(self) -> None:
        again = replace(GOOD, id="again", text=GOOD.text.upper().replace(" ", "\n"), references=("Yes.",))
        assert issues(GOOD, OTHER, again) == [
            ("warning", "duplicate", "again", "has the same text as 'canal'")
        ]

    def test_one_text_with_two_questions_is_two_examples(self) -> None:
        asked = [replace(GOOD, id=q, query=q, references=(f"{q}.",)) for q in ("who", "why")]
        assert issues(*asked) == []

    def test_nearly_the_same_text(self) -> None:
        body = " ".join(f"Sentence {n} of a long report tells of item {n * n}." for n in range(60))
        long = replace(OTHER, id="long", text=body, references=("A report lists items.",))
        near = replace(
            long, id="near", text=body + " An editor added this.", references=("Items are listed.",)
        )
        assert issues(long, near) == [("warning", "near-duplicate", "near", "has nearly the text of 'long'")]

    def test_a_common_passage_is_no_near_duplicate(self) -> None:
        common = " Our newsletter brings you the news of the week every Friday at noon." * 3
        a = replace(GOOD, text=GOOD.text + common)
        b = replace(OTHER, text=OTHER.text + common)
        assert issues(a, b) == []

    def test_a_reference_of_two_documents(self) -> None:
        shared = replace(OTHER, references=(*OTHER.references, GOOD.references[0].lower()))
        found = [i for i in issues(GOOD, shared) if i[1] == "shared-reference"]
        assert found == [("warning", "shared-reference", "museum", "shares a reference with 'canal'")]

    def test_a_reference_that_stands_in_its_own_document(self) -> None:
        leaking = replace(GOOD, text=f"{GOOD.text} {GOOD.references[0]}", id="leaking")
        assert ("warning", "leak", "leaking", "its own reference stands whole in the document") in issues(
            leaking
        )

    def test_a_reference_that_stands_in_another_document(self) -> None:
        leaking = replace(OTHER, text=f"{OTHER.text} {GOOD.references[0]}")
        assert issues(GOOD, leaking) == [
            ("warning", "leak", "museum", "the reference of 'canal' stands whole in the document")
        ]

    def test_a_beginning_is_no_leak(self) -> None:
        part = GOOD.references[0].split("\n")[0]
        assert issues(GOOD, replace(OTHER, text=f"{OTHER.text} {part}")) == []

    def test_issues_come_in_the_order_of_the_documents(self) -> None:
        bare = [replace(OTHER, id=n, references=(), text=f"{n}") for n in ("z", "m", "a")]
        assert [i.doc_id for i in audit(bare)] == ["z", "z", "m", "m", "a", "a"]


def test_without_a_text_only_references_are_checked() -> None:
    assert issues(replace(GOOD, text=""), replace(OTHER, text="")) == []


ROOT = Path(__file__).parents[3] / "references"


@pytest.mark.parametrize(("folder", "lang"), [("news", "en"), ("languages", "name")])
def test_the_references_of_this_project_have_no_errors_and_no_copies(folder: str, lang: str) -> None:
    found = audit(load(Articles(str(ROOT / folder), lang=lang)).documents)
    assert {i.check for i in found} <= {"tokenizer"}
