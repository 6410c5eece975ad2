"""References beside their articles, and sets beside each other: what is shown, and what is left alone."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from bench.core.types import Document
from bench.data.articles import Articles
from bench.data.checks import audit
from bench.data.issue import Issue
from bench.data.leakage import audit_leakage
from bench.data.near import contained, near_duplicates
from bench.data.support_checks import audit_support

CANAL = Document(
    id="canal",
    text="The council of Leiden voted on Monday to reopen the old canal through the market square, which was "
    "filled in 1923 to make room for cars. Twelve members were in favour and three against. Work starts in "
    "May and costs two million euros. Dutch engineers will first move the pipes under the street.",
    references=(
        "A canal that Leiden closed in 1923 will return.\nEngineers move pipes before the work starts.",
    ),
    lang="en",
    source="canal.txt",
)
CLOCKS = Document(
    id="clocks",
    text="A small museum of clocks has found a buyer after two years. Its owner, who is ninety, keeps the "
    "oldest piece. The collection goes to a school for watchmakers in the north. Pupils repair pendulum "
    "mechanisms there, and visitors may watch them through a glass wall in the workshop on Sundays.",
    references=(
        "A school for watchmakers takes over the clocks of a museum.\nIts owner keeps the oldest piece.",
    ),
    lang="en",
    source="clocks.txt",
)
FOREIGN = "Pupils repair pendulum mechanisms behind glass while the owner of the museum turns ninety."


def found(*documents: Document) -> list[tuple[str, str, str]]:
    return [(i.check, i.doc_id, i.what) for i in audit_support(documents)]


def test_good_references_are_left_alone() -> None:
    assert found(CANAL, CLOCKS) == []
    assert found() == []


def test_a_bullet_with_nothing_of_its_article() -> None:
    bad = replace(CANAL, references=(f"{CANAL.references[0]}\n{FOREIGN}",))
    said = '"Pupils repair pendulum mechanisms behind glass while the ow…"'
    what = f"reference 1 says what the document does not support: {said}"
    assert found(bad) == [("unsupported", "canal", what)]
    assert found(replace(bad, lang="nl")) == [], "words have no stems there"
    assert found(replace(bad, references=("They quarrelled.",))) == [], "short and in other words"
    assert found(replace(bad, text="")) == []


def test_a_reference_of_another_document() -> None:
    swapped = replace(CANAL, references=(FOREIGN,))
    assert (
        "foreign",
        "canal",
        "reference 1 fits 'clocks' better: it has 8 rare words of it, here 0",
    ) in found(swapped, CLOCKS)
    assert [i for i in found(swapped) if i[0] == "foreign"] == []


def test_a_reference_that_copies_the_beginning() -> None:
    first = " ".join(CANAL.text.split()[:24])
    copied = replace(CANAL, text=f"{CANAL.text} {CLOCKS.text}", references=(f"Leiden: {first.upper()}!",))
    assert found(copied) == [
        ("lead", "canal", "reference 1 copies the beginning of the document: 95 % of its runs of 4 words")
    ]
    later = " ".join(CANAL.text.split()[24:])
    assert found(replace(copied, references=(later,))) == [], "not its beginning"
    assert found(replace(CANAL, text=first, references=(first,))) == [], "a document that is all beginning"


@pytest.mark.parametrize("packed", [False, True])
def test_a_bullet_of_an_article_has_its_line(tmp_path: Path, packed: bool) -> None:
    text = (
        "Museum sold\n\n- A museum of clocks has a buyer in 1999.\n"
        "- The canal council voted in favour of moving its pipes\n  and cars.\n* It is far from Leiden.\n\n"
        + CLOCKS.text
    )
    path = tmp_path / ("a.txt.gz" if packed else "a.txt")
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    (doc,) = Articles(str(path)).read()
    assert [(i.check, i.source) for i in [*audit_support([doc]), *audit([doc])]] == [
        ("unsupported", f"{path}:4"),
        ("number", f"{path}:3"),
        ("name", f"{path}:6"),
    ]
    path.unlink()
    assert audit_support([doc])[0].source == str(path), "the file went away"
    jsonl = replace(doc, source="rows.jsonl:7")
    assert audit_support([jsonl])[0].source == "rows.jsonl:7"


@pytest.mark.parametrize(("folder", "lang"), [("news", "en"), ("long", "en"), ("languages", "name")])
def test_the_references_of_this_project_rest_on_their_articles(root: Path, folder: str, lang: str) -> None:
    docs = list(Articles(str(root / "references" / folder), lang=lang).read())
    assert audit_support(docs) == []
    assert audit_leakage(docs[::2], docs[1::2], "the other half") == []


def test_most_references_beside_the_wrong_article_are_shown(root: Path) -> None:
    docs = list(Articles(str(root / "references" / "news")).read())
    swapped = [replace(d, references=e.references) for d, e in zip(docs, docs[1:] + docs[:1], strict=True)]
    issues = audit_support(swapped)
    bullets = sum(len(d.references[0].splitlines()) for d in docs)
    assert sum(i.check == "unsupported" for i in issues) > 0.8 * bullets
    assert len({i.doc_id for i in issues}) >= len(docs) - 1


class TestLeakage:
    def shown(self, documents: list[Document], others: list[Document]) -> list[tuple[str, str, str]]:
        return [(i.check, i.doc_id, i.what) for i in audit_leakage(documents, others, "train")]

    def test_the_same_text_and_reference(self) -> None:
        again = replace(CANAL, id="x", text=CANAL.text.upper(), references=(CANAL.references[0] + "!",))
        assert self.shown([CLOCKS, CANAL], [again]) == [
            ("leak-text", "canal", "has the same text as 'x' of train, and shares a reference with it")
        ]
        other = replace(CLOCKS, id="y", references=again.references)
        assert self.shown([CANAL], [other, again]) == [
            ("leak-text", "canal", "has the same text as 'x' of train"),
            ("leak-reference", "canal", "shares a reference with 'y' of train"),
        ]

    def test_nearly_the_same_text(self) -> None:
        body = " ".join(f"Sentence {n} of a long report tells of item {n * n}." for n in range(60))
        mine, theirs = Document("m", body), Document("t", f"{body} An editor added this.")
        assert self.shown([CANAL, mine], [CLOCKS, theirs]) == [
            ("leak-near", "m", "has nearly the text of 't' of train")
        ]

    def test_references_inside_texts_of_the_other_set(self) -> None:
        inside = replace(CLOCKS, text=f"{CLOCKS.text} {CANAL.references[0]}")
        said = "its reference stands whole in 'clocks' of train"
        assert self.shown([CANAL], [inside]) == [("leak-reference", "canal", said)]
        said = "the reference of 'canal' of train stands whole in the document"
        assert self.shown([inside], [CANAL]) == [("leak-reference", "clocks", said)]

    def test_what_a_set_shares_with_itself_is_not_told_here(self) -> None:
        assert self.shown([CANAL, replace(CANAL, id="again")], [CLOCKS]) == []

    def test_issues_name_the_place(self) -> None:
        assert audit_leakage([CANAL], [replace(CANAL, references=())], "b.yaml") == [
            Issue("warning", "leak-text", "canal", "canal.txt", "has the same text as 'canal' of b.yaml")
        ]


def test_parts_stand_in_texts_once_and_short_ones_nowhere() -> None:
    text = tuple("abcdefghijabcdefghij")
    assert list(contained([text[:8], text[2:11], ("a", "b"), tuple("abcdefgx")], [(), text])) == [
        (1, 0),
        (1, 1),
    ]
    assert list(near_duplicates([(), (), ("a",), ("a",)])) == []
