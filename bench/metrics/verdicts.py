"""What a judge's replies say, read strictly: a reply that is not in the one agreed form says nothing."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import Literal, cast

from bench.core.asks import Generation
from bench.text.clean import strip_reasoning

Verdict = Literal["supported", "not supported", "cannot tell"]

# A model may set its verdict in Markdown.
_MARKS = str.maketrans("", "", "*_`")
_VERDICT = re.compile(r"verdict:\s*(supported|not supported|cannot tell)\.?", re.IGNORECASE | re.ASCII)
_CLAIM = re.compile(r"([1-9][0-9]{0,3}):\s+(\S.*)")
_NO_CLAIMS = "none"


def read_verdict(reply: Generation) -> Verdict | None:
    """The verdict on the last line of a reply, such as ``verdict: not supported``.

    Case, Markdown's marks of emphasis and a full stop do not matter, and a block of reasoning before the
    answer is left out. None for anything else: other words or none at all, a reply that a limit of tokens
    cut, or lines with different verdicts.
    """
    found = [_VERDICT.fullmatch(line.translate(_MARKS).strip()) for line in _lines(reply)]
    if reply.finish == "length" or not found or found[-1] is None:
        return None
    verdicts = {match[1].lower() for match in found if match}
    return cast("Verdict", verdicts.pop()) if len(verdicts) == 1 else None


def read_reason(reply: Generation) -> str:
    """What a reply says before its last line, as one line."""
    return " ".join(" ".join(_lines(reply)[:-1]).split())


def read_claims(reply: Generation, sentences: int) -> list[tuple[int, str]] | None:
    """Claims from a reply that has one a line, each after the number of its sentence: ``2: It rained.``

    Args:
        reply: Of the judge; its only line may be ``none``.
        sentences: How many there are.

    Returns:
        Index of the sentence, from 0, and claim; None where a line is anything else, for a number that no
        sentence has, and for a reply that a limit of tokens cut.
    """
    lines = _lines(reply)
    if reply.finish == "length" or not lines:
        return None
    if [line.lower().rstrip(".") for line in lines] == [_NO_CLAIMS]:
        return []
    claims = []
    for line in lines:
        match = _CLAIM.fullmatch(line)
        if match is None or int(match[1]) > sentences:
            return None
        claims.append((int(match[1]) - 1, match[2]))
    return claims


def over_parts(verdicts: Sequence[Verdict | None]) -> Verdict:
    """One vote from the verdicts on the parts of a document: supported if any part supports the claim.

    Not supported if no part does and each says so; else it cannot tell.
    """
    if "supported" in verdicts:
        return "supported"
    return "not supported" if set(verdicts) == {"not supported"} else "cannot tell"


def majority(votes: Sequence[Verdict]) -> Verdict:
    """The verdict of more than half of the votes; ``cannot tell`` where none has so many."""
    verdict, n = Counter(votes).most_common(1)[0]
    return verdict if 2 * n > len(votes) else "cannot tell"


def disagreement(votes: Sequence[Verdict]) -> float:
    """Share of the pairs of votes that differ, in [0, 1]; there are two votes or more."""
    pairs = list(combinations(votes, 2))
    return sum(a != b for a, b in pairs) / len(pairs)


def _lines(reply: Generation) -> list[str]:
    """The lines of a reply that have something on them; only a line feed ends one."""
    return [line for raw in strip_reasoning(reply.text).split("\n") if (line := raw.strip())]
