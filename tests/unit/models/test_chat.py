"""``chat``: its parameters, what it asks, and what it says before anything is sent."""

import re
from typing import Any

import pytest

from bench.core.asks import Draft, Generate, Generation, Turn
from bench.core.errors import ConfigError, MissingExtra, SetupError, TooLong
from bench.core.signature import signature
from bench.core.types import Document
from bench.models.chat import Chat

URL = "http://127.0.0.1:8080/v1"
DOC = Document("d", "one two three four five six seven eight nine ten", query="Who?")


def chat(**given: Any) -> Chat:
    return Chat(**({"base_url": URL, "model": "m"} | given))


def asked(model: Chat, doc: Document = DOC, sample: int = 0) -> Generate:
    (ask,) = next(model.summarise(doc, sample))
    assert isinstance(ask, Generate)
    return ask


def test_a_document_becomes_one_question_and_its_answer_the_summary() -> None:
    dialogue = chat(prompt="Shorten: {document}", system_prompt="Answer {query}").summarise(DOC)
    (ask,) = next(dialogue)
    assert ask == Generate(
        ask.backend,
        (Turn("system", "Answer Who?"), Turn("user", f"Shorten: {DOC.text}")),
        '{"max_tokens": 256, "temperature": 0.0}',
    )
    with pytest.raises(StopIteration) as e:
        dialogue.send([Generation("Ten words.", "length")])
    assert e.value.value == Draft("Ten words.", "length")


def test_only_what_is_given_is_sent() -> None:
    model = chat(
        temperature=None, max_tokens=None, extra={"max_completion_tokens": 9, "reasoning": {"effort": "low"}}
    )
    assert asked(model).options == '{"max_completion_tokens": 9, "reasoning": {"effort": "low"}}'
    model = chat(top_p=0.5, stop=("\n\n",), seed=3, max_tokens=5)
    assert (
        asked(model).options
        == '{"max_tokens": 5, "seed": 3, "stop": ["\\n\\n"], "temperature": 0.0, "top_p": 0.5}'
    )


def test_a_sample_is_a_question_of_its_own() -> None:
    model = chat(seed=3, temperature=1)
    first, second = asked(model), asked(model, sample=1)
    assert first != second
    assert first.options == second.options
    assert (first.sample, second.sample) == (0, 1)


def test_the_prompts_say_what_a_document_must_have() -> None:
    assert chat().needs == {"document"}
    assert chat(prompt="{document} {headline}", system_prompt="{query}").needs == {
        "document", "headline", "query",
    }  # fmt: skip


