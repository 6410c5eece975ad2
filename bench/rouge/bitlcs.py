"""Longest common subsequences on big integers: no tables, and rouge-score's choice among equals.

The lines of a reference stand side by side in one bit row, a zero bit after each. For a candidate of
tokens c_1 … c_n, Hyyrö's recurrence keeps S_j, whose zero bits mark the reference positions i where
the table of LCS lengths rises: t[i][j] > t[i-1][j]. An addition carries along the row and stops at the
zero bit, so all lines of the reference advance at once.

ROUGE-Lsum needs to know *which* reference tokens rouge-score's backtracking takes. Standing at (i, j)
it takes a match; else it goes left where t[i][j-1] > t[i-1][j], and up otherwise. Where c_j does not
match, t[i][j] is the larger of these two, so that test asks whether the table rises at (i, j): it is
the bit kept anyway. Going up to the next row that matches or rises is then one step, to the highest
bit of ``rows[j]`` (a match, or a rise) at or below i. No bit: the walk ends.

Hyyrö, H. (2004). Bit-parallel LCS-length computation revisited. AWOCA 2004.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.rouge.types import Lines


@dataclass(frozen=True, slots=True)
class Row:
    """A reference laid out in bits.

    Attributes:
        matches: Token to the bits where it stands.
        lines: For each line the bits that it takes up.
        size: Number of bits, with one zero bit after each line.
    """

    matches: Mapping[int, int]
    lines: tuple[int, ...]
    size: int


def lay_out(lines: Lines) -> Row:
    """The bit row of a reference; lines without tokens take no bits."""
    positions: dict[int, list[int]] = {}
    spans = []
    at = 0
    for line in lines:
        if line:
            spans.append((1 << at + len(line)) - (1 << at))
            for position, token in enumerate(line, at):
                positions.setdefault(token, []).append(position)
            at += len(line) + 1
    matches = {}
    for token, where in positions.items():
        bits = 0
        for position in where:
            bits |= 1 << position
        matches[token] = bits
    return Row(matches, tuple(spans), at)


def lcs_length(row: Row, candidate: Sequence[int]) -> int:
    """Length of the longest common subsequence of all reference tokens and a candidate's."""
    matches = row.matches
    state = everywhere = (1 << row.size) - 1
    for token in candidate:
        if token in matches:
            matched = state & matches[token]
            state = (state + matched) | (state - matched)
    return row.size - (state & everywhere).bit_count()


def union_picks(row: Row, candidate: Lines) -> int:
    """Bits of the reference tokens that rouge-score's union LCS takes over all lines of a candidate."""
    inside = 0
    for line in row.lines:
        inside |= line
    picked = 0
    for tokens in candidate:
        matches, rows, matched = _rise(row, inside, tokens)
        for line in row.lines:
            if matched & line:
                picked |= _walk(matches, rows, line)
    return picked


def _rise(row: Row, inside: int, tokens: Sequence[int]) -> tuple[list[int], list[int], int]:
    """For each token of a candidate line its matches, and matches | rises; and all matches together.

    Of neighbouring tokens that match nowhere one is kept: it can move the walk, a second one cannot.
    """
    matches = []
    rows = []
    state = inside
    rises = matched = 0
    skipping = False
    for token in tokens:
        match = row.matches.get(token, 0)
        if match:
            skipping = False
            hit = state & match
            state = ((state + hit) | (state - hit)) & inside
            rises = inside ^ state
            matched |= match
        elif skipping:
            continue
        else:
            skipping = True
        matches.append(match)
        rows.append(match | rises)
    return matches, rows, matched


def _walk(matches: list[int], rows: list[int], below: int) -> int:
    """rouge-score's backtracking through one line of the reference, whose bits are ``below``."""
    picked = 0
    for j in range(len(rows) - 1, -1, -1):
        reachable = rows[j] & below
        if not reachable:
            break
        top = 1 << reachable.bit_length() - 1
        if matches[j] & top:
            picked |= top
            below &= top - 1
        else:
            below &= top | top - 1
    return picked
