"""Requests to a chat server, over a real socket: what is sent, what is sent again, and when."""

import time
from collections.abc import Mapping
from typing import Any

import pytest

from bench.backends.http_chat import ChatServer
from bench.core.asks import Ask, Generate, Generation, Remote, Turn, options
from bench.core.errors import InferenceError, SetupError, StoreError, TooLong
from bench.core.signature import short
from tests.servers.scripted import ChatServer as Served
from tests.servers.scripted import Reply, Request, completion, says
from tests.unit.backends.chat_talk import KEY, TEXTS, echo, eventually, talking


def test_every_question_gets_its_own_answer_and_as_many_as_allowed_are_in_flight() -> None:
    with (
        Served(lambda r: Reply(body=echo(r).body, delay=0.03)) as served,
        talking(served.url, in_flight=5) as talk,
    ):
        answers = talk.answers(*TEXTS)
        assert isinstance(talk.session, Remote)
    assert {text: a.text for text, a in answers.items()} == {text: f"about {text}" for text in TEXTS}
    assert served.most == 5
    assert len(served.requests) == 20
    assert talk.failures == []
    assert all(a.seconds >= 0.03 for a in answers.values())
    assert (answers[TEXTS[0]].input_tokens, answers[TEXTS[0]].output_tokens) == (7, 3)


class TestWhatIsSent:
    def test_the_conversation_and_the_options(self) -> None:
        with Served(echo) as served, talking(served.url) as talk:
            ask = Generate(
                talk.server,
                (Turn("system", "Be brief."), Turn("user", "Naïve 😀 text")),
                options({"max_tokens": 5, "temperature": 0, "stop": ["\n"], "min_p": 0.1}),
            )
            talk.session.submit(ask)
            assert talk.session.wait(10)[0][0] is ask
        (request,) = served.requests
        assert request.path == "/v1/chat/completions"
        assert request.body == {
            "model": "m",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Naïve 😀 text"},
            ],
            "max_tokens": 5,
            "temperature": 0,
            "stop": ["\n"],
            "min_p": 0.1,
        }  # and no stream

    def test_each_sample_has_a_seed_of_its_own(self) -> None:
        with Served(echo) as served, talking(served.url) as talk:
            for sample in range(3):
                talk.session.submit(talk.ask(f"sample {sample}", sample, seed=40))
            talk.session.submit(talk.ask("no seed", 3))
            talk.rest(4)
        assert {r.prompt: r.body.get("seed") for r in served.requests} == {
            "sample 0": 40, "sample 1": 41, "sample 2": 42, "no seed": None,
        }  # fmt: skip

    def test_the_key_and_nothing_else_of_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ADMIN_KEY"):
            monkeypatch.setenv(name, "ambient")
        monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
        monkeypatch.setenv("MY_KEY", f" {KEY}\n")
        with Served(echo) as served:
            for key_env in ("MY_KEY", None):
                with talking(served.url, key_env=key_env) as talk:
                    talk.answers("x")
        with_key, without = served.requests
        assert with_key.headers["authorization"] == f"Bearer {KEY}"
        assert "authorization" not in without.headers
        assert "ambient" not in str([r.headers for r in served.requests])


PASSING = {
    "429": (Reply(429, {"error": {"message": "slow down"}}), "status", 429),
    "408": (Reply(408), "status", 408),
    "409": (Reply(409), "status", 409),
    "500": (Reply(500, "oops"), "status", 500),
    "502": (Reply(502, "<html>"), "status", 502),
    "503": (Reply(503), "status", 503),
    "cut body": (Reply(body=completion("about half"), cut=30), "cut", None),
    "no body": (Reply(body=completion("none"), cut=0), "cut", None),
    "hang": (Reply(hang=True), "timeout", None),
    "drip": (Reply(body=completion("slow"), drip=0.05), "timeout", None),
    "no JSON": (Reply(body="{'choices':"), "no completion", 200),
    "wrong gzip": (Reply(body="xx", headers={"Content-Encoding": "gzip"}), "cut", None),
    "no choices": (Reply(body={"choices": []}), "no completion", 200),
}


