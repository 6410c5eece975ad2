"""Probabilities of labels for a premise and a claim, from a model in this process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from bench.backends.checkpoint import Checkpoint
from bench.backends.device import BUDGET, choose, fitting, free
from bench.backends.heads import Classifier, Head, answer_ids, load
from bench.backends.hf_generate import DType
from bench.backends.hf_pairs import Row, positions, read_pair
from bench.backends.hf_tokens import Tokens, loading, read_tokens
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
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``mps``; in no signature, like what follows.
        threads: Threads of the CPU; torch's own number when None.
        max_batch_tokens: Budget of a batch; by the device when None.
    """

    checkpoint: Checkpoint
    head: Head = "classes"
    base: Checkpoint | None = None
    template: str | None = None
    max_length: int | None = None
    dtype: DType = "float32"
    device: str = field(default="auto", compare=False)
    threads: int | None = field(default=None, compare=False)
    max_batch_tokens: int | None = field(default=None, compare=False)

    @property
    def signature(self) -> str:
        """Everything that decides an answer."""
        parts = {
            **self.checkpoint.identity,
            **({} if self.base is None else {f"base-{k}": v for k, v in self.base.identity.items()}),
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

        device = choose(self.device)
        with loading(self.checkpoint):
            classifier = load(self.head, self.checkpoint, self.tokens, getattr(torch, self.dtype))
        classifier.model.to(device)
        threads = torch.get_num_threads()
        if self.threads is not None:
            torch.set_num_threads(self.threads)
        return ClassifierSession(self, classifier, self.max_batch_tokens or BUDGET[device.type], threads)


class ClassifierSession:
    """A loaded classifier.

    Args:
        backend: What it was opened by.
        classifier: The model, on its device.
        budget: Most tokens of a batch.
        threads_before: Of torch, before it was opened.
    """

    def __init__(
        self, backend: ClassifierBackend, classifier: Classifier, budget: int, threads_before: int
    ) -> None:
        self._classifier: Classifier | None = classifier
        self._budget = budget
        self._threads_before = threads_before
        self._tokens = tokens = backend.tokens
        template, limit = backend.template, backend.limit

        # A pair is measured, sorted and answered: it is tokenised once for all.
        @lru_cache(maxsize=16_384)
        def row(premise: str, claim: str) -> Row:
            return read_pair(tokens, template, limit, premise, claim)

        self._row = row

    @property
    def about(self) -> Mapping[str, str | int | float]:
        """Device, threads and budget."""
        import torch

        assert self._classifier is not None
        device, threads = str(self._classifier.model.device), torch.get_num_threads()
        return {"device": device, "threads": threads, "max_batch_tokens": self._budget}

    def close(self) -> None:
        """Free the model."""
        import torch

        torch.set_num_threads(self._threads_before)
        self._classifier = None
        self._row.cache_clear()
        free()

    @property
    def budget(self) -> int:
        """Most tokens of a batch."""
        return self._budget

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
        assert self._classifier is not None
        return [
            Classified(tuple(p), len(row.ids), row.cut, row.cut_claim)
            for p, row in zip(self._probabilities(rows, self._classifier), rows, strict=True)
        ]

    def _probabilities(self, rows: Sequence[Row], classifier: Classifier) -> list[list[float]]:
        import torch

        width = max(len(row.ids) for row in rows)
        inputs = {
            "input_ids": _padded([row.ids for row in rows], width, self._tokens.tokenizer.pad_token_id or 0),
            "attention_mask": _padded([[1] * len(row.ids) for row in rows], width, 0),
        }
        if rows[0].types:
            inputs["token_type_ids"] = _padded([row.types for row in rows], width, 0)
        with fitting(len(rows), width), quiet(), torch.inference_mode():
            device = classifier.model.device
            logits = classifier.logits({k: v.to(device) for k, v in inputs.items()})
            # In double precision, so that several sum to 1.
            logits = logits.cpu().double()
            found = logits.sigmoid() if logits.shape[-1] == 1 else logits.softmax(-1)
        return found.tolist()  # type: ignore[no-any-return]


def _padded(rows: Sequence[Sequence[int]], width: int, fill: int) -> Any:
    import torch

    padded = torch.full((len(rows), width), fill)
    for i, row in enumerate(rows):
        padded[i, : len(row)] = torch.tensor(row)
    return padded
