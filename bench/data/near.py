"""Texts that are nearly the same, and texts that stand in others."""

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

# A run of so many equal words is hardly chance.
WINDOW = 8
# Shingles that stand for a text, and the share of them that two near duplicates have in common.
_SKETCH = 64
_NEAR = 0.8


def near_duplicates(texts: Sequence[Sequence[str]]) -> Iterator[tuple[int, int]]:
    """Pairs of texts that share most of a sketch: their shingles of smallest hash (Broder 1997).

    Args:
        texts: The words of each; those of fewer than eight are near to none.

    Yields:
        The places of the later and of the earlier one, in order.
    """
    holders: dict[int, list[int]] = defaultdict(list)
    sizes: list[int] = []
    for n, text in enumerate(texts):
        shingles = {" ".join(text[i : i + WINDOW]) for i in range(len(text) - WINDOW + 1)}
        sketch = sorted(zlib.crc32(s.encode("utf-8", "surrogatepass")) for s in shingles)[:_SKETCH]
        sizes.append(len(sketch))
        shared = Counter(m for mark in sketch for m in holders[mark])
        for m, count in sorted(shared.items()):
            if count >= _NEAR * max(sizes[n], sizes[m]):
                yield n, m
        for mark in sketch:
            holders[mark].append(n)


def contained(parts: Sequence[Sequence[str]], texts: Sequence[Sequence[str]]) -> Iterator[tuple[int, int]]:
    """Parts that stand whole in texts.

    Args:
        parts: The words of each; those of fewer than eight are found nowhere.
        texts: The words of each.

    Yields:
        The places of the text and of the part, text by text; a part once a text.
    """
    starts: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for m, part in enumerate(parts):
        if len(part) >= WINDOW:
            starts[tuple(part[:WINDOW])].append(m)
    for n, text in enumerate(texts):
        found = {
            m: None
            for i in range(len(text) - WINDOW + 1)
            for m in starts.get(tuple(text[i : i + WINDOW]), ())
            if text[i : i + len(parts[m])] == parts[m]
        }
        yield from ((n, m) for m in found)