def test_what_passes_is_sent_again_after_it_was_logged() -> None:
    events: list[tuple[float, dict[str, Any]]] = []
    with Served(lambda r: PASSING[r.prompt][0] if r.attempt == 1 else echo(r)) as served:
        server = ChatServer(served.url, "m", timeout=0.4, in_flight=len(PASSING))
        session = server.open(lambda event: events.append((time.monotonic(), dict(event))))
        asks = {kind: Generate(server, (Turn("user", kind),)) for kind in PASSING}
        for ask in asks.values():
            session.submit(ask)
        answers: dict[Ask, Any] = {}
        while len(answers) < len(asks) and (came := session.wait(10)):
            answers |= dict(came)
        session.close()
    for kind, (_, reason, status) in PASSING.items():
        assert answers[asks[kind]].text == f"about {kind}"
        first, second = (r.time for r in served.requests if r.prompt == kind)
        name = short(repr(asks[kind].content()))
        ((logged, event),) = [(t, e) for t, e in events if e.get("ask") == name]
        assert (event["reason"], event["status"], event["attempt"]) == (reason, status, 1)
        assert first < logged < second
        assert 0.25 <= event["wait"] <= 0.5
        assert second - logged >= event["wait"] - 0.01
    assert not any(kind in str(e) for _, e in events for kind in ("cut body", "no choices")), "no prompts"


def test_a_request_fails_for_good_after_its_retries() -> None:
    with (
        Served(lambda r: Reply(500, "oops") if r.prompt == "bad" else echo(r)) as served,
        talking(served.url, retries=1) as talk,
    ):
        answers = talk.answers("bad", "good")
    assert isinstance(answers["bad"], InferenceError)
    assert str(answers["bad"]) == "HTTP 500: oops (tried 2 ×)"
    assert answers["good"].text == "about good"
    assert [(e["attempt"], e["wait"] is None) for e in talk.failures] == [(1, False), (2, True)]


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_what_the_server_refuses_is_not_sent_again(status: int) -> None:
    refuse = Reply(status, {"error": {"message": "bad\x1b[31m\nfield 'x'" + "!" * 999}})
    with Served(lambda r: refuse if r.prompt == "bad" else echo(r)) as served, talking(served.url) as talk:
        answers = talk.answers("bad", "good")
    error = answers["bad"]
    assert isinstance(error, InferenceError)
    assert f"HTTP {status}: bad [31m field 'x'!!!" in str(error)
    assert len(str(error)) < 500
    assert len(served.requests) == 2
    assert answers["good"].text == "about good"


def test_a_prompt_that_is_too_long_says_what_to_do() -> None:
    reply = Reply(400, {"error": {"type": "exceed_context_size_error", "message": "9 tokens exceed"}})
    with Served(lambda _: reply) as served, talking(served.url) as talk:
        error = talk.answers("long")["long"]
    assert isinstance(error, TooLong)
    for word in ("9 tokens exceed", "context", "long_document"):
        assert word in str(error)


def test_half_a_character_in_a_prompt_fails_that_prompt() -> None:
    with Served(echo) as served, talking(served.url) as talk:
        answers = talk.answers("a\ud83d", "good")
    assert "half a character" in str(answers["a\ud83d"])
    assert answers["good"].text == "about good"


