"""What a local classifier says of a pair: published formulas, whatever shares the batch, and what was cut."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from bench.backends.checkpoint import Checkpoint, locate
from bench.backends.heads import Head, answer_ids
from bench.backends.hf_classify import ClassifierBackend, ClassifierSession
from bench.backends.hf_pairs import positions, read_pair
from bench.backends.labels import inference_labels, label_place
from bench.backends.place import Place
from bench.backends.quiet import quiet
from bench.backends.tensors import locate_file, read_tensors
from bench.core.errors import ConfigError, InferenceError, SetupError
from bench.core.readings import Classified, Classify
from tests.tiny import classifiers
from tests.tiny.checkpoints import beginnings

KINDS = ("albert", "deberta", "roberta", "answering", "hhem", "alignscore")
JOINED = "{premise}{eos}{claim}"
HHEM = (
    "<pad> Determine if the hypothesis is true given the premise?\n\n"
    "Premise: {premise}\n\nHypothesis: {claim}"
)
PREMISES = [doc.text for doc in beginnings(5)]
CLAIMS = ["The Nobel Prize went to her.", "A bridge of 1,624 metres was closed on Monday, the mayor said."]
PAIRS = list(product(PREMISES, CLAIMS))
LONG = " ".join(PREMISES)

Made = Callable[[str], Path]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folders: dict[str, Path] = {}

    def folder(kind: str) -> Path:
        if kind not in folders:
            with quiet():
                save = getattr(classifiers, f"save_{kind}")
                folders[kind] = save(tmp_path_factory.mktemp("classifiers") / kind)
        return folders[kind]

    return folder


def backend(made: Made, kind: str) -> ClassifierBackend:
    folder = made(kind)
    if kind == "hhem":
        base = locate(str(folder / "base"))
        return ClassifierBackend(locate(str(folder / "hhem")), "first_token", base, HHEM)
    if kind == "alignscore":
        file = locate_file(str(folder / "AlignScore.ckpt"), "")
        return ClassifierBackend(file, "three_way", locate(str(folder / "base")), max_length=512)
    head: Head = "answer" if kind == "answering" else "classes"
    template = {"answering": "predict: " + JOINED, "albert": None}.get(kind, JOINED)
    return ClassifierBackend(locate(str(folder)), head, template=template, max_length=2048)


def opened(model: ClassifierBackend) -> ClassifierSession:
    return model.open(lambda _: None)


def asks(model: ClassifierBackend, pairs: list[tuple[str, str]]) -> list[Classify]:
    return [Classify(model, premise, claim) for premise, claim in pairs]


def answers(session: ClassifierSession, questions: list[Classify], size: int) -> list[Classified]:
    return [a for i in range(0, len(questions), size) for a in session.answer(questions[i : i + size])]


def by_hand(kind: str, folder: Path, premise: str, claim: str) -> list[float]:
    """The recipe as it was published, on transformers alone."""
    import torch
    import transformers as hf

    with quiet(), torch.inference_mode():
        base = folder / "base" if kind in ("hhem", "alignscore") else folder
        tokenizer = hf.AutoTokenizer.from_pretrained(base)
        if kind == "albert":
            model = hf.AutoModelForSequenceClassification.from_pretrained(folder).eval()
            inputs = tokenizer(
                premise, claim, max_length=128, truncation="only_first", return_token_type_ids=True,
                return_tensors="pt",
            )  # fmt: skip
            logits = model(**inputs).logits
        elif kind in ("deberta", "roberta"):
            model = hf.AutoModelForSequenceClassification.from_pretrained(folder).eval()
            inputs = tokenizer(
                premise + tokenizer.eos_token + claim, return_token_type_ids=False, return_tensors="pt"
            )
            logits = model(**inputs).logits
        elif kind == "answering":
            model = hf.AutoModelForSeq2SeqLM.from_pretrained(folder).eval()
            text = f"predict: {premise}</s>{claim}"
            inputs = tokenizer(text, return_token_type_ids=False, return_tensors="pt")
            no, yes = (tokenizer(x, add_special_tokens=False).input_ids[0] for x in "01")
            out = model(**inputs, decoder_input_ids=torch.tensor([[0]]))
            logits = out.logits[:, 0, [no, yes]]
        elif kind == "hhem":
            from safetensors.torch import load_file

            model = hf.T5ForTokenClassification(hf.T5Config.from_pretrained(base)).eval()
            state = load_file(folder / "hhem" / "model.safetensors")
            model.load_state_dict({k.removeprefix("t5."): v for k, v in state.items()}, strict=False)
            text = HHEM.replace("{premise}", premise).replace("{claim}", claim)
            inputs = tokenizer(text, return_token_type_ids=False, return_tensors="pt")
            assert inputs.input_ids[0, 0] == 0
            logits = model(**inputs).logits[:, 0]
        else:
            state = torch.load(folder / "AlignScore.ckpt", weights_only=True)["state_dict"]
            model = hf.RobertaModel(hf.RobertaConfig.from_pretrained(base)).eval()
            own = {k.removeprefix("base_model."): v for k, v in state.items() if k.startswith("base_model.")}
            model.load_state_dict(own, strict=False)
            inputs = tokenizer(
                premise, claim, max_length=128, truncation="only_first", return_token_type_ids=False,
                return_tensors="pt",
            )  # fmt: skip
            pooled = model(**inputs).pooler_output
            logits = pooled @ state["tri_layer.weight"].T + state["tri_layer.bias"]
        found: list[float] = logits.softmax(-1)[0].tolist()
        return found


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_is_what_the_published_recipe_gives(made: Made, kind: str) -> None:
    model = backend(made, kind)
    session = opened(model)
    pairs = [(p, c) for p, c in PAIRS if kind in ("albert", "alignscore") or len(p.split()) < 50]
    for pair, found in zip(pairs, answers(session, asks(model, pairs), 3), strict=True):
        assert found.probabilities == pytest.approx(by_hand(kind, made(kind), *pair), abs=1e-5)
    session.close()


@pytest.mark.parametrize("kind", KINDS)
def test_it_depends_on_the_pair_and_not_on_its_batch(made: Made, kind: str) -> None:
    model = backend(made, kind)
    session = opened(model)
    questions = asks(model, PAIRS)
    alone = answers(session, questions, 1)
    for size in (2, len(questions)):
        for one, other in zip(alone, answers(session, questions, size), strict=True):
            assert one.probabilities == pytest.approx(other.probabilities, abs=1e-5)
            assert replace(one, probabilities=()) == replace(other, probabilities=())
    assert all(sum(a.probabilities) == pytest.approx(1, abs=1e-12) for a in alone)
    assert len({round(a.probabilities[0], 4) for a in alone}) > len(alone) // 2, "the input hardly matters"
    assert [session.length(q) for q in questions] == [a.input_tokens for a in alone]
    assert [model.measure(q).input_tokens for q in questions] == [a.input_tokens for a in alone]
    session.close()


@pytest.mark.parametrize(("kind", "limit"), [("mpnet", 64), ("gpt2", 128)])
def test_other_classifiers_take_all_that_they_have_positions_for(made: Made, kind: str, limit: int) -> None:
    model = ClassifierBackend(locate(str(made(kind))))
    assert model.limit == limit
    session = opened(model)
    questions = asks(model, [(PREMISES[0], CLAIMS[0]), (LONG, CLAIMS[1])])
    together, alone = (answers(session, questions, size) for size in (2, 1))
    session.close()
    assert together[1].input_tokens == limit
    for a, b in zip(together, alone, strict=True):
        assert a.probabilities == pytest.approx(b.probabilities, abs=1e-5)


@pytest.mark.parametrize("limit", [20, 40, 127])
@pytest.mark.parametrize("kind", ["albert", "roberta"])
def test_a_premise_that_does_not_fit_is_cut_as_only_first_does(made: Made, kind: str, limit: int) -> None:
    model = replace(backend(made, kind), template=None, max_length=limit)
    row = read_pair(model.tokens, None, model.limit, LONG, CLAIMS[0])
    tokenizer = model.tokens.tokenizer
    own = tokenizer(LONG, CLAIMS[0], truncation="only_first", max_length=limit, return_token_type_ids=True)
    assert list(row.ids) == own.input_ids
    assert list(row.types) == (own.token_type_ids if kind == "albert" else [])
    assert row.cut == len(tokenizer(LONG, CLAIMS[0], verbose=False).input_ids) - limit
    assert row.cut_claim == 0


@pytest.mark.parametrize("limit", range(5, 40, 7))
def test_where_the_claim_alone_does_not_fit_the_longer_of_the_two_is_cut(made: Made, limit: int) -> None:
    model = backend(made, "albert")
    tokenizer = model.tokens.tokenizer
    premise = PREMISES[0]
    row = read_pair(model.tokens, None, limit, premise, LONG)
    first, second = (
        tokenizer(text, add_special_tokens=False, verbose=False).input_ids for text in (premise, LONG)
    )
    p, c = len(first), len(second)
    kept = first[: p - row.cut], second[: c - row.cut_claim]
    assert list(row.ids) == [1, *kept[0], 2, *kept[1], 2]
    assert len(row.ids) == limit
    assert (p - row.cut) + (c - row.cut_claim) == limit - 3
    assert row.cut_claim > 0
    assert c - row.cut_claim >= min(p, (limit - 3) // 2)
    if row.cut:
        assert abs((p - row.cut) - (c - row.cut_claim)) <= 1


@pytest.mark.parametrize("kind", ["deberta", "roberta", "answering"])
def test_in_one_text_the_premise_is_cut_too_and_never_what_is_around_it(made: Made, kind: str) -> None:
    model = backend(made, kind)
    whole = read_pair(model.tokens, model.template, None, LONG, CLAIMS[1])
    row = read_pair(model.tokens, model.template, 60, LONG, CLAIMS[1])
    assert len(row.ids) == 60
    assert (row.cut, row.cut_claim) == (len(whole.ids) - 60, 0)
    claim = model.tokens.tokenizer(CLAIMS[1], add_special_tokens=False).input_ids
    eos = model.tokens.tokenizer.eos_token_id
    assert list(row.ids[-len(claim) - 2 :]) == [eos, *claim, eos]
    assert row.ids[: 60 - len(claim) - 2] == whole.ids[: 60 - len(claim) - 2]


@pytest.mark.parametrize("kind", ["albert", "deberta", "answering"])
def test_what_looks_like_a_special_token_is_plain_text(made: Made, kind: str) -> None:
    model = backend(made, kind)
    tokenizer = model.tokens.tokenizer
    special = set(tokenizer.all_special_ids) - {tokenizer.unk_token_id}
    plain = read_pair(model.tokens, model.template, None, "The end.", "It is.")
    text = " ".join(["The", *tokenizer.all_special_tokens, "end."])
    row = read_pair(model.tokens, model.template, None, text, f"It{tokenizer.eos_token}is.")
    assert [t for t in row.ids if t in special] == [t for t in plain.ids if t in special]


def test_half_a_character_fails_its_question(made: Made) -> None:
    session = opened(model := backend(made, "albert"))
    with pytest.raises(InferenceError, match="half a character"):
        session.length(Classify(model, "\ud800", "x"))
    session.close()


def test_positions_are_counted_as_the_architecture_counts_them(made: Made) -> None:
    found = {kind: positions(backend(made, kind).tokens) for kind in KINDS}
    assert found == {
        "albert": 128, "deberta": None, "roberta": 128, "answering": None, "hhem": None, "alignscore": 128,
    }  # fmt: skip
    session = opened(model := backend(made, "roberta"))
    (answer,) = session.answer([Classify(model, LONG, CLAIMS[0])])
    assert answer.input_tokens == 128
    assert answer.cut > 0
    session.close()


def test_a_signature_has_all_that_decides_and_nothing_else(made: Made) -> None:
    model = backend(made, "roberta")
    other: list[dict[str, Any]] = [
        {"dtype": "bfloat16"}, {"max_length": 100}, {"template": None}, {"template": "{premise} {claim}"},
        {"head": "answer"}, {"base": model.checkpoint}, {"checkpoint": Checkpoint("x", digest="1" * 64)},
    ]  # fmt: skip
    assert len({model.signature, *(replace(model, **change).signature for change in other)}) == 1 + len(other)
    moved = replace(model, place=Place("cpu", 1, 77))
    assert moved == model
    assert moved.signature == model.signature
    session = moved.open(lambda _: None)
    assert session.about == {"device": "cpu", "threads": 1, "max_batch_tokens": 77}
    assert session.budget == 77
    session.close()


def test_weights_that_are_not_there_are_never_random(made: Made, tmp_path: Path) -> None:
    import transformers as hf

    with quiet():
        hf.RobertaModel.from_pretrained(made("roberta")).save_pretrained(tmp_path)
        hf.AutoTokenizer.from_pretrained(made("roberta")).save_pretrained(tmp_path)
    with pytest.raises(SetupError, match=r"would be random, such as classifier\."):
        opened(ClassifierBackend(locate(str(tmp_path))))


@pytest.mark.parametrize("kind", ["hhem", "alignscore"])
def test_a_published_file_must_fit_its_base(made: Made, tmp_path: Path, kind: str) -> None:
    good = backend(made, kind)
    with quiet():
        if kind == "hhem":
            base = classifiers.save_answering(tmp_path / "base", d_ff=128)
        else:
            base = classifiers.save_roberta(tmp_path / "base", num_hidden_layers=3)
    with pytest.raises(SetupError, match=r"does not fit|cannot be loaded|would be random"):
        opened(replace(good, base=locate(str(base))))


def test_a_file_that_could_run_code_is_refused_and_the_hint_converts_it(tmp_path: Path) -> None:
    import subprocess
    import sys

    with quiet():
        file = str(classifiers.save_alignscore(tmp_path, namespace=True) / "AlignScore.ckpt")
    with pytest.raises(SetupError, match="could run code") as e:
        read_tensors(file)
    command = e.value.hint.partition("convert it once: python -c ")[2]
    subprocess.run([sys.executable, "-c", command.strip('"')], check=True, timeout=120)
    assert "tri_layer.weight" in read_tensors(str(Path(file).with_suffix(".plain.pt")))


def test_a_file_of_something_else_is_not_offered_to_be_run(tmp_path: Path) -> None:
    (tmp_path / "notes.ckpt").write_text("import os\n", "utf-8")
    with pytest.raises(SetupError, match=r"notes\.ckpt is no file of torch") as e:
        read_tensors(str(tmp_path / "notes.ckpt"))
    assert "weights_only" not in e.value.hint


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 torn"])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "head.bin").write_bytes(content)
    with pytest.raises(SetupError, match=r"head\.bin"):
        read_tensors(str(tmp_path / "head.bin"))


def test_a_file_that_is_not_there_says_where_to_get_it(tmp_path: Path) -> None:
    (tmp_path / "AlignScore-large.ckpt").touch()
    with pytest.raises(SetupError, match=r"did you mean 'AlignScore-large\.ckpt'") as e:
        locate_file(str(tmp_path / "AlignScore-larg.ckpt"), "From there.")
    assert (e.value.hint, e.value.exit_code) == ("From there.", 4)


class Config:
    def __init__(self, *names: str) -> None:
        self.id2label = dict(enumerate(names))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("CONTRADICTION", "NEUTRAL", "ENTAILMENT"), (2, 0)),
        (("entailment", "neutral", "contradiction"), (0, 2)),
        (("SUPPORTS", "REFUTES", "NOT ENOUGH INFO"), (0, 1)),
    ],
)
def test_labels_are_found_by_name(names: tuple[str, ...], expected: tuple[int, int]) -> None:
    found = inference_labels(Config(*names), "mine")
    assert (found["entailment"], found["contradiction"]) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tals/albert-xlarge-vitaminc-mnli", (0, 1)),
        ("roberta-large-mnli", (2, 0)),
        ("microsoft/deberta-base-mnli", (2, 0)),
        ("ynie/roberta-large-snli_mnli_fever_anli_R1_R2_R3-nli", (0, 2)),
    ],
)
def test_a_published_order_stands_in_for_names_that_say_nothing(name: str, expected: tuple[int, int]) -> None:
    found = inference_labels(Config("LABEL_0", "LABEL_1", "LABEL_2"), name)
    assert (found["entailment"], found["contradiction"]) == expected


def test_bare_labels_are_refused_until_the_user_says_what_they_are() -> None:
    config = Config("LABEL_0", "LABEL_1", "LABEL_2")
    with pytest.raises(ConfigError) as e:
        inference_labels(config, "mine")
    assert "labels: {entailment: 0, contradiction: 1}" in e.value.hint
    given = {"entailment": 2, "contradiction": 0}
    assert inference_labels(config, "mine", given) == given
    with pytest.raises(ConfigError, match="labels names 3"):
        inference_labels(config, "mine", {"entailment": 3, "contradiction": 0})


def test_the_positive_class_is_named_or_the_only_one() -> None:
    assert label_place(Config("LABEL_0"), "mine", None) == 0
    assert label_place(Config("neutral", "Entailment"), "mine", None) == 1
    assert label_place(Config("CORRECT", "INCORRECT"), "mine", "correct") == 0
    with pytest.raises(ConfigError, match="LABEL_0, LABEL_1"):
        label_place(Config("LABEL_0", "LABEL_1"), "mine", None)
    with pytest.raises(ConfigError, match="did you mean 'CORRECT'"):
        label_place(Config("CORRECT", "INCORRECT"), "mine", "CORECT")


def test_answers_are_the_pieces_with_which_0_and_1_begin(made: Made) -> None:
    tokens = backend(made, "answering").tokens
    no, yes = answer_ids(tokens)
    assert no != yes
    assert tokens.tokenizer("1", add_special_tokens=False).input_ids[0] == yes


def test_a_vocabulary_of_the_size_of_t5_s_must_be_t5_s(made: Made) -> None:
    from transformers import AutoTokenizer

    tokens = backend(made, "answering").tokens
    tokenizer = AutoTokenizer.from_pretrained(made("answering"))
    tokenizer.add_tokens([f"<{i}>" for i in range(32_100 - len(tokenizer))])
    with pytest.raises(SetupError, match="expected 3 and 209"):
        answer_ids(replace(tokens, tokenizer=tokenizer))
