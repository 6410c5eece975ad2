"""Requests to a chat server, over a real socket: what is sent, what is sent again, and when."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest

from bench.core.asks import Ask, Generate, Generation, Remote, Turn, options
from bench.core.errors import InferenceError, SetupError, StoreError, TooLong
from bench.core.signature import short
from bench.models.backends.http_chat import ChatServer
from bench.models.backends.http_session import ChatSession
from tests.servers.scripted import ChatServer as Served
from tests.servers.scripted import Reply, Request, completion, says

Events = list[dict[str, Any]]
KEY = "sk-test-3f9a7c51d2"


def _text(ask: Ask) -> str:
    assert isinstance(ask, Generate)
    return ask.turns[-1].text


class Asked:
    """A session with a scripted server; a test asks it for texts and gets them by their prompt."""

    def __init__(self, server: ChatServer, events: Events) -> None:
        self.server, self.events = server, events
        self.session: ChatSession = server.open(lambda event: events.append(dict(event)))

    def ask(self, text: str, sample: int = 0, **given: Any) -> Generate:
        return Generate(self.server, (Turn("user", text),), options({"max_tokens": 9} | given), sample)

    def submit(self, *texts: str) -> None:
        for text in texts:
            self.session.submit(self.ask(text))

    def answers(self, *texts: str) -> dict[str, Any]:
        """Ask, and wait for all answers."""
        self.submit(*texts)
        return self.rest(len(texts))

    def rest(self, n: int) -> dict[str, Any]:
        """Wait for ``n`` answers."""
        found: dict[str, Any] = {}
        until = time.monotonic() + 20
        while len(found) < n and time.monotonic() < until:
            found |= {_text(ask): answer for ask, answer in self.session.wait(1)}
        return found

    def cancel(self) -> list[str]:
        """What is taken back."""
        return [_text(ask) for ask in self.session.cancel()]

    @property
    def failures(self) -> Events:
        return [e for e in self.events if e["event"] == "request_failed"]


def eventually(condition: Callable[[], object]) -> None:
    """Wait until something holds."""
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until, "ten seconds have passed"
        time.sleep(0.01)


@contextmanager
def talking(url: str, **given: Any) -> Iterator[Asked]:
    talk = Asked(ChatServer(url, "m", **given), [])
    try:
        yield talk
    finally:
        talk.session.close()


def echo(request: Request) -> Reply:
    return Reply(body=completion(f"about {request.prompt}"))


TEXTS = [f"text {i}" for i in range(20)]


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


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("status", "headers"),
        [
            (503, {"Retry-After-Ms": "600"}),
            (
                429,
                {
                    "Retry-After": "Tue, 24 Nov 2026 12:00:01 GMT",
                    "Date": "Tue, 24 Nov 2026 12:00:00 GMT",
                },
            ),
        ],
    )
    def test_all_hold_off_when_the_server_says_so(self, status: int, headers: dict[str, str]) -> None:
        def respond(request: Request) -> Reply:
            if request.prompt == "text 0" and request.attempt == 1:
                return Reply(status, headers=headers)
            return Reply(body=echo(request).body, delay=0.05)

        with Served(respond) as served, talking(served.url, in_flight=2) as talk:
            answers = talk.answers(*TEXTS)
        assert len(answers) == 20
        (failure,) = talk.failures
        times = [r.time for r in served.requests]
        gaps = [b - a for a, b in pairwise(times)]
        assert failure["wait"] >= 0.6
        assert failure["wait"] - 0.1 <= max(gaps) <= failure["wait"] + 0.4
        assert sum(gap > 0.4 for gap in gaps) == 1
        assert gaps.index(max(gaps)) <= 1, "only what was in flight came through in between"

    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_who_is_to_wait_for_hours_goes_on_another_time(self, status: int) -> None:
        def respond(request: Request) -> Reply:
            if request.prompt == "bad":
                return Reply(status, {"error": "quota"}, {"Retry-After": "5400"})
            return Reply(body=echo(request).body, delay=0.3)

        with Served(respond) as served, talking(served.url, in_flight=2) as talk:
            talk.submit("good", "bad", "never")
            ((_, answer),) = talk.session.wait(10)
            assert answer.text == "about good"
            with pytest.raises(SetupError, match=f"HTTP {status}: quota; it asks to wait 1:30:00") as e:
                talk.session.wait(10)
            assert talk.cancel() == ["never"]
        assert "the same command goes on then" in e.value.hint
        assert [f["wait"] for f in talk.failures] == [None]
        assert len(served.requests) == 2

    def test_one_that_backs_off_by_itself_holds_nobody_up(self) -> None:
        def respond(request: Request) -> Reply:
            if request.prompt == "text 0" and request.attempt == 1:
                return Reply(500)
            return Reply(body=echo(request).body, delay=0.01)

        with Served(respond) as served, talking(served.url, in_flight=1) as talk:
            assert len(talk.answers(*TEXTS)) == 20
        order = [r.prompt for r in served.requests]
        assert order[0] == "text 0"
        assert order.index("text 0", 1) > 10, "the others went on while it waited"


def test_a_server_that_bears_two_at_a_time_is_asked_two_at_a_time() -> None:
    working: set[str] = set()

    def respond(request: Request) -> Reply:
        if len(working) >= 2:
            return Reply(429)
        working.add(request.prompt)
        time.sleep(0.02)
        working.discard(request.prompt)
        return echo(request)

    texts = [f"text {i}" for i in range(60)]
    with Served(respond) as served, talking(served.url, in_flight=16) as talk:
        answers = talk.answers(*texts)
    assert all(answers[text].text == f"about {text}" for text in texts)
    refused = len(served.requests) - 60
    assert 1 <= refused == len(talk.failures) < 60


class TestTheServerRefusesEverybody:
    @pytest.mark.parametrize(
        ("reply", "words", "hint"),
        [
            (Reply(401, {"error": {"message": f"wrong key {KEY}"}}), "wrong key [key]", "variable MY_KEY"),
            (Reply(403, {"error": {"message": "not yours"}}), "HTTP 403: not yours", "variable MY_KEY"),
            (Reply(402, {"error": {"message": "no money"}}), "no money", "nothing left to pay with"),
            (Reply(429, {"error": {"code": "insufficient_quota"}}), "HTTP 429", "nothing left to pay with"),
        ],
    )
    def test_the_run_ends(self, monkeypatch: pytest.MonkeyPatch, reply: Reply, words: str, hint: str) -> None:
        monkeypatch.setenv("MY_KEY", KEY)
        with Served(lambda _: reply) as served, talking(served.url, key_env="MY_KEY", in_flight=2) as talk:
            talk.submit(*TEXTS)
            for _ in range(2):
                with pytest.raises(SetupError) as e:
                    talk.session.wait(10)
                assert words in e.value.message
                assert hint in e.value.hint
                assert e.value.exit_code == 4
            assert len(talk.session.cancel()) == 18
        assert len(served.requests) == 2
        assert KEY not in f"{e.value.message} {e.value.hint} {talk.events}"

    def test_without_a_key_it_says_how_to_give_one(self) -> None:
        with Served(lambda _: Reply(401)) as served, talking(served.url) as talk:
            talk.submit("x")
            with pytest.raises(SetupError) as e:
                talk.session.wait(10)
        assert "key_env names" in e.value.hint

    def test_what_is_in_flight_is_still_handed_over(self) -> None:
        def respond(request: Request) -> Reply:
            return Reply(403) if request.prompt == "bad" else Reply(body=echo(request).body, delay=0.3)

        with Served(respond) as served, talking(served.url, in_flight=2) as talk:
            talk.submit("good", "bad", "never")
            ((_, answer),) = talk.session.wait(10)
            assert answer.text == "about good"
            with pytest.raises(SetupError, match="HTTP 403"):
                talk.session.wait(10)
            assert talk.cancel() == ["never"]
        assert len(served.requests) == 2

    def test_a_prompt_that_moderation_flags_fails_alone(self) -> None:
        flagged = Reply(403, {"error": {"message": "This model requires moderation; your input was flagged"}})
        with (
            Served(lambda r: flagged if r.prompt == "bad" else echo(r)) as served,
            talking(served.url) as talk,
        ):
            answers = talk.answers("bad", "good")
        assert "the server refused: HTTP 403: This model requires" in str(answers["bad"])
        assert answers["good"].text == "about good"

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    def test_a_redirection_is_told_and_not_followed(self, status: int) -> None:
        there = Reply(status, headers={"Location": "/v2/chat/completions?state=secret"})
        with Served(lambda _: there) as served, talking(served.url) as talk:
            talk.submit("x")
            with pytest.raises(SetupError) as e:
                talk.session.wait(10)
        place = served.url.replace("/v1", "/v2")
        assert e.value.message == f"{served.url}: HTTP {status}: a redirection to {place}"
        assert len(served.requests) == 1

    def test_an_unknown_model_is_told_with_those_that_are_there(self) -> None:
        reply = Reply(404, {"error": {"message": "The model `m-larg` does not exist"}})
        with Served(lambda _: reply, models=("m-large", "other")) as served:
            server = ChatServer(served.url, "m-larg")
            session = server.open(lambda _: None)
            session.submit(Generate(server, (Turn("user", "x"),), options({"max_tokens": 1})))
            with pytest.raises(SetupError) as e:
                session.wait(10)
            session.close()
        assert "has no model 'm-larg' (did you mean 'm-large'?)" in e.value.message
        assert "does not exist" in e.value.message
        assert e.value.hint == "It has: m-large, other."

    def test_a_wrong_path_is_told(self) -> None:
        with Served(lambda _: Reply(404)) as served, talking(served.url) as talk:
            talk.submit("x")
            with pytest.raises(SetupError, match="HTTP 404") as e:
                talk.session.wait(10)
        assert e.value.hint == "A base_url usually ends in /v1."


class TestNobodyListens:
    def test_from_the_beginning(self) -> None:
        with Served(echo) as served:
            url = served.url
        with talking(url, in_flight=4) as talk:
            begin = time.monotonic()
            talk.submit(*TEXTS)
            with pytest.raises(SetupError, match=f"no server answers at {url}: ") as e:
                talk.session.wait(10)
            assert time.monotonic() - begin < 3
        assert e.value.hint == "Start the server, or correct base_url."
        assert {(f["reason"], f["status"]) for f in talk.failures} == {("no connection", None)}
        assert len(talk.failures) <= 12, "all hold off together"

    def test_no_such_host(self) -> None:
        with talking("http://nosuchhost.invalid/v1") as talk:
            talk.submit("x")
            with pytest.raises(SetupError, match=r"at http://nosuchhost\.invalid"):
                talk.session.wait(20)

    def test_any_more(self) -> None:
        with Served(echo) as served, talking(served.url, retries=1) as talk:
            talk.answers("x")
            served.stop()
            talk.submit(*TEXTS)
            with pytest.raises(SetupError, match="no server answers") as e:
                talk.session.wait(10)
            assert len(talk.session.cancel()) >= 20 - talk.server.in_flight
        assert "What was finished is kept" in e.value.hint

    def test_for_a_while_and_then_once_more(self) -> None:
        with Served(echo) as served, talking(served.url, retries=2) as talk:
            talk.answers("x")
            for _ in range(2):
                served.stop()
                talk.events.clear()
                talk.submit(*TEXTS)
                eventually(lambda: [f for f in talk.failures if f["attempt"] == 2])
                served.restart()
                answers = talk.rest(20)
                assert all(answers[text].text == f"about {text}" for text in TEXTS)
                assert {f["reason"] for f in talk.failures} <= {"no connection", "cut"}


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