class TestSignature:
    def test_says_that_a_server_is_not_repeatable(self) -> None:
        assert "|repeatable:no|" in signature("chat", chat())
        assert "|repeatable:no|" in chat().backends[0].signature

    @pytest.mark.parametrize(
        "given",
        [
            {"model": "n"}, {"base_url": URL + "/x"}, {"prompt": "{document}"}, {"system_prompt": "x"},
            {"max_tokens": 9}, {"temperature": 1.0}, {"top_p": 0.9}, {"stop": ("x",)}, {"seed": 1},
            {"extra": {"k": 1}}, {"context": 999}, {"context": 999, "on_overflow": "chunk"},
        ],
    )  # fmt: skip
    def test_has_what_decides_a_summary(self, given: dict[str, Any]) -> None:
        assert signature("chat", chat(**given)) != signature("chat", chat())

    @pytest.mark.parametrize(
        "given",
        [
            {"key_env": "MY_KEY"}, {"in_flight": 1}, {"timeout": 1.0}, {"retries": 0},
            {"price": {"input": 1, "output": 2}},
        ],
    )  # fmt: skip
    def test_has_nothing_else(self, given: dict[str, Any]) -> None:
        assert signature("chat", chat(**given)) == signature("chat", chat())
        assert chat(**given).backends[0].signature == chat().backends[0].signature

    def test_a_prompt_counts_by_its_text(self, tmp_path: Any) -> None:
        file = tmp_path / "p.txt"
        file.write_text("Shorten: {document}\n", "utf-8")
        by_file, by_text = chat(prompt=str(file)), chat(prompt="Shorten: {document}")
        assert signature("chat", by_file) == signature("chat", by_text)

    def test_a_slash_at_the_end_of_the_url_is_no_other_place(self) -> None:
        assert signature("chat", chat(base_url=URL + "/")) == signature("chat", chat())

    def test_the_model_at_a_url_is_one_however_it_is_asked(self) -> None:
        assert chat(base_url=URL + "/", temperature=1.0).backends[0].signature == chat().backends[0].signature


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"base_url": "127.0.0.1:8080"}, "base_url is '127.0.0.1:8080': expected http"),
            ({"base_url": "http://"}, "base_url is 'http://': expected http"),
            ({"base_url": "http://h:port/v1"}, "base_url is no URL"),
            ({"base_url": "http://h/v1#x"}, "base_url is 'http://h/v1#x': expected http"),
            ({"base_url": " http://h/v1"}, "base_url is ' http"),
            ({"base_url": "http://h/v1/chat/completions"}, "expected 'http://h/v1', to which"),
            ({"model": " "}, "model is empty"),
            ({"prompt": "sumarise"}, "prompt: 'sumarise' is no text"),
            ({"prompt": "{article}"}, "prompt: the prompt: no field '{article}'"),
            ({"system_prompt": "{artcle}"}, "system_prompt: the prompt: no field '{artcle}'"),
            ({"system_prompt": "{document}"}, "system_prompt: the prompt: {document} occurs 1 times"),
            ({"max_tokens": 0}, "max_tokens is 0: expected 1 or more"),
            ({"max_tokens": None}, "max_completion_tokens"),
            ({"max_tokens": None, "extra": {"max_completion_tokens": True}}, "max_completion_tokens"),
            ({"temperature": -0.1}, "temperature is -0.1: expected 0 or more"),
            ({"temperature": float("inf")}, "temperature is inf"),
            ({"top_p": 0.0}, "top_p is 0.0: expected above 0, at most 1"),
            ({"bytes_per_token": 0.0}, "bytes_per_token is 0.0: expected above 0"),
            ({"in_flight": 0}, "in_flight is 0: expected 1 to 1000"),
            ({"timeout": 0.0}, "timeout is 0.0: expected above 0"),
            ({"timeout": float("nan")}, "timeout is nan"),
            ({"retries": -1}, "retries is -1: expected 0 or more"),
            ({"price": {"input": 1.0}}, "price is .*expected {input: …, output: …}"),
            ({"price": {"input": 1.0, "output": -1.0}}, "price is "),
            ({"extra": {"temperature": 1}}, "extra has 'temperature': expected beside extra"),
            ({"extra": {"stream": True}}, "extra has 'stream', which is not for a config: answers"),
            ({"extra": {"x": float("nan")}}, "not JSON compliant"),
            ({"on_overflow": "chunk"}, "on_overflow is chunk: expected context too"),
            ({"context": 256}, "context is 256: expected more than the 256 of a summary"),
        ],
    )  # fmt: skip
    def test_names_the_parameter_and_what_is_expected(self, given: dict[str, Any], words: str) -> None:
        with pytest.raises(ValueError, match=words if ".*" in words else re.escape(words)):
            chat(**given)

    @pytest.mark.parametrize(
        "key",
        [
            "sk-proj-Zx81kQ",
            "gsk_8fJq2LmZ",
            "AIzaSyD3xample",
            "AKIAIOSFODNN7EXAMPLE",
            "a b",
            "0X",
            "S" * 80,
            "",
        ],
    )
    def test_a_key_where_a_name_belongs_is_not_repeated(self, key: str) -> None:
        with pytest.raises(ConfigError, match="key_env looks like a key") as e:
            chat(key_env=key)
        assert not key or key not in f"{e.value} {e.value.hint}"

    @pytest.mark.parametrize("name", ["OPENAI_API_KEY", "KEY", "_K2", "MY_VERY_LONG_NAME_OF_A_KEY_2"])
    def test_names_of_variables_are_fine(self, name: str) -> None:
        assert chat(key_env=name).key_env == name

    @pytest.mark.parametrize(
        "url",
        [
            "https://me:pa55word@h/v1",
            "https://pa55word@h",
            "http://h/v1?key=pa55word",
            "http://x:pa55word/@h",
        ],
    )
    def test_a_password_in_the_url_is_not_repeated(self, url: str) -> None:
        with pytest.raises(ConfigError, match="base_url has a user, a password or a query") as e:
            chat(base_url=url)
        assert "pa55word" not in f"{e.value} {e.value.hint}"

    @pytest.mark.parametrize(
        "name", ["api_key", "API-Key", "apikey", "Authorization", "headers", "extra_headers", "extra_body"]
    )
    def test_what_belongs_into_no_body_is_not_repeated(self, name: str) -> None:
        with pytest.raises(ConfigError, match=f"extra has '{name}', which is no field") as e:
            chat(extra={"k": 1, name: {"x": "pa55word"}})
        assert "pa55word" not in f"{e.value} {e.value.hint}"

    def test_other_fields_of_a_body_are_fine(self) -> None:
        assert chat(extra={"prompt_cache_key": "x", "stop_token_ids": [1]}).extra


