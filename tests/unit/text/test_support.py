"""The four signals, by hand."""

from math import exp, log, sqrt

import pytest

from bench.text.analysis import Sentence, analyse
from bench.text.source import read_source
from bench.text.support import Support, best_sentences, common_weight, support
from bench.text.witten_bell import count, log_probability

DOCUMENT = "Cats chase mice. Dogs chase cats."
# Weights of a stop word, of content that the document has, and of other content.
STOP, FOUND, NOVEL = 0.05, log(2 / 1.5), log(2 / 0.5)


def claim(text: str, lang: str | None = None) -> Sentence:
    (sentence,) = analyse(text, lang)
    return sentence


def supported(document: str, text: str, lang: str | None = None) -> Support:
    found = support(read_source(document, lang), claim(text, lang))
    assert found is not None
    return found


def test_lcs_is_the_heaviest_common_subsequence_by_the_weight_of_the_statement() -> None:
    # "chase mice" of the first sentence, "dogs chase" of the second.
    expected = 2 * FOUND / (3 * FOUND + STOP + NOVEL)
    assert supported(DOCUMENT, "Dogs chase mice and birds.").lcs == pytest.approx(expected, abs=1e-6)


def test_cb_is_the_share_of_neighbours_that_stand_near_each_other() -> None:
    # The document's content: cat chase mice dog chase cat. dog → chase is one place, chase → mice one,
    # mice → bird none.
    assert supported(DOCUMENT, "Dogs chase mice and birds.").cb == pytest.approx(2 / 3)
    # mice → cat is three places, cat → mice two, and dog → mice would be backwards.
    assert supported(DOCUMENT, "Mice cats mice").cb == 1
    assert supported(DOCUMENT, "Dogs mice").cb == 0


def test_pairw_is_the_weighted_share_of_pairs_that_stand_together() -> None:
    # dog, chase and mice stand in two neighbouring sentences: three pairs; bird with each of them in none.
    expected = 3 * FOUND / (3 * FOUND + 3 * sqrt(FOUND * NOVEL))
    assert supported(DOCUMENT, "Dogs chase mice and birds.").pairw == pytest.approx(expected, abs=1e-6)


def test_a_pair_stands_together_in_neighbouring_sentences_only() -> None:
    document = "Cats sleep. Birds sing. Dogs bark."
    assert supported(document, "Cats sing").pairw == 1
    assert supported(document, "Cats bark").pairw == 0


def test_lmc_is_the_mean_log_probability_of_the_content() -> None:
    # Six stems of four kinds; a kind that is not there shares the last of it with 2000 others.
    least = 1 / (4 + 2001)
    dog = (1 + 4 * least) / (6 + 4)
    # After "dog" stood only "chase", once.
    chase = (1 + 1 * (2 + 4 * least) / (6 + 4)) / (1 + 1)
    # After "chase" stood "mice" and "cat", once each; after "dog chase" only "cat".
    mice = (0 + 1 * (1 + 2 * (1 + 4 * least) / (6 + 4)) / (2 + 2)) / (1 + 1)
    # "and" is not in the document: nothing more is known of what follows it.
    bird = (0 + 4 * least) / (6 + 4)
    expected = (log(dog) + log(chase) + log(mice) + log(bird)) / 4
    assert supported(DOCUMENT, "Dogs chase mice and birds.").lmc == pytest.approx(expected)


def test_coverage_is_the_weighted_share_of_content_that_is_found() -> None:
    expected = 3 * FOUND / (3 * FOUND + NOVEL)
    assert supported(DOCUMENT, "Dogs chase mice and birds.").coverage == pytest.approx(expected, abs=1e-6)


def test_the_score_is_the_sum_of_the_standard_scores() -> None:
    found = supported(DOCUMENT, "Dogs chase mice and birds.")
    z = (
        (found.lcs - 0.6161) / 0.3782
        + (found.cb - 0.6529) / 0.3828
        + (found.lmc + 3.102) / 2.572
        + (found.pairw - 0.6699) / 0.3852
    )
    assert found.score == pytest.approx((z - 0.9805) / 3.5109)


def test_no_signal_weighs_more_than_four_standard_deviations() -> None:
    found = supported("the " * 60, "the zebra")
    assert (found.lmc + 3.102) / 2.572 < -4
    lcs = STOP / (STOP + NOVEL)
    z = (lcs - 0.6161) / 0.3782 - 0.6529 / 0.3828 - 4 - 0.6699 / 0.3852
    assert found.score == pytest.approx((z - 0.9805) / 3.5109, abs=1e-6)


def test_a_copied_sentence_has_all_support() -> None:
    document = "The mayor opened the harbour on Monday. It cost ten million pounds. Ships may enter."
    found = supported(document, "the mayor opened the harbour on monday .")
    assert (found.lcs, found.cb, found.pairw, found.coverage) == (1, 1, 1, 1)
    assert [document[s.start : s.end] for s in found.best] == ["The mayor opened the harbour on Monday."]
    assert found.score > 0.7


