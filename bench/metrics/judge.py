"""A chat model that verifies a summary claim by claim."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any, ClassVar, Literal

from bench.core.asks import Backend, Dialogue, Generation, Turn, generate
from bench.core.types import Column, Document, Finding, Score, Span, Summary
from bench.metrics.verdicts import (
    Verdict,
    disagreement,
    majority,
    over_parts,
    read_claims,
    read_reason,
    read_verdict,
)
from bench.text.analysis import analyse
from bench.text.chunks import chunks
from bench.text.lines import statement_spans
from bench.text.prompt import Gaps, Prompt, read
from bench.text.reach import Reach
from bench.text.sentences import splitter_name
from bench.text.source import read_source
from bench.text.support import support

_SHIPPED = Path(__file__).parent / "prompts"
_VERIFY = Gaps(("document", "summary", "claim"), once=("document", "claim"))
_LIST = Gaps(("summary",), once=("summary",))
# The beginning of a tag that would end a fence, or begin one.
_TAG = re.compile(r"<(?=\s*/?\s*(?:document|summary|claim)\b)", re.IGNORECASE)
_LONGEST_DETAIL = 120


@dataclass(frozen=True, slots=True)
class _Claim:
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class _Checked:
    """A claim with the replies to it: a sequence for each vote, with one for each part of the document."""

    claim: _Claim
    replies: Sequence[Sequence[Generation]]

    @property
    def read(self) -> list[list[Verdict | None]]:
        return [[read_verdict(reply) for reply in vote] for vote in self.replies]

    @property
    def votes(self) -> list[Verdict]:
        return [over_parts(verdicts) for verdicts in self.read]

    @property
    def verdict(self) -> Verdict:
        return majority(self.votes)


@dataclass(frozen=True)
class Judge:
    """Share of a summary's claims that a chat model finds in the document.

    The summary is divided into claims, and the model is asked about each of them alone whether the document
    supports it, as FActScore (Min et al. 2023) does with a corpus of its own. ``supported`` is the share in
    [0, 1] of the decided claims; those that are not supported are findings, with the model's reason. A
    reply has to end in one of three lines, ``verdict: supported``, ``not supported`` or ``cannot tell``;
    what does not is never guessed at. A claim without a verdict of more than half of the votes counts as
    ``abstained``, and as nothing else.

    A document that is too long for one prompt is shown in parts that end where sentences do, and a claim is
    supported if it is by any part: one that needs two parts is missed. Of the model, ``prompt``,
    ``system_prompt`` and ``on_overflow`` do not matter here; its decoding parameters do. Replies are kept.

    Attributes:
        model: Who is asked, as ``{use: chat, with: {…}}`` or ``{use: hf, with: {…}}``.
        claims: ``sentences``: each sentence or list item is one, without a question; ``model``: the model
            lists what each sentence states, in one more question.
        votes: How often each claim is put to the model; more than one need a model that draws its words.
        prompt: Text with {document} and {claim}, and {summary} if it likes; or a file with it.
        claims_prompt: Text with {summary}, whose sentences are numbered; or a file with it.
    """

    model: Any = field(metadata={"component": "models"})
    claims: Literal["sentences", "model"] = "sentences"
    votes: int = 1
    prompt: str = field(default="verify", metadata={"sig": None, "path": True})
    claims_prompt: str = field(default="claims", metadata={"sig": None, "path": True})

    columns: ClassVar = (
        Column("supported", "high"),
        Column("abstained", "none"),
        Column("claims", "none", "claims", (0.0, math.inf), digits=1, shown=False),
        Column("spread", "none", shown=False),
        Column("unparsed", "none", shown=False),
        Column("read", "none", shown=False),
        Column("tokens", "none", "tokens", (0.0, math.inf), digits=0, shown=False),
        Column("cost", "none", "price", (0.0, math.inf), digits=4, shown=False),
    )
    needs: ClassVar = frozenset({"document"})

    def __post_init__(self) -> None:
        kind = type(self.model).__name__
        if not callable(getattr(self.model, "ask", None)):
            raise ValueError(
                f"model is a {kind}: expected one that takes questions (ask), such as chat or hf"
            )
        if self.votes < 1:
            raise ValueError(f"votes is {self.votes}: expected 1 or more")
        if self.votes > 1 and not getattr(self.model, "draws", True):
            raise ValueError(f"votes is {self.votes}: expected 1, for this {kind} says the same each time")
        if self.claims == "sentences" and self.claims_prompt != "claims":
            raise ValueError("claims_prompt is given: expected claims: model too, which alone uses it")
        _ = self._verify, self._list  # read now: a mistake in a prompt is one of the config

    @cached_property
    def _verify(self) -> Prompt:
        return _read("prompt", self.prompt, _VERIFY)

    @cached_property
    def _list(self) -> Prompt:
        return _read("claims_prompt", self.claims_prompt, _LIST)

    @property
    def backends(self) -> tuple[Backend, ...]:
        """Whom the model asks."""
        return tuple(getattr(self.model, "backends", ()))

    def signature_parts(self) -> dict[str, str]:
        """The prompts' texts stand for their names, and a sentence depends on the splitter."""
        listing = {"claims_prompt": self._list.digest} if self.claims == "model" else {}
        return {"prompt": self._verify.digest, **listing, "split": splitter_name()}

    def ready(self) -> None:
        """Check that the model has what it needs.

        Raises:
            SetupError: a package, a key or weights are missing.
        """
        if check := getattr(self.model, "ready", None):
            check()

    def score(self, doc: Document, summary: Summary) -> Dialogue[Score]:
        """Verify one summary.

        Raises:
            TooLong: the prompt leaves no room for the document.
            InferenceError: a question failed.
        """
        claims = _sentences(summary.text, doc.lang)
        listing: list[Generation] = []
        if self.claims == "model" and claims:
            listing = yield from generate([self.model.ask(self._listing(claims))])
            listed = read_claims(listing[0], len(claims))
            if listed is None:
                return self._score(doc, None, listing, None)
            claims = [_Claim(text, claims[i].span) for i, text in listed]
        if not claims:
            return self._score(doc, [], listing, None)
        parts, share = self._parts(doc, summary, claims)
        asks = [
            self.model.ask(self._verifying(summary, claim, part), vote)
            for claim in claims
            for vote in range(self.votes)
            for part in parts
        ]
        replies = yield from generate(asks)
        by_vote = [replies[i : i + len(parts)] for i in range(0, len(replies), len(parts))]
        checked = [
            _Checked(claim, by_vote[i * self.votes : (i + 1) * self.votes]) for i, claim in enumerate(claims)
        ]
        return self._score(doc, checked, [*listing, *replies], share)

    def _listing(self, sentences: Sequence[_Claim]) -> tuple[Turn, ...]:
        lines = "\n".join(f"{i}: {sentence.text}" for i, sentence in enumerate(sentences, 1))
        return (Turn("user", self._list.fill({"summary": fenced("summary", lines)})),)

    def _verifying(self, summary: Summary, claim: _Claim, document: str) -> tuple[Turn, ...]:
        values = {"document": document, "summary": summary.text, "claim": claim.text}
        return (Turn("user", self._verify.fill({k: fenced(k, v) for k, v in values.items()})),)

    def _parts(
        self, doc: Document, summary: Summary, claims: Sequence[_Claim]
    ) -> tuple[list[str], float | None]:
        """What the model is shown of a document, one prompt each, and the share of it that this is."""
        room = getattr(self.model, "room", None)
        found = [room(partial(self._verifying, summary, claim)) for claim in claims] if room else []
        reaches: list[Reach] = [reach for reach in found if reach is not None]
        if not reaches:
            return [doc.text], None
        reach = min(reaches, key=lambda reach: reach.room)  # that beside the longest claim
        if reach.ruler.count(doc.text) <= reach.room:
            return [doc.text], 1.0
        return [part for part in chunks(doc.text, doc.lang, reach) if part.strip()], 1.0

    def _score(
        self,
        doc: Document,
        checked: Sequence[_Checked] | None,
        answers: Sequence[Generation],
        share: float | None,
    ) -> Score:
        """The score of a summary.

        Args:
            doc: Its document.
            checked: Its claims; None where the judge's list of them cannot be read.
            answers: Everything that the judge wrote.
            share: Of the document, that was read; None where nobody knows.
        """
        claims = checked or ()
        verdicts = [claim.verdict for claim in claims]
        decided = [verdict for verdict in verdicts if verdict != "cannot tell"]
        said = [verdict for claim in claims for vote in claim.read for verdict in vote]
        values = {
            "supported": _share(decided.count("supported"), decided),
            "abstained": _share(verdicts.count("cannot tell"), verdicts),
            "claims": None if checked is None else len(checked),
            "spread": _mean([disagreement(claim.votes) for claim in claims]) if self.votes > 1 else None,
            "unparsed": _share(said.count(None), said),
            "read": share,
            "tokens": _total([(a.input_tokens, a.output_tokens) for a in answers]),
            "cost": _total([(a.cost,) for a in answers]),
        }
        if checked is None:
            why = "the judge's list of claims cannot be read"
        else:
            why = "the judge decided no claim" if claims else "the summary has no claims"
        reasons = dict.fromkeys(values, why) | {
            "tokens": "the judge counts no tokens",
            "cost": "no price was given for the judge",
        }
        if claims:
            reasons["read"] = "the judge does not say how much it takes"
        if self.votes == 1:
            reasons["spread"] = "each claim has one vote"
        findings = tuple(self._finding(doc, claim) for claim in claims if claim.verdict == "not supported")
        none = {name: reasons[name] for name, value in values.items() if value is None}
        return Score(values, none, findings)

    def _finding(self, doc: Document, checked: _Checked) -> Finding:
        against = [i for i, vote in enumerate(checked.votes) if vote == "not supported"]
        said = [checked.claim.text] if self.claims == "model" else []
        if self.votes > 1:
            said.append(f"{len(against)} of {self.votes} votes")
        replies = checked.replies[against[0]]
        # Of several parts, each only says what is not in it.
        reason = read_reason(replies[0]) if len(replies) == 1 else ""
        said.append(reason or "not supported")
        return Finding(
            "unsupported",
            len(against) / self.votes,
            checked.claim.span,
            _nearest(doc, checked.claim.text),
            _clipped(" – ".join(said)),
        )


