"""What differs between two runs, by what their manifests say of themselves."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# Keys of a manifest that can explain a difference; what is not named here is none of its causes.
_DATA = ("source", "fingerprint", "documents", "references")
_ENVIRONMENT = ("python", "platform", "machine", "cpus")
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is not the same in two runs.

    Attributes:
        group: ``config``, ``data``, ``systems``, ``metrics``, ``packages``, ``machine``, ``code`` or
            ``backends``.
        key: What it is, as a dotted path.
        old: Its value in the older run, None where there is none.
        new: Its value in the newer run.
    """

    group: str
    key: str
    old: str | None
    new: str | None


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """Compare two manifests: what can explain a difference of scores, and nothing about when they were made.

    The config key by key; the data; signatures part by part; versions of packages, Python and platform;
    the commit of the working directory; what the backends said of device and threads.
    """
    found: list[Change] = []
    for group, of in (
        ("config", lambda about: about["config"]),
        ("data", lambda about: {k: about["data"].get(k) for k in _DATA}),
    ):
        found += _keys(group, of(old), of(new))
    for group in ("systems", "metrics"):
        found += _signatures(group, old[group], new[group])
    before, after = old.get("environment", {}), new.get("environment", {})
    found += _keys("packages", before.get("packages", {}), after.get("packages", {}))
    found += _keys("machine", _only(before, _ENVIRONMENT), _only(after, _ENVIRONMENT))
    found += _keys("code", before.get("git") or {}, after.get("git") or {})
    found += _keys("backends", old.get("backends", {}), new.get("backends", {}))
    return tuple(found)


def unlike_parts(old: str, new: str) -> Iterator[tuple[str, str | None, str | None]]:
    """(part, old value, new value) where two signatures of one component differ.

    Of different components there is one, the whole signature, under an empty name.
    """
    before, after = _parts(old), _parts(new)
    if before[0] != after[0]:
        yield "", old, new
        return
    mine, theirs = (dict(p.partition(":")[::2] for p in parts[1:]) for parts in (before, after))
    for name in dict.fromkeys([*mine, *theirs]):
        if mine.get(name) != theirs.get(name):
            yield name, mine.get(name), theirs.get(name)


def _keys(group: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before, after = dict(_flat(old)), dict(_flat(new))
    for key in dict.fromkeys([*before, *after]):
        mine, theirs = before.get(key, _ABSENT), after.get(key, _ABSENT)
        if mine != theirs:
            same = _told(mine) == _told(theirs)  # 1 and "1"
            yield Change(group, key, _told(mine, quoted=same), _told(theirs, quoted=same))


def _signatures(
    group: str, old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]
) -> Iterator[Change]:
    for label in dict.fromkeys([*old, *new]):
        if label in old and label in new:
            for part, before, after in unlike_parts(old[label]["signature"], new[label]["signature"]):
                yield Change(group, f"{label}.{part}".rstrip("."), before, after)
        else:
            before, after = (run[label]["signature"] if label in run else None for run in (old, new))
            yield Change(group, label, before, after)


def _flat(value: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, Any]]:
    """Leaves of nested mappings by dotted path."""
    for key, inner in value.items():
        path = f"{at}.{key}" if at else str(key)
        if isinstance(inner, Mapping) and inner:
            yield from _flat(inner, path)
        else:
            yield path, inner


def _told(value: Any, quoted: bool = False) -> str | None:
    if value is _ABSENT:
        return None
    plain = isinstance(value, str) and not quoted
    return value if plain else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _parts(signature: str) -> list[str]:
    """Split at each ``|`` that is not inside of brackets."""
    parts, depth = [""], 0
    for c in signature:
        depth += (c in "[{") - (c in "]}")
        if c == "|" and depth <= 0:
            parts.append("")
        else:
            parts[-1] += c
    return parts


def _only(about: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {k: about[k] for k in keys if k in about}
