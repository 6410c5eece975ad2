"""Data sets of the Hugging Face Hub, and whatever else ``datasets`` loads."""

import re
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NoReturn
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from bench.core.errors import DataError, Offline, SetupError
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
    Where the Hub cannot be reached, or ``HF_HUB_OFFLINE=1`` keeps from it, what is on this machine is
    read: folders, and what was loaded before.

    Attributes:
        path: Name on the Hub, a local folder, or ``json``, ``csv``, ``parquet`` … with ``data_files``.
        name: Configuration of the data set.
        split: Split, or a slice of it (``test[:100]``; not when streaming).
        revision: Branch, tag or commit; the newest when left out.
        streaming: Read rows as they come, without a copy on disk.
        data_files: Files to read, or a map of split to files: names or globs in the data set, so that only
            these are fetched; on this machine; or addresses (https://…, which needs aiohttp and requests).
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
            SetupError: a package for addresses is missing.
            Offline: the Hub, or an address, cannot be reached.
        """
        return to_documents(self._rows(), self)

    def _rows(self) -> Iterator[Row]:
        import datasets

        if not sys.stderr.isatty():
            datasets.disable_progress_bars()
        addresses = [name for name in _named_files(self) if re.match("https?://", name)]
        for address in addresses:
            if problem := _unreachable(address):
                raise Offline(f"{address} cannot be reached: {problem}", _by_hand(address))
        problem = _unreachable(_endpoint()) if _is_on_the_hub(self) else ""
        try:
            with _offline(bool(problem)):
                builder = datasets.load_dataset_builder(
                    self.path, self.name, revision=self.revision, data_files=_files(self)
                )
                if self.streaming:
                    table = builder.as_streaming_dataset(split=self.split)
                else:
                    builder.download_and_prepare()
                    table = builder.as_dataset(split=self.split)
                where = _place(self, builder)
            for number, fields in enumerate(table, 1):
                yield Row(fields, where, number)
        except ImportError as e:
            what = ", ".join(addresses) or self.path
            raise SetupError(f"{what}: {e}", "pip install aiohttp requests" if addresses else "") from e
        except (OSError, ValueError, RuntimeError, datasets.exceptions.DatasetsError) as e:
            _explain(self, e, problem)


def _files(hub: Hub) -> Any:
    return list(hub.data_files) if isinstance(hub.data_files, tuple) else hub.data_files


def _named_files(hub: Hub) -> list[str]:
    files = _files(hub) or []
    return list(files.values()) if isinstance(files, dict) else [files] if isinstance(files, str) else files


def _by_hand(address: str) -> str:
    name = Path(urlsplit(address).path).name
    return (
        f"With the network, once: curl -LO {address}; then data_files: {{SPLIT: {name}}} reads it anywhere."
    )


def _endpoint() -> str:
    from huggingface_hub import constants

    return str(constants.ENDPOINT)


def _is_on_the_hub(hub: Hub) -> bool:
    """Whether the path is neither a folder nor a format of files."""
    is_format = hub.data_files is not None and "/" not in hub.path
    return not (is_format or Path(hub.path).is_dir())


def _unreachable(address: str) -> str:
    """Why nobody answers at an address, or nothing.

    Asked first, because datasets asks six times, for half a minute, and tells of each.
    """
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return "HF_HUB_OFFLINE=1"
    url = urlsplit(address)
    host, port = url.hostname or "", url.port or (80 if url.scheme == "http" else 443)
    if getproxies().keys() & {url.scheme, "all"} and not proxy_bypass(host):
        return ""  # that is for the proxy to find out
    try:
        socket.create_connection((host, port), timeout=3).close()
    except OSError as e:
        return e.strerror or str(e)
    return ""


@contextmanager
def _offline(offline: bool) -> Iterator[None]:
    """Keep datasets to what is on this machine, as ``HF_HUB_OFFLINE=1`` does."""
    from datasets import config
    from huggingface_hub import constants

    before = config.HF_HUB_OFFLINE, constants.HF_HUB_OFFLINE
    if offline:
        config.HF_HUB_OFFLINE = constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        config.HF_HUB_OFFLINE, constants.HF_HUB_OFFLINE = before


def _place(hub: Hub, builder: Any) -> str:
    # The builder of a data set on the Hub carries its commit, others the hash of their code or files.
    commit = builder.hash if re.fullmatch("[0-9a-f]{40}", builder.hash or "") else ""
    asked = hub.revision or ""
    if commit and re.fullmatch("[0-9a-f]{7,40}", asked) and not commit.startswith(asked):
        # Offline, datasets takes the newest copy of its cache, whatever was asked for.
        raise ValueError(f"revision is {asked}, but the copy on this machine is {commit}")
    return "/".join(part for part in (f"{hub.path}@{commit}".rstrip("@"), hub.name, hub.split) if part)


def _explain(hub: Hub, e: Exception, problem: str) -> NoReturn:
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    what = (str(e.__cause__ or e) or type(e).__name__).splitlines()[0]
    if isinstance(e, ConnectionError | HfHubHTTPError | LocalEntryNotFoundError):
        if problem:
            what = f"{_endpoint()} cannot be reached ({problem}), and no copy of it is on this machine"
        revision = f" --revision {hub.revision}" if hub.revision else ""
        files = "".join(f" --include '{name}'" for name in _named_files(hub))
        raise Offline(
            f"{hub.path}: {what}",
            f"With the network, once: hf download --repo-type dataset {hub.path}{revision}{files} "
            "--local-dir DIR; then path: DIR reads it anywhere.",
        ) from e
    raise DataError(what, file=hub.path) from e
