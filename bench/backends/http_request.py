"""One request to a chat server through the official client, and what its failure means."""

import asyncio
import json
import time
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from bench.backends.http_chat import ChatServer
from bench.backends.pace import retry_after
from bench.backends.replies import NoCompletion, clean, read_refusal, read_reply
from bench.core.asks import Generate, Generation
from bench.core.errors import InferenceError, SetupError, TooLong, nearest

if TYPE_CHECKING:
    import httpx2

_CONNECT_SECONDS = 10.0
# What is shorter is a placeholder for a key, such as EMPTY, and may be a word of a text.
_SHORTEST_KEY = 8


class Failure(Exception):
    """A request that failed and may be sent again.

    Attributes:
        reason: ``status``, ``timeout``, ``cut``, ``no completion`` or ``no connection``.
        what: The same for people; it may have words of the server in it.
        status: Of the response, None where none came.
        wait: Seconds that the server asks to wait, or None.
    """

    def __init__(self, reason: str, what: str, status: int | None = None, wait: float | None = None) -> None:
        super().__init__(what)
        self.reason, self.what, self.status, self.wait = reason, what, status, wait


class ChatClient:
    """A connection to a server; for one event loop.

    Attributes:
        models: What the server called the model in its answers.
    """

    def __init__(self, server: ChatServer, key: str | None) -> None:
        import openai

        self.models: set[str] = set()
        self._server, self._key = server, key
        self._client = openai.AsyncOpenAI(
            base_url=server.base_url,
            # Without one the client would send what is in OPENAI_API_KEY, to any server.
            api_key=key or "none",
            max_retries=0,
            timeout=openai.Timeout(server.timeout, connect=min(server.timeout / 2, _CONNECT_SECONDS)),
            http_client=_http_client(server.base_url),
            default_headers={"OpenAI-Organization": openai.Omit(), "OpenAI-Project": openai.Omit()},
        )
        self._headers = {} if key else {"Authorization": openai.Omit()}

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()

    async def ask(self, ask: Generate) -> Generation:
        """Send a question once.

        Raises:
            Failure: it may be sent again.
            InferenceError: it would fail again.
            SetupError: every question would.
        """
        import openai

        options = json.loads(ask.options)
        if "seed" in options:
            options["seed"] += ask.sample
        begin = time.perf_counter()
        try:
            # The client's own timeout begins anew with every byte that drips in.
            async with asyncio.timeout(self._server.timeout):
                raw = await self._client.chat.completions.with_raw_response.create(
                    model=self._server.model,
                    messages=[{"role": turn.role, "content": turn.text} for turn in ask.turns],
                    extra_body=options,
                    extra_headers=self._headers,
                )
        except openai.APIStatusError as e:
            raise await self._refused(e.response) from None
        except openai.APIConnectionError as e:
            raise self._unanswered(e) from None
        except TimeoutError:
            raise self._late() from None
        except UnicodeEncodeError:
            raise InferenceError("the prompt has half a character (a lone surrogate) in it") from None
        seconds = time.perf_counter() - begin
        try:
            reply = read_reply(self._body(raw.http_response))
        except NoCompletion as e:
            raise Failure("no completion", str(e), raw.http_response.status_code) from None
        if reply.model:
            self.models.add(reply.model)
        read, written = reply.input_tokens, reply.output_tokens
        return Generation(reply.text, reply.finish, read, written, seconds, self._server.cost(read, written))

    def _body(self, response: "httpx2.Response") -> str:
        return self._hidden(response.content.decode("utf-8", "replace"))

    def _hidden(self, text: str) -> str:
        """A text of the server without the key, which it may repeat."""
        if self._key is None or len(self._key) < _SHORTEST_KEY:
            return text
        return text.replace(self._key, "[key]")

    def _late(self) -> Failure:
        return Failure("timeout", f"no answer within {self._server.timeout:g} s")

    def _unanswered(self, e: Exception) -> Failure:
        """What a request means to which no response came."""
        import httpx2
        import openai

        cause = e.__cause__
        if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.ProxyError):
            return Failure("no connection", clean(self._hidden(str(cause))) or "the connection took too long")
        if isinstance(e, openai.APITimeoutError):
            return self._late()
        return Failure("cut", f"the connection broke: {clean(self._hidden(str(cause)))}")

    async def _refused(self, response: "httpx2.Response") -> Exception:
        """What a response with a status of 400 or more means."""
        server, status = self._server, response.status_code
        refusal = read_refusal(status, self._body(response))
        said = f"HTTP {status}: {refusal.message}"
        if refusal.unpaid:
            return SetupError(f"{server.base_url}: {said}", "The account has nothing left to pay with.")
        if refusal.flagged:
            return InferenceError(f"the server refused: {said}")
        if status in (401, 403):
            hint = (
                f"Check the key in the environment variable {server.key_env}."
                if server.key_env
                else "key_env names the environment variable that has the key."
            )
            return SetupError(f"{server.base_url}: {said}", hint)
        if status in (404, 405):
            return await self._unknown(said)
        if place := response.headers.get("location") if 300 <= status < 400 else None:
            base = urljoin(str(response.url), place).partition("?")[0].removesuffix("/chat/completions")
            return SetupError(
                f"{server.base_url}: HTTP {status}: a redirection to {clean(self._hidden(base))}",
                "Expected an address that answers itself; that one, if you trust it.",
            )
        if refusal.too_long:
            return TooLong(
                f"the server takes no prompt of this length ({said}): context tells it to the chat model, "
                "which then cuts documents; long_document summarises them in parts"
            )
        if refusal.passing:
            return Failure("status", said, status, retry_after(response.headers, time.time()))
        return InferenceError(f"the server refused: {said}")

    async def _unknown(self, said: str) -> SetupError:
        """An error that says what the server has instead of what was asked for."""
        import openai

        server = self._server
        names: list[str] = []
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                raw = await self._client.models.with_raw_response.list(extra_headers=self._headers)
            names = [clean(str(model["id"])) for model in _listed(json.loads(self._body(raw.http_response)))]
        except (openai.OpenAIError, TimeoutError, ValueError, TypeError, KeyError):
            pass  # the error is told without the list
        if not names or server.model in names:
            return SetupError(f"{server.base_url}: {said}", "A base_url usually ends in /v1.")
        more = ", …" if len(names) > 10 else ""
        return SetupError(
            f"{server.base_url} has no model '{server.model}'{nearest(server.model, names)} ({said})",
            f"It has: {', '.join(names[:10])}{more}.",
        )


def _http_client(url: str) -> "httpx2.AsyncClient":
    """What sends the requests to a server.

    Raises:
        SetupError: a proxy that the environment names cannot be used.
    """
    import openai

    try:
        client: httpx2.AsyncClient = openai.DefaultAsyncHttpxClient(
            # A redirected POST may become a GET, and prompts and keys would go where nobody sent them.
            follow_redirects=False,
            # A proxy would look for a server of this machine on its own.
            trust_env=not _is_here(url),
        )
    except (ImportError, ValueError) as e:
        raise SetupError(f"the proxy in the environment cannot be used: {clean(str(e))}") from e
    return client


def _is_here(url: str) -> bool:
    parts = urlsplit(url)
    try:
        address = ip_address(parts.hostname or "")
    except ValueError:
        return parts.scheme == "http" and parts.hostname == "localhost"
    return parts.scheme == "http" and (address.is_loopback or address.is_unspecified)


def _listed(data: Any) -> Any:
    return data["data"]
