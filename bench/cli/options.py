"""Options that several verbs share."""

from pathlib import Path
from typing import Annotated

import typer

Set = Annotated[
    list[str], typer.Option("--set", metavar="KEY=VALUE", help="Override a key, e.g. data.limit=50.")
]
Limit = Annotated[int | None, typer.Option(min=1, help="Only the first N documents.")]
Seed = Annotated[
    int | None, typer.Option(min=0, help="Seed of the sample, the statistics and every component with one.")
]
OnlyModels = Annotated[list[str], typer.Option(metavar="LABEL[,…]", help="Only these systems.")]
OnlyMetrics = Annotated[list[str], typer.Option(metavar="LABEL[,…]", help="Only these metrics.")]
Out = Annotated[Path, typer.Option(help="Folder below which NAME/RUN is made.")]
Rerun = Annotated[bool, typer.Option(help="Start afresh; copy nothing from earlier runs.")]
Shard = Annotated[
    str | None, typer.Option(metavar="I/N", help="Only the I-th of N shares of the documents, from 1.")
]
Executor = Annotated[
    str | None, typer.Option(metavar="ray", help="Who does the work [this process]: a Ray cluster.")
]
Address = Annotated[str | None, typer.Option(help="Of the Ray cluster [this machine's].")]
Cpus = Annotated[float, typer.Option(min=0, help="CPUs that a Ray worker takes, or a part of one.")]
Gpus = Annotated[float, typer.Option(min=0, help="GPUs that a Ray worker takes, or a part of one.")]
Offline = Annotated[bool, typer.Option(help="Never ask a hub; say what is missing instead.")]
Full = Annotated[bool, typer.Option("--full", help="All columns and intervals, however wide.")]
Outputs = Annotated[
    list[str],
    typer.Option("--outputs", "--candidates", metavar="[LABEL=]FILE", help="Summaries: JSONL, CSV or lines."),
]
References = Annotated[
    str | None, typer.Option(metavar="FILE", help="References, perhaps with their documents.")
]
Metrics = Annotated[list[str], typer.Option(metavar="NAME[,…]", help="rouge,facts or ./file.py:Class.")]
Map = Annotated[
    list[str], typer.Option("--map", metavar="KEY=FIELD", help="Name of a field, e.g. document=article.")
]
Where = Annotated[list[str], typer.Option(metavar="FIELD=VALUE", help="Only these rows, e.g. dataset=cnndm.")]
SystemField = Annotated[
    str | None, typer.Option(metavar="FIELD", help="Field of the outputs that names the system [system].")
]
Save = Annotated[bool, typer.Option("--save/--no-save", help="Keep what was scored below --out.")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]


def commas(values: list[str]) -> list[str]:
    """``--only-models a,b --only-models c`` as one list; commas in brackets belong to a label."""
    parts = []
    for value in values:
        depth = start = 0
        for i, c in enumerate(f"{value},"):
            depth += (c == "[") - (c == "]")
            if (c == "," and depth <= 0) or i == len(value):
                parts.append(value[start:i].strip())
                start = i + 1
    return [part for part in parts if part]


def pairs(option: str, values: list[str]) -> dict[str, str]:
    """``KEY=VALUE`` options as a dict.

    Raises:
        typer.BadParameter: no ``=``.
    """
    result = {}
    for text in values:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise typer.BadParameter(f"{option} {text}: expected KEY=VALUE")
        result[key] = value
    return result


def go_offline(offline: bool) -> None:
    """Tell the hub libraries, which read these before they are imported."""
    import os

    if offline:
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["HF_DATASETS_OFFLINE"] = "1"