class TestCancelAndClose:
    def test_what_is_not_in_flight_is_given_back_and_the_rest_answered(self) -> None:
        slow = lambda r: Reply(body=echo(r).body, delay=0.3)  # noqa: E731
        with Served(slow) as served, talking(served.url, in_flight=3) as talk:
            talk.submit(*TEXTS)
            time.sleep(0.15)
            answers = dict.fromkeys(back := talk.cancel()) | talk.rest(3)
            assert len(back) == 17
            assert set(answers) == set(TEXTS)
            assert len(served.requests) == 3
            assert talk.answers("more")["more"].text == "about more", "it can go on"

    def test_one_that_waits_to_be_sent_again_is_not_in_flight(self) -> None:
        with Served(lambda _: Reply(500)) as served, talking(served.url) as talk:
            talk.submit("x")
            eventually(lambda: talk.failures)
            assert talk.cancel() == ["x"]
            time.sleep(0.6)
            assert len(served.requests) == 1

    def test_what_is_in_flight_gets_no_second_try_then(self) -> None:
        with Served(lambda _: Reply(500, "oops", delay=0.3)) as served, talking(served.url) as talk:
            talk.submit("x")
            time.sleep(0.1)
            assert talk.session.cancel() == []
            assert "oops" in str(talk.rest(1)["x"])
            assert len(served.requests) == 1

    def test_closing_waits_for_nobody(self) -> None:
        with Served(lambda _: Reply(hang=True)) as served, talking(served.url) as talk:
            talk.submit("x")
            eventually(lambda: served.requests)
            begin = time.monotonic()
            talk.session.close()
            assert time.monotonic() - begin < 2
            assert talk.session.cancel() == []


class TestProxiesOfTheEnvironment:
    @pytest.fixture(autouse=True)
    def _proxies(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])
    def test_a_server_of_this_machine_is_asked_without_them(self, host: str) -> None:
        with Served(echo) as served, talking(served.url.replace("127.0.0.1", host)) as talk:
            assert talk.answers("x")["x"].text == "about x"

    def test_another_one_is_asked_through_them(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with Served(echo) as proxy:
            monkeypatch.setenv("http_proxy", proxy.url.removesuffix("/v1"))
            with talking("http://far.invalid/v1") as talk:
                assert talk.answers("x")["x"].text == "about x"

    def test_one_that_cannot_be_used_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("http_proxy", "gopher://127.0.0.1:9")
        with pytest.raises(SetupError, match=r"proxy in the environment cannot be used: .*gopher"):
            ChatServer("http://far.invalid/v1", "m").open(lambda _: None)


def test_a_key_that_the_server_repeats_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", KEY)

    def respond(request: Request) -> Reply:
        said = request.headers["authorization"]
        return Reply(400, {"error": said}) if request.prompt == "bad" else Reply(body=completion(said))

    with Served(respond) as served, talking(served.url, key_env="MY_KEY") as talk:
        answers = talk.answers("bad", "good")
    assert str(answers["bad"]) == "the server refused: HTTP 400: Bearer [key]"
    assert answers["good"].text == "Bearer [key]"


def test_a_log_that_cannot_be_written_ends_the_run() -> None:
    def log(event: Mapping[str, Any]) -> None:
        raise StoreError("disk full")

    with Served(lambda _: Reply(500)) as served:
        server = ChatServer(served.url, "m")
        session = server.open(log)
        session.submit(Generate(server, (Turn("user", "x"),), options({"max_tokens": 1})))
        with pytest.raises(StoreError, match="disk full"):
            session.wait(10)
        session.close()
    assert len(served.requests) == 1, "what is not logged is not sent again"


def test_tokens_have_their_price() -> None:
    with Served(says("one two three")) as served, talking(served.url, price=(2.0, 30.0)) as talk:
        answer = talk.answers("x")["x"]
    assert isinstance(answer, Generation)
    assert answer.cost == pytest.approx((7 * 2 + 3 * 30) / 1e6)


def test_the_log_says_which_model_answered() -> None:
    with Served(says("x")) as served, talking(served.url) as talk:
        talk.answers(*TEXTS)
    (event,) = talk.events
    assert (event["event"], event["models"]) == ("answered_by", ["scripted-2026-11-24"])


def test_the_limits_are_for_the_manifest() -> None:
    with talking("http://127.0.0.1:9/v1", in_flight=3, timeout=5.0, retries=2) as talk:
        assert talk.session.about == {"in_flight": 3, "timeout": 5.0, "retries": 2}
