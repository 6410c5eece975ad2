"""Text from outside, made harmless."""

import json

import pytest

from bench.report.escape import json_text, latex, markdown, markdown_code, spreadsheet, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain été 要約 [b]", "plain été 要約 [b]"),
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("a\nb\tc\r", "a\\x0ab\\x09c\\x0d"),
        ("user\u202egnp", "user\\u202egnp"),
        ("\u2066\ud800\U000e0041", "\\u2066\\ud800\\U000e0041"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_hidden_characters_are_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("num_beams", "num_beams"),
        ("_a_", r"\_a\_"),
        ("a|b", r"a\|b"),
        ("**x** `y` [z](u) ~w~ $m$", r"\*\*x\*\* \`y\` \[z\](u) \~w\~ \$m\$"),
        ("<img src=x> &amp;", "&lt;img src=x&gt; &amp;amp;"),
        ("# head", r"\# head"),
        ("- item", r"\- item"),
        ("12. item", r"12\. item"),
        ("back\\slash", r"back\\slash"),
    ],
)
def test_markdown(text: str, escaped: str) -> None:
    assert markdown(text) == escaped


@pytest.mark.parametrize(("text", "span"), [("a|b", "`a|b`"), ("a`b", "``a`b``"), ("`", "`` ` ``")])
def test_markdown_code(text: str, span: str) -> None:
    assert markdown_code(text) == span


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("50 % & $5 #1 a_b", r"50 \% \& \$5 \#1 a\_b"),
        ("\\input{x}", r"\textbackslash{}input\{x\}"),
        (
            "~^<>|`",
            r"\textasciitilde{}\textasciicircum{}\textless{}\textgreater{}\textbar{}\textasciigrave{}",
        ),
        ("[a] *b", "{[}a] {*}b"),
        ("−0.40 –", "$-$0.40 --"),
    ],
)
def test_latex(text: str, escaped: str) -> None:
    assert latex(text) == escaped


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", " =1", "＝1"])
def test_a_formula_is_text(text: str) -> None:
    assert spreadsheet(text) == f"'{text}"


def test_a_label_is_left_alone_in_a_spreadsheet() -> None:
    assert spreadsheet("lead-3 = x") == "lead-3 = x"


def test_json_escapes_what_cannot_be_seen_and_loses_nothing() -> None:
    content = {"a": "é 要約 می\u200cخواهم", "b": "\x1b[2J \x9b \x7f \u202e \u2028 \ud800 \U000e0041"}
    text = json_text(content)
    assert visible(text.replace("\n", "")) == text.replace("\n", "")
    assert "é 要約 می\u200cخواهم" in text
    assert json.loads(text) == json.loads(json_text(content, indent=None)) == content
