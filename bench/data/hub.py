"""Data sets of the Hugging Face Hub, and whatever else ``datasets`` loads."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn

from bench.core.errors import DataError, Offline
from bench.core.rows import Row
from bench.core.types import Document
from bench.data.mapping import FieldMapping, to_documents


@dataclass(frozen=True)
class Hub(FieldMapping):
    """Data sets of the Hugging Face Hub, or what datasets loads.

    Whatever ``datasets.load_dataset`` takes but loading scripts, which it no longer runs. The further
    parameters say which column is what: :class:`bench.data.mapping.FieldMapping`; for CNN/DailyMail
    these are ``{path: abisee/cnn_dailymail, name: 3.0.0, document: article, bullets: highlights}``.

    The commit that was read is part of each document's source: ``path@commit/name/split:row``.
    ``HF_HUB_OFFLINE=1`` keeps to what is on this machine: folders, and what was loaded before.

    Attributes:
        path: Name on the Hub, a local folder, or ``json``, ``csv``, ``parquet`` … with ``data_files``.
        name: Configuration of the data set.
        split: Split, or a slice of it (``test[:100]``; not when streaming).
        revision: Branch, tag or commit; the newest when left out.
        streaming: Read rows as they come, without a copy on disk.
        data_files: Files to read, or a map of split to file.
    """

    path: str
    name: str | None = None
    split: str = "test"
    revision: str | None = None
    streaming: bool = False
    data_files: str | tuple[str, ...] | dict[str, str] | None = None

    remote: ClassVar[bool] = True

    def read(self) -> Iterator[Document | DataError]:
        """Documents in the order of the split.

        Raises:
            DataError: no such data set, configuration or split, or a bad row.
            Offline: the Hub cannot be reached.
        """
        return to_documents(self._rows(), self)

    def _rows(self) -> Iterator[Row]:
        import datasets

        if not sys.stderr.isatty():
            datasets.disable_progress_bars()
        try:
            builder = datasets.load_dataset_builder(
                self.path,
                self.name,
                revision=self.revision,
                data_files=list(self.data_files) if isinstance(self.data_files, tuple) else self.data_files,
            )
            if self.streaming:
                table = builder.as_streaming_dataset(split=self.split)
            else:
                builder.download_and_prepare()
                table = builder.as_dataset(split=self.split)
            where = _place(self, builder)
            for number, fields in enumerate(table, 1):
                yield Row(fields, where, number)
        except (OSError, ValueError, RuntimeError, datasets.exceptions.DatasetsError) as e:
            _explain(self, e)


def _place(hub: Hub, builder: Any) -> str:
    # The builder of a data set on the Hub carries its commit, others the hash of their code or files.
    commit = builder.hash if re.fullmatch("[0-9a-f]{40}", builder.hash or "") else ""
    asked = hub.revision or ""
    if commit and re.fullmatch("[0-9a-f]{7,40}", asked) and not commit.startswith(asked):
        # Offline, datasets takes the newest copy of its cache, whatever was asked for.
        raise ValueError(f"revision is {asked}, but the copy on this machine is {commit}")
    return "/".join(part for part in (f"{hub.path}@{commit}".rstrip("@"), hub.name, hub.split) if part)


def _explain(hub: Hub, e: Exception) -> NoReturn:
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    what = (str(e.__cause__ or e) or type(e).__name__).splitlines()[0]
    if isinstance(e, ConnectionError | HfHubHTTPError | LocalEntryNotFoundError):
        raise Offline(
            f"{hub.path}: {what}",
            f"With the network, once: hf download --repo-type dataset {hub.path} --local-dir DIR; "
            "then path: DIR reads it anywhere.",
        ) from e
    raise DataError(what, file=hub.path) from e
