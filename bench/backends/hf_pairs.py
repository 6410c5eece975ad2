"""Two texts as the tokens of one input, and what does not fit of either."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.backends.hf_tokens import Tokens, check_characters
from bench.core.errors import SetupError

PREMISE, CLAIM, EOS = "{premise}", "{claim}", "{eos}"
# Of these, the positions of tokens are counted from behind the number of the padding token.
_SHIFTED = {
    "camembert", "data2vec-text", "ibert", "longformer", "mpnet", "roberta", "roberta-prelayernorm",
    "xlm-roberta", "xlm-roberta-xl", "xmod",
}  # fmt: skip
_NEITHER, _PREMISE, _CLAIM = -1, 0, 1


@dataclass(frozen=True, slots=True)
class Row:
    """An input.

    Attributes:
        ids: Its tokens, special ones too.
        types: Which of two segments each is in; empty for a model that knows no segments.
        cut: Tokens of the premise that were left out.
        cut_claim: Tokens of the claim that were left out.
    """

    ids: Sequence[int]
    types: Sequence[int]
    cut: int
    cut_claim: int


def positions(tokens: Tokens) -> int | None:
    """Most tokens that a model has positions for; None where they are relative."""
    config = tokens.config
    if getattr(config, "position_biased_input", True) is False:  # DeBERTa: relative alone
        return None
    if config.model_type in _SHIFTED:  # MPNet has relative ones besides
        return int(config.max_position_embeddings) - (config.pad_token_id or 0) - 1
    return tokens.hard_limit


def read_pair(tokens: Tokens, template: str | None, limit: int | None, premise: str, claim: str) -> Row:
    """Tokenise a premise and a claim.

    The premise loses its end where both do not fit. Where the claim alone does not fit, whichever is longer
    loses tokens, one after the other. What looks like a special token in either is plain text.

    Args:
        tokens: The tokenizer.
        template: One text with ``{premise}``, ``{claim}`` and perhaps ``{eos}``, in this order of the first
            two; None: they are the two segments that the tokenizer makes of a pair.
        limit: Most tokens; None for any number.
        premise: The evidence.
        claim: What it may support.

    Raises:
        SetupError: the tokenizer does not say which token is of which text.
        InferenceError: half a character, which no tokenizer takes.
    """
    tokenizer = tokens.tokenizer
    if not tokenizer.is_fast:
        raise SetupError(
            f"{tokens.name} has a tokenizer that does not say where its tokens stand",
            "A tokenizer.json is needed: AutoTokenizer of transformers 5 writes one with save_pretrained().",
        )
    given = {"truncation": False, "verbose": False, "return_attention_mask": False}
    segments = template is None and (getattr(tokens.config, "type_vocab_size", 0) or 0) > 1
    pair = _plain(tokenizer, premise), _plain(tokenizer, claim)
    if template is None:
        found = tokenizer(*pair, return_token_type_ids=segments, **given)
        sides = [_NEITHER if side is None else side for side in found.sequence_ids(0)]
    else:
        text, places = _filled(tokenizer, template, *pair)
        found = tokenizer(text, return_token_type_ids=False, return_offsets_mapping=True, **given)
        sides = [_side(start, end, places) for start, end in found["offset_mapping"]]
    kept, cut, cut_claim = _kept(sides, limit)
    types = found["token_type_ids"] if segments else ()
    return Row(
        array("i", (found["input_ids"][i] for i in kept)),
        array("i", (types[i] for i in kept) if segments else ()),
        cut,
        cut_claim,
    )


def _plain(tokenizer: Any, text: str) -> str:
    check_characters(text)
    for special in tokenizer.all_special_tokens:
        if special in text:
            text = text.replace(special, f"{special[0]} {special[1:]}")
    return text


def _filled(tokenizer: Any, template: str, premise: str, claim: str) -> tuple[str, tuple[int, int, int, int]]:
    """The text, and where the premise and the claim begin and end in it."""
    before, _, rest = template.replace(EOS, tokenizer.eos_token or "").partition(PREMISE)
    between, _, after = rest.partition(CLAIM)
    start = len(before)
    end = start + len(premise)
    claim_start = end + len(between)
    text = before + premise + between + claim + after
    return text, (start, end, claim_start, claim_start + len(claim))


def _side(start: int, end: int, places: tuple[int, int, int, int]) -> int:
    """A token that a space before a text belongs to is one of that text."""
    if start < end:
        if start < places[1] and end > places[0]:
            return _PREMISE
        if start < places[3] and end > places[2]:
            return _CLAIM
    return _NEITHER


def _kept(sides: Sequence[int], limit: int | None) -> tuple[Sequence[int], int, int]:
    """Which tokens are kept, and how many of the premise and of the claim are not."""
    over = 0 if limit is None else len(sides) - limit
    if over <= 0:
        return range(len(sides)), 0, 0
    premise = [i for i, side in enumerate(sides) if side == _PREMISE]
    claim = [i for i, side in enumerate(sides) if side == _CLAIM]
    if len(premise) > over:
        left = len(premise) - over, len(claim)
    else:
        room = max(0, len(premise) + len(claim) - over)
        left = _shared(len(premise), len(claim), room)
    dropped = {*premise[left[0] :], *claim[left[1] :]}
    kept = [i for i in range(len(sides)) if i not in dropped]
    return kept, len(premise) - left[0], len(claim) - left[1]


def _shared(a: int, b: int, room: int) -> tuple[int, int]:
    """What is left of two lengths, when always the longer one loses: of equals, the second."""
    half = room // 2
    if a <= half:
        return a, room - a
    if b <= half:
        return room - b, b
    return room - half, half