class TestOnce:
    @pytest.mark.parametrize("on_overflow", ["head", "head_tail", "error", "chunk"])
    def test_only_parts_are_asked_about_in_rounds(self, on_overflow: Any) -> None:
        assert chat(context=900, on_overflow=on_overflow).once == (on_overflow != "chunk")


class TestReach:
    def test_there_is_none_without_a_context(self) -> None:
        assert chat().reach(DOC) is None
        assert asked(chat()).turns[0].text.endswith(DOC.text)

    def test_is_what_the_prompt_and_the_summary_leave(self) -> None:
        # 300 − 200 for the summary − 32 for the chat template − 2 for "Shorten".
        model = chat(context=300, max_tokens=200, bytes_per_token=4.0, prompt="Shorten {document}")
        reach = model.reach(DOC)
        assert reach is not None
        assert reach.room == 66

    def test_a_query_takes_its_part(self) -> None:
        model = chat(context=400, prompt="{query} {document}")
        long = Document("d", DOC.text, query="Who? " * 30)
        short_room, long_room = (r.room for d in (DOC, long) if (r := model.reach(d)))
        assert short_room - long_room == 49  # 145 bytes more, at 3 a token

    def test_a_document_is_cut_to_it(self) -> None:
        model = chat(context=300, max_tokens=260, prompt="{document}")  # 8 tokens are left: 24 bytes
        dialogue = model.summarise(DOC)
        (ask,) = next(dialogue)
        assert isinstance(ask, Generate)
        assert ask.turns[0].text == DOC.text[:24]
        with pytest.raises(StopIteration) as e:
            dialogue.send([Generation("Ten.")])
        assert e.value.value == Draft("Ten.", "stop", document_tokens=16, truncated_tokens=8)

    def test_or_fails_or_goes_in_parts(self) -> None:
        with pytest.raises(TooLong, match="16 tokens"):
            next(chat(context=300, max_tokens=260, prompt="{document}", on_overflow="error").summarise(DOC))
        text = " ".join(f"Sentence {i} says little." for i in range(8))
        model = chat(context=320, max_tokens=260, prompt="{document}", on_overflow="chunk")
        assert len(next(model.summarise(Document("d", text)))) > 1


class TestMeasure:
    def test_is_an_estimate_from_bytes(self) -> None:
        model = chat(prompt="{document}", bytes_per_token=2.0, max_tokens=10)
        size = model.backends[0].measure(asked(model))
        assert (size.input_tokens, size.most_output, size.exact) == (24 + 32, 10, False)
        assert size.most_cost is None

    def test_has_the_highest_price(self) -> None:
        model = chat(
            prompt="{document}", bytes_per_token=2.0, max_tokens=10, price={"input": 2, "output": 30}
        )
        assert model.backends[0].measure(asked(model)).most_cost == pytest.approx((56 * 2 + 10 * 30) / 1e6)

    def test_knows_the_other_name_of_the_limit(self) -> None:
        model = chat(max_tokens=None, extra={"max_completion_tokens": 77})
        assert model.backends[0].measure(asked(model)).most_output == 77


class TestReady:
    def test_a_missing_key_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for value in (None, " "):
            if value is None:
                monkeypatch.delenv("SOME_KEY", raising=False)
            else:
                monkeypatch.setenv("SOME_KEY", value)
            with pytest.raises(SetupError, match="environment variable SOME_KEY is not set") as e:
                chat(key_env="SOME_KEY").ready()
            assert e.value.exit_code == 4
        monkeypatch.setenv("SOME_KEY", "sk-123\n")
        chat(key_env="SOME_KEY").ready()

    def test_a_key_that_is_none_is_not_repeated(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SOME_KEY", "sk-123\nsk-456")
        with pytest.raises(SetupError, match="SOME_KEY has characters that no key has") as e:
            chat(key_env="SOME_KEY").ready()
        assert "sk-" not in f"{e.value} {e.value.hint}"

    def test_a_missing_package_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.path", [])
        monkeypatch.delitem(__import__("sys").modules, "openai", raising=False)
        with pytest.raises(MissingExtra, match="openai is not installed") as e:
            chat().ready()
        assert e.value.hint == 'pip install "summbench[api]"'
