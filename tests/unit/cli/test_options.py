"""Options that take several labels."""

import pytest

from bench.cli.options import commas


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["a,b", "c"], ["a", "b", "c"]),
        ([" a , b,"], ["a", "b"]),
        ([""], []),
        (["r[sentences=1,seed=0]"], ["r[sentences=1,seed=0]"]),
        (["r[x=1,y=2],s,t[x=1,y=2]"], ["r[x=1,y=2]", "s", "t[x=1,y=2]"]),
        (["r[types=['a', 'b'],x=1],s"], ["r[types=['a', 'b'],x=1]", "s"]),
        (["a],b"], ["a]", "b"]),
    ],
)
def test_commas_part_labels_but_not_what_is_in_brackets(given: list[str], meant: list[str]) -> None:
    assert commas(given) == meant
