"""A chat server that asks to wait, refuses everybody, or is not there."""

import time
from itertools import pairwise

import pytest

from bench.backends.http_chat import ChatServer
from bench.core.asks import Generate, Turn, options
from bench.core.errors import SetupError
from tests.servers.scripted import ChatServer as Served
from tests.servers.scripted import Reply, Request
from tests.unit.backends.chat_talk import KEY, TEXTS, echo, eventually, talking


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
