"""A share of a run's documents, for a process of its own beside others, perhaps on another machine.

A shard is worked on in a directory inside that of the run (:func:`bench.runner.directory.shard`), which
looks like that of a run of these documents alone. The run copies the finished cells of its shards, as it
copies those of earlier runs, so that shards may be lost, repeated, or made of another division.
"""

from dataclasses import dataclass, replace
from typing import Self

from bench.core.errors import ConfigError
from bench.data.select import Dataset, fingerprint
from bench.runner.plan import Plan


@dataclass(frozen=True, slots=True)
class Shard:
    """One of ``count`` shares; ``number`` counts from 1.

    Raises:
        ConfigError: there is no such share.
    """

    number: int
    count: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.count:
            raise ConfigError(
                f"shard {self}: expected a number from 1 to {max(1, self.count)}",
                "Shards count from 1: a job array of 16 shards runs from 1 to 16.",
            )

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """``3/16`` as a shard.

        Raises:
            ConfigError: it is none.
        """
        number, slash, count = text.partition("/")
        if not (slash and number.isdecimal() and count.isdecimal()):
            raise ConfigError(f"shard '{text}': expected NUMBER/COUNT, such as 3/16")
        return cls(int(number), int(count))

    def of(self, plan: Plan) -> Plan:
        """The plan for the documents of this shard: every ``count``-th.

        Neighbours are often alike in length; taken in turns they are spread over all shards, whose numbers
        of documents differ by one at most.
        """
        documents = plan.dataset.documents[self.number - 1 :: self.count]
        return replace(plan, dataset=Dataset(documents, fingerprint(documents), plan.dataset.bad_rows))
