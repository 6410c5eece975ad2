"""Which tokens each tokenizer gives."""

import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from bench.core.errors import MissingExtra
from bench.rouge.tokenizers import TokenizerName, has_tokens, tokenizer, versions


def needs(*packages: str) -> pytest.MarkDecorator:
    missing = [p for p in packages if find_spec(p) is None]
    return pytest.mark.skipif(bool(missing), reason=f"{', '.join(missing)} not installed")


@pytest.mark.parametrize(
    ("name", "text", "tokens"),
    [
        ("rouge_score", "Don't stop: 3.5% of U.S.!", ["don", "t", "stop", "3", "5", "of", "u", "s"]),
        ("rouge_score", "naïve İstanbul 273 K", ["na", "ve", "i", "stanbul", "273", "k"]),
        ("rouge_score", "Привет 北京 ١٢", []),
        ("unicode", "Don't stop: 3.5%", ["don", "t", "stop", "3", "5"]),
        ("unicode", "Привет 北京 ﬁne", ["привет", "北", "京", "fine"]),
        ("char", "Ab, é!", ["a", "b", ",", "é", "!"]),
        ("char", "কি\u200c \u00ad।", ["কি", "।"]),  # a vowel sign stays; joiner and soft hyphen go
        ("char", "e\u0301", ["é"]),
        pytest.param(
            "jieba",
            "我来到北京清华大学，OK！",
            ["我", "来到", "北京", "清华大学", "ok"],
            marks=needs("jieba"),
        ),
        pytest.param(
            "fugashi",
            "麩菓子は日本の菓子。",
            ["麩", "菓子", "は", "日本", "の", "菓子"],
            marks=needs("fugashi", "unidic_lite"),
        ),
        pytest.param("pythainlp", "ผมรักประเทศไทย!", ["ผม", "รัก", "ประเทศ", "ไทย"], marks=needs("pythainlp")),
        pytest.param("kiwipiepy", "학교에 갔다.", ["학교", "에", "가", "었", "다"], marks=needs("kiwipiepy")),
    ],
)
def test_tokens(name: TokenizerName, text: str, tokens: list[str]) -> None:
    assert tokenizer(name)(text) == tokens


@needs("jieba")
def test_jieba_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    tokenizer.cache_clear()
    tokenizer("jieba")("我来到北京")
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(find_spec("unidic_lite") is not None, reason="unidic_lite is installed")
def test_a_missing_package_is_named_with_its_extra() -> None:
    with pytest.raises(MissingExtra, match="for the tokenizer 'fugashi'") as error:
        versions("fugashi")
    assert error.value.hint == 'pip install "summbench[languages]"'


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("?!\n\nword", "rouge_score", True),
        ("Привет", "rouge_score", False),
        ("Привет", "unicode", True),
        ("?!", "unicode", False),
        ("?!", "char", True),
        (" \n\t", "char", False),
        ("", "char", False),
    ],
)
def test_has_tokens(text: str, name: TokenizerName, expected: bool) -> None:
    assert has_tokens(text, name) is expected
