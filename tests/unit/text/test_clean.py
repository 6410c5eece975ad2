"""Reasoning that a system wrote down before its answer is not summary."""

import pytest

from bench.text.clean import strip_reasoning


@pytest.mark.parametrize(
    ("answer", "summary"),
    [
        ("<think>hm\nhm</think>\n\nThe summary.", "The summary."),
        ("<thinking>hm</thinking>The summary.", "The summary."),
        ("<THINK>hm</THINK> The summary.", "The summary."),
        ("<think>a</think>One.<think>b</think> Two.", "One. Two."),
        ("hm, so</think>The summary.", "The summary."),
        ("The summary. <think>was that all? I", "The summary."),
        ("<think>cut off", ""),
        ("  They think <b>so</b>. ", "They think <b>so</b>."),
        ("", ""),
    ],
    ids=[
        "block", "long tag", "capitals", "two blocks", "opened by the prompt", "never closed",
        "nothing else", "the word alone", "empty",
    ],
)  # fmt: skip
def test_thinking_is_removed(answer: str, summary: str) -> None:
    assert strip_reasoning(answer) == summary
