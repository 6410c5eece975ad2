"""What a server's reply means."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.backends.replies import NoCompletion, Reply, clean, read_refusal, read_reply
from bench.core.errors import InferenceError
from tests.servers.scripted import completion

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "message", "content", "usage", "prompt_tokens", "error", "text", "code"]
            ),
            inside,
            max_size=4,
        )
    ),
)


def read(body: object) -> Reply:
    return read_reply(json.dumps(body))


def test_a_completion() -> None:
    assert read(completion("A summary.", "stop")) == Reply("A summary.", "stop", 7, 2, "scripted-2026-11-24")
    assert read(completion("A summ", "length")).finish == "length"


def test_what_models_think_is_not_what_they_say() -> None:
    reply = read(completion("<think>hm</think>Done.", reasoning_content="First, I …", reasoning="…"))
    assert reply.text == "<think>hm</think>Done.", "tags in the text are cleaned where all texts are"


@pytest.mark.parametrize("content", ["", None, []])
@pytest.mark.parametrize("finish", ["stop", "length", None])
def test_an_empty_text_is_an_answer(content: Any, finish: str | None) -> None:
    body = completion(content if isinstance(content, str) else None)
    body["choices"][0]["message"]["content"] = content
    body["choices"][0]["finish_reason"] = finish
    assert (read(body).text, read(body).finish) == ("", finish or "stop")


def test_a_text_in_parts() -> None:
    body = completion(None)
    parts = [
        {"type": "thinking", "thinking": [{"text": "hm"}]},
        {"type": "text", "text": "Do"},
        {"text": "ne"},
    ]
    body["choices"][0]["message"]["content"] = parts
    assert read(body).text == "Done"


def test_half_a_character_is_replaced() -> None:
    assert read(completion("a\ud83d b \ud83d\ude00")).text == "a\ufffd b 😀"


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        ({"prompt_tokens": 5, "completion_tokens": 0}, (5, 0)),
        ({"prompt_tokens": 5}, (5, None)),
        ({"prompt_tokens": "5", "completion_tokens": -1}, (None, None)),
        ({"prompt_tokens": True, "completion_tokens": 2.5}, (None, None)),
        (None, (None, None)),
        ([], (None, None)),
    ],
)
def test_tokens_are_what_the_server_counted_or_unknown(usage: Any, tokens: Any) -> None:
    reply = read(completion("x") | {"usage": usage})
    assert (reply.input_tokens, reply.output_tokens) == tokens


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (completion("", "content_filter"), "content filter"),
        (completion("The first ha", "content_filter"), "content filter"),
        (completion(None, refusal="I cannot\x1b[31m help"), "the model refused: I cannot"),
        (completion(None, "tool_calls", tool_calls=[{"id": "1"}]), "called a tool"),
        (completion(None, function_call={"name": "f"}), "called a tool"),
    ],
)
def test_no_summary_will_come(body: Any, words: str) -> None:
    with pytest.raises(InferenceError, match=words) as e:
        read(body)
    assert "\x1b" not in str(e.value)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "no JSON: an empty body"),
        ("<html>Bad gateway</html>", "no JSON: <html>Bad gateway"),
        ('{"choices": [{"mess', "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "no completion"),
        ("{}", "no completion"),
        ('{"choices": []}', "no completion"),
        ('{"choices": [{"text": "x"}]}', "no completion"),
        ('{"choices": [{"message": {"content": 7}}]}', "the content is no text: 7"),
        ('{"error": {"message": "overloaded", "code": 502}}', "no completion: overloaded"),
        (
            '{"choices": [{"message": {"content": "x"}, "finish_reason": "error", "error": "broke"}]}',
            "ended in an error: broke",
        ),
    ],
)
def test_what_is_no_completion_may_come_better(body: str, words: str) -> None:
    with pytest.raises(NoCompletion, match=words):
        read_reply(body)


@given(body=json_values)
def test_any_json_is_a_reply_or_a_failure(body: Any) -> None:
    try:
        reply = read(body)
    except (NoCompletion, InferenceError):
        return
    reply.text.encode("utf-8")


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (400, '{"error": {"message": "no such field", "code": "bad", "type": "invalid"}}', "no such field"),
        (400, '{"error": "no such field"}', "no such field"),
        (400, '{"object": "error", "message": "no such field"}', "no such field"),
        (422, '{"detail": "no such field"}', "no such field"),
        (422, '{"detail": [{"loc": ["x"]}]}', '{"detail": [{"loc": ["x"]}]}'),
        (502, "<html>\r\n  Bad\tgateway\x07</html>", "<html> Bad gateway </html>"),
        (500, "", "an empty body"),
        (500, "null", "null"),
    ],
)
def test_the_message_of_a_refusal(status: int, body: str, message: str) -> None:
    assert read_refusal(status, body).message == message


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504, 529])
def test_what_may_be_otherwise_the_next_time(status: int) -> None:
    assert read_refusal(status, "").passing


@pytest.mark.parametrize("status", [304, 400, 401, 402, 403, 404, 413, 415, 422, 451])
def test_what_will_not(status: int) -> None:
    assert not read_refusal(status, "").passing


# As these servers say it.
TOO_LONG = [
    (400, {"error": {"code": 400, "type": "exceed_context_size_error", "n_ctx": 4096, "message":
        "request (12031 tokens) exceeds the available context size (4096 tokens), try increasing it"}}),
    (400, {"error": {"code": "context_length_exceeded", "message": "Please shorten it."}}),
    (400, {"object": "error", "message": "This model's maximum context length is 4096 tokens. However, …"}),
    (400, {"error": {"message": "prompt is too long: 210000 tokens > 200000 maximum"}}),
    (400, {"message": "Prompt contains 40000 tokens, too large for model with 32768 maximum context length"}),
    (413, {"error": {"message": "Request too large for model"}}),
    (422, {"error": "Input validation error: too many input tokens"}),
    (500, {"error": {"message": "Context size has been exceeded."}}),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body"), TOO_LONG)
def test_too_long_in_many_words(status: int, body: Any) -> None:
    assert read_refusal(status, json.dumps(body)).too_long


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "unknown parameter: context_management"),
        (429, "too many tokens per minute, reduce your prompt"),
        (500, "the request took too long"),
        (400, "temperature must be 1"),
    ],
)
def test_what_is_not_too_long(status: int, message: str) -> None:
    assert not read_refusal(status, json.dumps({"error": {"message": message}})).too_long


def test_an_empty_account() -> None:
    assert read_refusal(402, "").unpaid
    assert read_refusal(429, '{"error": {"message": "…", "code": "insufficient_quota"}}').unpaid
    assert not read_refusal(429, '{"error": {"message": "slow down", "code": "rate_limit"}}').unpaid


@given(text=st.text())
def test_a_strangers_text_becomes_one_short_printable_line(text: str) -> None:
    line = clean(text + "\x1b]0;title\x07\u202e\n" * 3)
    assert line.isprintable()
    assert len(line) <= 300
    assert line == " ".join(line.split())
    assert clean(line) == line