def _nearest(doc: Document, claim: str) -> tuple[Span, ...]:
    """Where a document comes nearest to a claim by its words: the model names no place."""
    source = read_source(doc.text, doc.lang)
    found = [support(source, sentence) for sentence in analyse(claim, doc.lang)]
    return tuple(dict.fromkeys(span for each in found if each for span in each.best))


def fenced(name: str, text: str) -> str:
    """A text between tags that it cannot end: where it has them itself, its ``<`` becomes ``(``."""
    return f"<{name}>\n{_TAG.sub('(', text)}\n</{name}>"


def _sentences(text: str, lang: str | None) -> list[_Claim]:
    """The sentences and list items of a summary that have a letter or a digit, each on one line."""
    found = ((" ".join(text[s.start : s.end].split()), s) for s in statement_spans(text, lang))
    return [_Claim(line, span) for line, span in found if any(map(str.isalnum, line))]


def _read(name: str, given: str, gaps: Gaps) -> Prompt:
    try:
        return read(given, gaps, _SHIPPED)
    except ValueError as e:
        raise ValueError(f"{name}: {e}") from e


def _share(n: int, of: Sequence[object]) -> float | None:
    return n / len(of) if of else None


def _mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None


def _total(counts: Iterable[tuple[float | None, ...]]) -> float | None:
    """The sum; None where one is not known."""
    every = [n for some in counts for n in some]
    known = [n for n in every if n is not None]
    return math.fsum(known) if len(known) == len(every) else None


def _clipped(text: str) -> str:
    return text if len(text) <= _LONGEST_DETAIL else text[: _LONGEST_DETAIL - 1] + "…"
