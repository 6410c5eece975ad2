"""What holds for every text that is read, and for the support of every statement in every document."""

import random
import unicodedata
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from bench.text.analysis import Sentence, analyse
from bench.text.source import read_source
from bench.text.support import best_sentences, common_weight, support
from bench.text.tokens import words

LANGUAGES = st.sampled_from([None, "en", "fr", "zh"])
ANY = st.text(max_size=80) | st.text(alphabet="aBn't’`\\ 1.,5%-\n!。今ก\u0301\u00ad\u00a0😀İ", max_size=60)
WORDS = ["the", "cats", "dogs", "sleep", "chase", "mayor", "not", "1,000", "5", "x", ".", "on", "harbour"]
PROSE = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)


def sentences(text: str, lang: str | None = None) -> tuple[Sentence, ...]:
    return analyse(text, lang) + read_source(text, lang).sentences


def seen(text: str) -> str:
    """The letters and digits that a reader sees."""
    return unicodedata.normalize("NFKC", "".join(words(text)))


@given(ANY, LANGUAGES)
@example("98. 7% ca n't", None)
def test_tokens_stand_in_order_in_sentences_that_stand_in_order(text: str, lang: str | None) -> None:
    for found in (analyse(text, lang), read_source(text, lang).sentences):
        assert all(a.span.end <= b.span.start for a, b in pairwise(found))
        for sentence in found:
            spans = [t.span for t in sentence.tokens]
            assert all(s.start < s.end for s in spans)
            assert all(a.end <= b.start for a, b in pairwise(spans))
            assert sentence.span.start <= spans[0].start
            assert spans[-1].end <= sentence.span.end <= len(text)


@given(ANY, LANGUAGES)
def test_no_letter_or_digit_is_left_out(text: str, lang: str | None) -> None:
    tokens = [t for s in read_source(text, lang).sentences for t in s.tokens]
    inside = {i for t in tokens for i in range(t.span.start, t.span.end)}
    assert not [c for i, c in enumerate(text) if unicodedata.category(c)[0] in "LN" and i not in inside]


@given(ANY)
def test_a_token_is_what_stands_at_its_span(text: str) -> None:
    for sentence in sentences(text, "fr"):
        for token in sentence.tokens:
            assert seen(text[token.span.start : token.span.end]) == seen(token.text)


@given(ANY)
def test_an_english_token_is_what_stands_at_its_span_or_a_part_of_a_contraction(text: str) -> None:
    whole = {"ca": "can", "wo": "will", "sha": "shall", "nt": "n't"}
    for sentence in sentences(text):
        for token in sentence.tokens:
            written = seen(text[token.span.start : token.span.end])
            assert written == seen(token.text) or whole.get(written) == token.text


@given(ANY, ANY, LANGUAGES)
def test_every_signal_is_in_its_range(document: str, summary: str, lang: str | None) -> None:
    source = read_source(document, lang)
    for claim in analyse(summary, lang):
        found = support(source, claim)
        assert (found is None) == (not any(t.content for t in claim.tokens))
        if found is not None:
            assert all(0 <= value <= 1 for value in (found.lcs, found.cb, found.pairw, found.coverage))
            assert found.lmc < 0
            assert -2.87 < found.score < 0.86
            assert all(span in {s.span for s in source.sentences} for span in found.best)
            assert len(found.best) == len(set(found.best))


@given(PROSE)
def test_a_sentence_of_the_document_is_found_whole(document: str) -> None:
    source = read_source(document)
    for claim in source.sentences:
        found = support(source, claim)
        if found is not None:
            assert (found.lcs, found.cb, found.pairw, found.coverage) == (1, 1, 1, 1)
            assert found.best
        assert claim in [source.sentences[i] for i in best_sentences(source, claim, len(source.sentences))]


@given(PROSE, PROSE)
def test_support_is_the_same_whatever_was_read_before(document: str, summary: str) -> None:
    claims = analyse(summary)
    first = [support(read_source(document), claim) for claim in claims]
    read_source.cache_clear()
    again = [support(read_source(document), claim) for claim in reversed(claims)]
    assert first == again[::-1]


@given(st.lists(st.sampled_from("abcd"), max_size=9), st.lists(st.sampled_from("abcde"), max_size=9))
def test_the_heaviest_subsequence_is_that_of_the_plain_table(statement: list[str], line: list[str]) -> None:
    weights = {"a": 1, "b": 2, "c": 5, "d": 9}
    places: dict[str, list[int]] = {}
    for position, stem in enumerate(line):
        places.setdefault(stem, []).append(position)
    table = [[0] * (len(line) + 1) for _ in range(len(statement) + 1)]
    for i, a in enumerate(statement, 1):
        for j, b in enumerate(line, 1):
            match = table[i - 1][j - 1] + weights[a] if a == b else 0
            table[i][j] = max(table[i - 1][j], table[i][j - 1], match)
    assert common_weight([(stem, weights[stem]) for stem in statement], places) == table[-1][-1]


@given(PROSE, PROSE, st.integers(0, 9))
def test_more_to_choose_from_keeps_the_choice(document: str, summary: str, k: int) -> None:
    source = read_source(document)
    for claim in analyse(summary):
        everything = best_sentences(source, claim, len(source.sentences))
        assert best_sentences(source, claim, k) == everything[:k]
        assert sorted(everything) == list(range(len(source.sentences)))


def test_the_order_of_the_words_of_a_document_is_seen() -> None:
    rng = random.Random(0)
    document = "the mayor of the town opened the new harbour for fishermen on monday morning"
    mixed = document.split()
    rng.shuffle(mixed)
    (claim,) = analyse(document)
    straight, crooked = (support(read_source(text), claim) for text in (document, " ".join(mixed)))
    assert straight is not None
    assert crooked is not None
    assert straight.coverage == crooked.coverage == 1
    assert straight.score > crooked.score
