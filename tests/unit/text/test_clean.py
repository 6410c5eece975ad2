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
        ("hm <think> hm</think>The summary.", "hm The summary."),
        ("hm</think>One. </think> is a tag.", "One. </think> is a tag."),
        ("<think>a</think>The </think> tag.", "The </think> tag."),
        ("<think>no <think> tags</think>The summary.", "The summary."),
        ("The <think> tag is used. Models think.", "The <think> tag is used. Models think."),
        ("<think>a</think>One. <think>b", "One. <think>b"),
        (" \n<think>cut off", ""),
        ("<think>a</think>\n<think>cut off", ""),
        ("  They think <b>so</b>. ", "They think <b>so</b>."),
        ("", ""),
    ],
    ids=[
        "block", "long tag", "capitals", "two blocks", "opened by the prompt", "opened in the text",
        "closed twice", "closed again in the text", "opened twice", "a tag in the text",
        "a tag in the text after a block", "never closed", "never closed after a block",
        "the word alone", "empty",
    ],
)  # fmt: skip
def test_thinking_is_removed(answer: str, summary: str) -> None:
    assert strip_reasoning(answer) == summary
