"""Probabilities of labels for a premise and a claim, from a model in this process."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from importlib.util import find_spec
from typing import Any

from bench.backends.checkpoint import Checkpoint
from bench.backends.device import choose, fitting
from bench.backends.heads import Classifier, Head, answer_ids, load
from bench.backends.hf_pairs import Row, positions, read_pair
from bench.backends.hf_tokens import Tokens, read_tokens
from bench.backends.loaded import Loaded, loading, padded
from bench.backends.place import DType, Place
from bench.backends.quiet import quiet
from bench.core.asks import Ask, Log, Measure
from bench.core.errors import MissingExtra
from bench.core.readings import Classified, Classify
from bench.core.signature import short


@dataclass(frozen=True, slots=True)
class ClassifierBackend:
    """A checkpoint in a precision, how it reads a pair of texts, and which of its logits count.

    Attributes:
        checkpoint: The weights.
        head: Its architecture (:data:`bench.backends.heads.Head`).
        base: Whose configuration and tokenizer it has, where it brings none.
        template: One text of ``{premise}``, ``{claim}`` and perhaps ``{eos}``; None for two segments.
        max_length: Most tokens, special ones too, that it is given; what it has positions for when None.
            A longer pair is cut (see :func:`bench.backends.hf_pairs.read_pair`).
        dtype: Type of its weights.
        place: Where it computes; in no signature.
    """

    checkpoint: Checkpoint
    head: Head = "classes"
    base: Checkpoint | None = None
    template: str | None = None
    max_length: int | None = None
    dtype: DType = "float32"
    place: Place = field(default=Place(), compare=False)

    @property
    def identity(self) -> dict[str, str]:
        """What names the weights, and the base, in a signature."""
        base = {} if self.base is None else {f"base-{k}": v for k, v in self.base.identity.items()}
        return self.checkpoint.identity | base

    @property
    def signature(self) -> str:
        """Everything that decides an answer."""
        parts = {
            **self.identity,
            "head": self.head,
            "input": "pair" if self.template is None else short(self.template),
            "max_length": "all" if self.max_length is None else self.max_length,
            "cut": "premise",
            "dtype": self.dtype,
        }
        return "|".join(["classify", *(f"{k}:{v}" for k, v in parts.items())])

    @property
    def tokens(self) -> Tokens:
        """Configuration and tokenizer."""
        return read_tokens(self.base or self.checkpoint)

    @property
    def limit(self) -> int | None:
        """Most tokens of an input; None where nothing limits it."""
        own = positions(self.tokens)
        return min((n for n in (self.max_length, own) if n is not None), default=None)

    def count(self, text: str) -> int:
        """Tokens of a text alone."""
        return len(self.tokens.bare(text))

    def ready(self) -> None:
        """See whether what is needed is there, without loading the weights.

        Raises:
            MissingExtra: torch.
            SetupError: files are missing, or the tokenizer is not the one that the checker was taught with.
        """
        if find_spec("torch") is None:
            raise MissingExtra("torch", "hf")
        if self.head == "answer":
            answer_ids(self.tokens)

    def measure(self, ask: Ask) -> Measure:
        """Tokens of the pair, from the checkpoint's own tokenizer."""
        assert isinstance(ask, Classify)
        row = read_pair(self.tokens, self.template, self.limit, ask.premise, ask.hypothesis)
        return Measure(len(row.ids), 0)

    def open(self, _log: Log) -> "ClassifierSession":
        """Load the model.

        Raises:
            SetupError: a package, the weights or the device are missing.
        """
        self.ready()
        import torch

        device = choose(self.place.device)
        with loading(self.checkpoint):
            classifier = load(self.head, self.checkpoint, self.tokens, getattr(torch, self.dtype))
            return ClassifierSession(classifier, device, self)


class ClassifierSession(Loaded):
    """A loaded classifier.

    Args:
        classifier: The model, in evaluation mode.
        device: Where it is moved.
        backend: What it was opened by.
    """

    def __init__(self, classifier: Classifier, device: Any, backend: ClassifierBackend) -> None:
        super().__init__(classifier.model, device, backend.place)
        self._logits = classifier.logits
        self._pad = backend.tokens.tokenizer.pad_token_id or 0
        read = partial(read_pair, backend.tokens, backend.template, backend.limit)
        # A pair is measured, sorted and answered: it is tokenised once for all.
        self._row = lru_cache(maxsize=16_384)(read)

    def length(self, ask: Ask) -> int:
        """Tokens of the pair, as far as the model reads it."""
        assert isinstance(ask, Classify)
        return len(self._row(ask.premise, ask.hypothesis).ids)

    def answer(self, batch: Sequence[Ask]) -> Sequence[Classified]:
        """Probabilities for each pair.

        Of several labels they sum to 1; a single one has its own. In float32 they differ with the company of
        a pair by less than 1e-5: padding is masked, but sums are added up in another order.

        Raises:
            OutOfMemory: the batch is too large.
        """
        rows = [self._row(ask.premise, ask.hypothesis) for ask in batch if isinstance(ask, Classify)]
        assert len(rows) == len(batch)
        return [
            Classified(tuple(p), len(row.ids), row.cut, row.cut_claim)
            for p, row in zip(self._probabilities(rows), rows, strict=True)
        ]

    def _probabilities(self, rows: Sequence[Row]) -> list[list[float]]:
        import torch

        ids, mask = padded([row.ids for row in rows], self._pad)
        inputs = {"input_ids": ids, "attention_mask": mask}
        if rows[0].types:
            inputs["token_type_ids"], _ = padded([row.types for row in rows], 0)
        with fitting(*ids.shape), quiet(), torch.inference_mode():
            there = {k: v.to(self._model.device) for k, v in inputs.items()}
            logits = self._logits(self._model, there)
            # In double precision, so that several sum to 1.
            logits = logits.cpu().double()
            found = logits.sigmoid() if logits.shape[-1] == 1 else logits.softmax(-1)
        return found.tolist()  # type: ignore[no-any-return]
