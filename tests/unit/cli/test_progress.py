"""Progress where stderr is no terminal: a line now and then, so that nobody takes a long stage for dead."""

import re

import pytest

from bench.cli.console import Progress


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


def test_counts_rate_and_time_left_while_a_stage_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(every=0) as progress:
        progress.begin("scores", 40, 10)
        progress.step("rouge", 10)
        progress.step("rouge", 20)
    first, middle, last = lines(capsys)
    assert first == "  scores: 10 of 40 are there"
    assert re.fullmatch(r"  scores rouge: 20/40, [\d,]+/s, 0:00:00 left", middle)
    assert re.fullmatch(r"  scores: 40/40 in \d\.\d s \(rouge 30\)", last)


def test_a_slow_model_is_told_in_seconds_and_one_at_its_first_cell_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("bench.cli.console.time.monotonic", lambda: now[0])
    with Progress(every=30) as progress:
        progress.begin("summaries", 90, 0)
        progress.step("lead3", 30)
        for seconds, n in ((0, 0), (31, 0), (62, 2), (93, 28), (124, 30)):
            now[0] = seconds
            progress.step("smol", n)
    assert lines(capsys) == [
        "  summaries smol: 30/90",
        "  summaries smol: 32/90, 31 s each, 0:29:58 left",
        "  summaries smol: 60/90, 3.1 s each, 0:01:33 left",
        "  summaries: 90/90 in 124.0 s (lead3 30, smol 60)",
    ]


def test_no_line_before_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(every=3600) as progress:
        progress.begin("scores", 1000, 0)
        for _ in range(1000):
            progress.step("rouge", 1)
        assert lines(capsys) == []
    assert len(lines(capsys)) == 1


def test_the_last_line_names_five_and_counts_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress() as progress:
        for systems in (5, 100):
            progress.begin("summaries", systems, 0)
            for i in range(systems):
                progress.step(f"s{i}", 1)
            progress.end()
    five, hundred = lines(capsys)
    assert five.endswith(" s (s0 1, s1 1, s2 1, s3 1, s4 1)")
    assert hundred.endswith(" s (s0 1, s1 1, s2 1, s3 1, s4 1, and 95 more)")
