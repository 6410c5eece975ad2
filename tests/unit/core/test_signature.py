"""A signature names a component, its parameters and its version, and nothing that changes no number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, ClassVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench.core.signature import canonical, short, signature


@dataclass(frozen=True)
class Plain:
    sentences: int = 3
    label: str | None = None


@dataclass(frozen=True)
class Marked:
    stemmer: str = field(default="porter", metadata={"sig": "stem"})
    engine: str = field(default="auto", metadata={"sig": None})
    added: int = field(default=0, metadata={"since": 2})
    version: ClassVar[int] = 2

    def signature_parts(self) -> Mapping[str, str]:
        return {"split": "sentencex-1.0"}


def test_parameters_in_their_order_then_the_version() -> None:
    assert signature("lead", Plain()) == "lead|sentences:3|label:null|v:1"


def test_metadata_renames_leaves_out_and_keeps_old_cells_valid() -> None:
    assert signature("rouge", Marked()) == "rouge|stem:porter|split:sentencex-1.0|v:2"
    assert signature("rouge", Marked(engine="python")) == signature("rouge", Marked())
    assert signature("rouge", Marked(added=1)) == "rouge|stem:porter|added:1|split:sentencex-1.0|v:2"


def test_what_is_no_parameter_is_left_out() -> None:
    @dataclass
    class Loaded:
        size: int = 1
        found: frozenset[str] = field(init=False, default=frozenset({"a"}))

    assert signature("x", Loaded()) == "x|size:1|v:1"


def test_a_class_without_parameters() -> None:
    assert signature("./mine.py:Mine@abc", object()) == "./mine.py:Mine@abc|v:1"


@dataclass(frozen=True)
class Flat:
    first: int = 0
    others: dict[str, Any] = field(default_factory=dict, metadata={"rest": True})
    last: int = 0


def test_the_rest_is_a_part_for_each_entry_in_its_place_by_name() -> None:
    assert signature("hf", Flat()) == "hf|first:0|last:0|v:1"
    given = {"top_p": 0.5, "beams": 4, "stop|": ["a", None]}
    assert signature("hf", Flat(others=given)) == (
        'hf|first:0|beams:4|"stop\\u007c":a,null|top_p:0.5|last:0|v:1'
    )


@given(st.dictionaries(st.text(), st.integers() | st.text()), st.dictionaries(st.text(), st.integers()))
def test_different_rests_never_share_a_signature(a: dict[str, Any], b: dict[str, Any]) -> None:
    one, other = signature("x", Flat(others=a)), signature("x", Flat(others=b))
    assert (one == other) == (a == b)
    assert one == signature("x", Flat(others=dict(reversed(a.items()))))


@dataclass(frozen=True)
class Holder:
    system: object = None
    merge: object = field(default=None, metadata={"sig": "second"})
    size: int = 1


def test_a_component_inside_is_its_signature_in_brackets() -> None:
    inner = signature("lead", Plain())
    held = Holder(Plain(), Plain())
    assert signature("long", held, {"system": inner, "merge": "copy|v:1"}) == (
        "long|system:[lead|sentences:3|label:null|v:1]|second:[copy|v:1]|size:1|v:1"
    )
    assert signature("long", Holder(Plain()), {"system": inner}).endswith("|second:null|size:1|v:1")
    with pytest.raises(TypeError, match="of type Plain"):
        signature("long", held, {"system": inner})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "true"),
        ("true", '"true"'),
        (None, "null"),
        ("null", '"null"'),
        (3, "3"),
        ("3", '"3"'),
        (0.5, "0.5"),
        ("a|b", '"a\\u007cb"'),
        (("rouge1", "rougeL"), "rouge1,rougeL"),
        (("rouge1",), "[rouge1]"),
        ((), "[]"),
        ({"b": 1, "a": "x"}, "{a:x,b:1}"),
        (((1, 2), (3,), 4), "[1,2],[3],4"),
        ({"a": [1, 2], "b": 3}, "{a:[1,2],b:3}"),
        (PurePosixPath("a/b"), "a/b"),
    ],
)
def test_spelling(value: Any, expected: str) -> None:
    assert canonical(value) == expected


scalars = st.none() | st.booleans() | st.integers() | st.text()


values = st.recursive(
    scalars, lambda v: st.lists(v, max_size=3).map(tuple) | st.dictionaries(st.text("ab"), v, max_size=3)
)


@given(values, values)
@example((1, 2, 3), ((1, 2), 3))
def test_nor_do_different_collections(a: Any, b: Any) -> None:
    assert (canonical(a) == canonical(b)) == (repr(a) == repr(b) or _sorted(a) == _sorted(b))


def _sorted(value: Any) -> Any:
    """With the types of its scalars (1 == True) and its keys in order."""
    if isinstance(value, dict):
        return sorted((k, _sorted(v)) for k, v in value.items())
    return tuple(map(_sorted, value)) if isinstance(value, tuple) else repr(value)


@given(scalars, scalars)
def test_different_values_never_share_a_spelling(a: Any, b: Any) -> None:
    same = a == b and type(a) is type(b)
    assert (canonical(a) == canonical(b)) == same


@given(st.text())
def test_a_text_never_ends_its_field(text: str) -> None:
    assert "|" not in canonical(text)


def test_an_object_is_refused() -> None:
    with pytest.raises(TypeError, match="of type object"):
        canonical(object())


def test_short_is_stable() -> None:
    assert short("rouge|v:1") == "f9aeea75"
