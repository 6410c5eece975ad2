"""Audit of what references rest on: bullets that their article does not support, references of another
document, and references that copy the beginning.

The bounds are set for next to no false alarm. Of the 133 English bullets that ship with this project and the
sentences of 149 references of FRANK (validation) none falls below them, of 300 SciTLDR abstracts 4 references
do; put beside the article of the next document, 4 in 5 bullets of the shipped news do and 9 in 10 references
of XSum. Like :mod:`bench.data.checks`, no proof.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from bench.core.types import Document
from bench.data.issue import Issue, issue
from bench.text.analysis import Sentence, analyse
from bench.text.lines import summary_lines
from bench.text.source import Source, read_source
from bench.text.support import support
from bench.text.tokens import ngrams, words

# Below all three a bullet has next to nothing of its article (see bench.text.support).
_COVERAGE, _SUBSEQUENCE, _PAIRS = 0.08, 0.03, 0.01
# A shorter bullet can say something in words of its own alone.
_FEWEST = 5
# A rare word stands in at most so many documents, and in at most a quarter of them.
_RARE = 20
# Rare words that a reference needs to have from another document, and how many times those from its own.
_FOREIGN, _TIMES = 6, 4
# A reference is a copy of the beginning when that much of its runs of four words stand there.
_RUN, _COPIED = 4, 0.8
# The beginning is so many times as long as the reference, and the whole document at least twice as long.
_BEGINNING = 1.5
_QUOTED = 60


def audit_support(documents: Sequence[Document]) -> list[Issue]:
    """What is wrong with the references beside their documents, in the order of the documents.

    A document without a text has no issue.
    """
    found = [
        i for doc in documents if doc.text.strip() for check in (_unsupported, _lead) for i in check(doc)
    ]
    found += _foreign([doc for doc in documents if doc.text.strip()])
    place = {d.id: n for n, d in enumerate(documents)}
    return sorted(found, key=lambda i: place[i.doc_id])


def _unsupported(doc: Document) -> Iterator[Issue]:
    """Bullets with hardly a word of the document; only of English, whose words have stems here."""
    if doc.lang not in (None, "en"):
        return
    source = read_source(doc.text, doc.lang)
    for n, reference in enumerate(doc.references, 1):
        for line in summary_lines(reference, doc.lang):
            if any(_has_nothing(source, sentence) for sentence in analyse(line, doc.lang)):
                quoted = line if len(line) <= _QUOTED else line[: _QUOTED - 1].rstrip() + "…"
                what = f'reference {n} says what the document does not support: "{quoted}"'
                yield issue(doc, "warning", "unsupported", what, line)


def _has_nothing(source: Source, sentence: Sentence) -> bool:
    if len({t.stem for t in sentence.tokens if t.content}) < _FEWEST:
        return False
    found = support(source, sentence)
    return (
        found is not None and found.coverage < _COVERAGE and found.lcs < _SUBSEQUENCE and found.pairw < _PAIRS
    )


def _lead(doc: Document) -> Iterator[Issue]:
    text = words(doc.text)
    for n, reference in enumerate(doc.references, 1):
        tokens = words(reference)
        runs = list(ngrams(tokens, _RUN))
        size = round(_BEGINNING * len(tokens))
        if not runs or len(text) < 2 * size:
            continue
        there = set(ngrams(text[:size], _RUN))
        copied = sum(run in there for run in runs) / len(runs)
        if copied >= _COPIED:
            share = f"{100 * copied:.0f} % of its runs of {_RUN} words"
            yield issue(
                doc, "warning", "lead", f"reference {n} copies the beginning of the document: {share}"
            )


def _foreign(documents: Sequence[Document]) -> Iterator[Issue]:
    """References whose rarer words stand in another document and not in their own."""
    vocabularies = [frozenset(words(doc.text)) for doc in documents]
    holders: dict[str, list[int]] = defaultdict(list)
    for n, vocabulary in enumerate(vocabularies):
        for word in vocabulary:
            holders[word].append(n)
    most = min(_RARE, max(1, len(documents) // 4))
    for n, doc in enumerate(documents):
        for number, reference in enumerate(doc.references, 1):
            rare = {w for w in words(reference) if 0 < len(holders.get(w, ())) <= most}
            counts = Counter(m for word in rare for m in holders[word])
            own = counts.pop(n, 0)
            best = min(counts, key=lambda m: (-counts[m], m), default=n)
            if counts[best] >= max(_FOREIGN, _TIMES * own + 1):
                better = f"reference {number} fits '{documents[best].id}' better"
                what = f"{better}: it has {counts[best]} rare words of it, here {own}"
                yield issue(doc, "warning", "foreign", what)
