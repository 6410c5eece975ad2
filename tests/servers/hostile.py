"""A chat server that misbehaves: the same way for the same seed, whatever the order of the requests."""

import json
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.servers.scripted import Reply, Request, completion

# Share of the requests, and what they get.
SHARES: Mapping[str, float] = {"429": 0.05, "500": 0.02, "hang": 0.01, "cut": 0.01, "bad JSON": 0.01}


@dataclass
class Hostile:
    """Misbehaves in shares of ``SHARES``, else answers as ``answer`` says.

    Attributes:
        met: What the requests got, as often as they got it.
    """

    answer: Callable[[Request], str]
    seed: int
    met: Counter[str] = field(default_factory=Counter)

    def __call__(self, request: Request) -> Reply:
        chance = random.Random(f"{self.seed} {request.prompt} {request.attempt}")
        kinds = [*SHARES, "answer"]
        (kind,) = chance.choices(kinds, [*SHARES.values(), 1 - sum(SHARES.values())])
        self.met[kind] += 1
        body = completion(self.answer(request))
        match kind:
            case "429":
                return Reply(429, {"error": {"message": "slow down"}}, _retry_after(chance))
            case "500":
                return Reply(500, "<html>Internal Server Error</html>")
            case "hang":
                return Reply(hang=True)
            case "cut":
                return Reply(body=body, cut=chance.randrange(len(json.dumps(body))))
            case "bad JSON":
                return Reply(body=json.dumps(body)[: chance.randrange(1, 60)])
        return Reply(body=body)


def _retry_after(chance: random.Random) -> dict[str, str]:
    """Nothing most of the time, a short wait, or now and then a whole second."""
    (headers,) = chance.choices(
        [{}, {"Retry-After-Ms": str(chance.randint(20, 200))}, {"Retry-After": "1"}], [60, 37, 3]
    )
    return headers