def test_a_joined_sentence_has_evidence_in_both_halves() -> None:
    document = "The mayor opened the harbour. It cost ten million pounds. Fishermen waited for years."
    found = supported(document, "Fishermen waited years for the harbour that the mayor opened")
    assert [document[s.start : s.end] for s in found.best] == [
        "Fishermen waited for years.", "The mayor opened the harbour.",
    ]  # fmt: skip


def test_a_sentence_that_adds_little_is_no_evidence() -> None:
    document = "The mayor of the old town opened the new harbour. Fishermen waited on Monday."
    found = supported(document, "The mayor of the old town opened the new harbour on Monday")
    assert [document[s.start : s.end] for s in found.best] == [
        "The mayor of the old town opened the new harbour.",
    ]  # fmt: skip


@pytest.mark.parametrize("document", ["", "… !", "Dogs bark."])
def test_what_the_document_does_not_have_is_without_evidence(document: str) -> None:
    found = supported(document, "Cats sleep")
    assert (found.lcs, found.cb, found.pairw, found.coverage, found.best) == (0, 0, 0, 0, ())
    assert found.score < -2


def test_a_single_content_word_is_found_or_not() -> None:
    found = supported(DOCUMENT, "It is the cats")
    assert (found.cb, found.pairw) == (1, 1)
    missing = supported(DOCUMENT, "It is the birds")
    assert (missing.cb, missing.pairw) == (0, 0)


def test_a_statement_without_content_has_no_support() -> None:
    assert support(read_source(DOCUMENT), claim("He did it.")) is None


@pytest.mark.parametrize(
    ("document", "copied", "other", "lang"),
    [
        ("今天下雨，比赛取消了。明天天气晴朗。", "比赛取消了", "股票上涨百分之五", "zh"),
        (
            "وصل الرئيس إلى بغداد يوم الاثنين. غادر الوفد مساء.",
            "وصل الرئيس إلى بغداد",
            "فاز الفريق بالبطولة أمس",
            "ar",
        ),
        (
            "وزیر اعظم نے لاہور کا دورہ کیا۔ بارش ہوئی۔",
            "وزیر اعظم نے لاہور کا دورہ کیا",
            "کرکٹ ٹیم کل ہار گئی تھی",
            "ur",
        ),
        ("ঢাকায় আজ বৃষ্টি হয়েছে। স্কুল বন্ধ ছিল।", "ঢাকায় আজ বৃষ্টি হয়েছে", "ক্রিকেট দল জিতেছে গতকাল", "bn"),
        (
            "한국 정부는 월요일에 새 법을 발표했다. 비가 왔다.",
            "정부는 월요일에 새 법을 발표했다",
            "축구팀이 경기에서 졌다",
            "ko",
        ),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_any_script_tells_a_copy_from_something_else(
    document: str, copied: str, other: str, lang: str, known: bool
) -> None:
    code = lang if known else None
    near, far = supported(document, copied, code), supported(document, other, code)
    assert (near.lcs, near.cb, near.coverage) == (1, 1, 1)
    assert near.score > 0.5 > -1 > far.score


def test_the_best_sentences_have_the_most_weight_in_common() -> None:
    source = read_source("Dogs bark. The cats of the town sleep. Cats sleep. It rained.")
    assert best_sentences(source, claim("The cats sleep all day"), 3) == [1, 2, 0]
    assert best_sentences(source, claim("Nothing fits"), 9) == [0, 1, 2, 3]
    assert best_sentences(read_source(""), claim("Cats sleep"), 3) == []


def test_the_heaviest_subsequence_is_not_always_the_longest() -> None:
    places = {"a": [0], "b": [1, 4], "c": [2], "d": [3]}
    assert common_weight([("d", 9), ("a", 1), ("b", 1), ("c", 1)], places) == 10
    assert common_weight([("b", 2), ("b", 2), ("b", 2)], places) == 4
    assert common_weight([("x", 1)], places) == 0
    assert common_weight([("a", 1)], {}) == 0


def test_a_probability_depends_on_three_stems_before_and_no_more() -> None:
    model = count(["a", "b", "c", "d", "e", "b", "c", "d", "f", "x", "c", "d", "f"])
    after = [
        log_probability(model, [*history, "e"], len(history)) for history in (("b", "c", "d"), ("c", "d"))
    ]
    assert after[0] > after[1]
    assert log_probability(model, ["a", "b", "c", "d", "e"], 4) == after[0]


def test_the_probabilities_of_what_may_follow_add_up_to_one() -> None:
    model = count(["a", "b", "a", "c", "a", "b", "b", "c"])
    kind, other = [[exp(log_probability(model, ["a", "b", c], 2)) for c in kinds] for kinds in ("abc", "x")]
    assert sum(kind) + 2001 * sum(other) == pytest.approx(1)
