"""Sampling whose result does not depend on which rows share a batch.

``generate`` draws the next tokens of all rows from one stream of random numbers, so that a row's sample
would depend on its neighbours. Here each row has a stream of its own, and the tokens race: of independent
exponential times with the rates p(token), the earliest is a token's with probability p(token). This is
also how torch's own ``multinomial`` draws.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import torch


def stream(content: str) -> torch.Generator:
    """A stream of random numbers for a question, the same on every machine."""
    return torch.Generator().manual_seed(seed_of(content))


def seed_of(content: str) -> int:
    """A seed for a question."""
    digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def drawing(streams: Sequence[torch.Generator]) -> Callable[..., Any]:
    """A decoding method for ``generate(custom_generate=…)`` that draws each row from its own stream.

    It gets the processors in the order in which ``generate`` applies them, so that the race can come last:
    a processor that a caller gives would come before temperature, top-k and top-p.
    """

    def race(_input_ids: Any, scores: torch.Tensor) -> torch.Tensor:
        uniform = [torch.rand(scores.shape[-1], dtype=torch.float64, generator=g) for g in streams]
        times = -torch.stack(uniform).log()
        return scores.softmax(-1) / times.to(scores)

    def decode(model: Any, input_ids: Any, logits_processor: Any, generation_config: Any, **rest: Any) -> Any:
        logits_processor.append(race)
        generation_config.do_sample = False  # the greedy choice is the winner
        return model._sample(
            input_ids, logits_processor=logits_processor, generation_config=generation_config, **rest
        )

    return decode
