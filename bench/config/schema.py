"""What a config may say. What ``with:`` may say is up to each component: :mod:`bench.config.build`."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

# A name becomes a folder; a label stands in tables and, percent-encoded, in file names.
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$", max_length=100)]
Label = Annotated[str, StringConstraints(pattern=r"^[^\s\p{C}]([^\p{C}]*[^\s\p{C}])?$", max_length=100)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Use(_Strict):
    """A component by name, with its parameters."""

    use: str
    parameters: dict[str, Any] = Field(default_factory=dict, alias="with")


class Model(Use):
    """A system, and how many summaries of each document it is asked for."""

    samples: int = Field(1, ge=1)


class Data(Use):
    """A reader, and which of its documents to take."""

    sample: int | None = Field(None, ge=1)
    seed: int = Field(0, ge=0)
    limit: int | None = Field(None, ge=1)


class Compare(_Strict):
    """How systems are compared. Columns are named in full: ``rouge.rougeLsum``.

    Without ``baseline`` it is the first system, without ``columns`` those that tables show and that have
    a better direction.
    """

    baseline: Label | None = None
    columns: list[str] = []
    test: Literal["permutation", "bootstrap"] = "permutation"
    correct: Literal["holm", "bh", "none"] = "holm"
    alpha: float = Field(0.05, gt=0, lt=1)
    resamples: int = Field(10_000, ge=100, le=1_000_000)
    seed: int = Field(0, ge=0)


class GateColumn(_Strict):
    """What a gate asks of one column; the margin is in the stored scale (.005 is half a point of ROUGE)."""

    margin: float = Field(0.0, ge=0)


class Gate(_Strict):
    """What ``bench gate`` decides on: without ``columns`` the headline column of the tables.

    ``max_broken`` is the share of documents whose summary may newly be empty, fail or collapse.
    """

    columns: dict[str, GateColumn] = {}
    max_broken: float = Field(0.01, ge=0, le=1)


class Limits(_Strict):
    """When a run counts as complete."""

    max_failed: float = Field(0.01, ge=0, le=1)


class Experiment(_Strict):
    """One YAML file."""

    name: Name
    data: Data
    models: dict[Label, Model] = Field(min_length=1)
    metrics: dict[Label, Use] = Field(min_length=1)
    sweep: dict[str, Annotated[list[Any], Field(min_length=1)]] = Field(default_factory=dict)
    compare: Compare = Compare()
    gate: Gate = Gate()
    limits: Limits = Limits()
