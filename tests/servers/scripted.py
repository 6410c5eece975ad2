"""A chat server that answers as a test says, over a real socket, and remembers what it was asked."""

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Request:
    """What was asked: ``attempt`` counts the requests with one prompt, from 1."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    attempt: int
    time: float = field(default_factory=time.monotonic)

    @property
    def prompt(self) -> str:
        """The last turn."""
        messages = self.body.get("messages") or [{"content": ""}]
        content: str = messages[-1]["content"]
        return content


@dataclass(frozen=True)
class Reply:
    """What is sent, and how: after ``delay`` seconds, only its first ``cut`` bytes, ``drip`` seconds a byte.

    ``hang`` sends nothing at all. The content-length is always that of the whole body.
    """

    status: int = 200
    body: bytes | str | Mapping[str, Any] = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: int | None = None
    drip: float = 0.0
    hang: bool = False

    def head_and_body(self) -> tuple[bytes, bytes]:
        body = self.body
        if isinstance(body, Mapping):
            body = json.dumps(body)
        data = body.encode() if isinstance(body, str) else body
        headers = {"Content-Type": "application/json", "Content-Length": str(len(data)), **self.headers}
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        lines += [f"{k}: {v}" for k, v in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1"), data


Respond = Callable[[Request], Reply]


def completion(text: str | None, finish: str = "stop", **message: Any) -> dict[str, Any]:
    """The body of a chat completion, which counts words for tokens."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "scripted-2026-11-24",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text, **message},
                "finish_reason": finish,
            }
        ],
        "usage": {"prompt_tokens": 7, "completion_tokens": len((text or "").split())},
    }


def says(text: str) -> Respond:
    """Always the same answer."""
    return lambda _: Reply(body=completion(text))


class ChatServer:
    """Serves ``respond`` on a free port while its ``with`` block lasts.

    Attributes:
        requests: Chat requests so far, in order of arrival.
        others: Paths of other requests.
        most: Most requests that were worked on at a time.
    """

    def __init__(self, respond: Respond, models: tuple[str, ...] = ("m",), port: int = 0) -> None:
        self.requests: list[Request] = []
        self.others: list[str] = []
        self.most = 0
        self._respond, self._models = respond, models
        self._working = 0
        self._attempts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._server = _server(self, port)
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._server.server_address[1]
        return port

    @property
    def url(self) -> str:
        """The base URL for a client."""
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Listen no more and break all connections."""
        if self._thread is None:
            return
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()
        self._thread.join()
        self._thread = None

    def restart(self) -> None:
        """Listen again, on the same port."""
        self._server = _server(self, self.port)
        self._ended.clear()
        self._start()

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def reply(self, path: str, headers: Mapping[str, str], data: bytes) -> Reply:
        """Note a request and find its reply; the time of ``delay`` has passed then."""
        body = json.loads(data) if data else {}
        if not path.endswith("/chat/completions"):
            with self._lock:
                self.others.append(path)
            if path.endswith("/models"):
                return Reply(body={"object": "list", "data": [{"id": name} for name in self._models]})
            return Reply(404, {"error": {"message": "no such path"}})
        with self._lock:
            key = json.dumps(body, sort_keys=True)
            self._attempts[key] += 1
            request = Request(path, headers, body, self._attempts[key])
            self.requests.append(request)
            self._working += 1
            self.most = max(self.most, self._working)
        try:
            reply = self._respond(request)
            if reply.hang or reply.delay:
                self._ended.wait(60 if reply.hang else reply.delay)
            return reply
        finally:
            with self._lock:
                self._working -= 1

    def pause(self, seconds: float) -> bool:
        """Sleep, unless the server ends; whether it has."""
        return self._ended.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def server_activate(self) -> None:
        self.connections: set[socket.socket] = set()
        super().server_activate()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Break the connections that are kept alive."""
        for connection in list(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:  # a client that hangs up
        pass


def _server(script: ChatServer, port: int) -> _Server:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {k.lower(): v for k, v in self.headers.items()}
            reply = script.reply(self.path, headers, data)
            if reply.hang:
                self.close_connection = True
                return
            head, body = reply.head_and_body()
            out = head + (body if reply.cut is None else body[: reply.cut])
            try:
                if reply.drip:
                    for i in range(len(out)):
                        self.wfile.write(out[i : i + 1])
                        if script.pause(reply.drip):
                            break
                else:
                    self.wfile.write(out)
            except OSError:  # the client has gone
                self.close_connection = True
            if reply.cut is not None:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    return _Server(("127.0.0.1", port), Handler)
