"""A model behind a server that speaks OpenAI's chat completions."""

import json
import os
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bench.core.asks import Ask, Generate, Log, Measure
from bench.core.errors import MissingExtra, SetupError
from bench.core.signature import signature
from bench.text.reach import Bytes

if TYPE_CHECKING:
    from bench.backends.http_session import ChatSession

# Tokens that a chat template puts around a conversation: role marks, a default system prompt.
_TEMPLATE = 32


@dataclass(frozen=True)
class ChatServer:
    """A model behind a URL. Its parameters are those of :class:`bench.models.chat.Chat`.

    The key is in no field: it is read from the environment when the server is opened.
    """

    base_url: str
    model: str
    key_env: str | None = field(default=None, metadata={"sig": None})
    in_flight: int = field(default=8, metadata={"sig": None})
    timeout: float = field(default=300.0, metadata={"sig": None})
    retries: int = field(default=7, metadata={"sig": None})
    price: tuple[float, float] | None = field(default=None, metadata={"sig": None})
    bytes_per_token: float = field(default=3.0, metadata={"sig": None})

    @property
    def signature(self) -> str:
        """The model and where it is."""
        return signature("chat", self)

    def signature_parts(self) -> dict[str, str]:
        """Not even temperature 0 and a seed make a server repeatable: others share its batches."""
        return {"repeatable": "no"}

    def measure(self, ask: Ask) -> Measure:
        """An estimate from the bytes of the conversation: the tokenizer is the server's."""
        assert isinstance(ask, Generate)
        ruler = Bytes(self.bytes_per_token)
        read = sum(ruler.count(turn.text) for turn in ask.turns) + _TEMPLATE
        options = json.loads(ask.options)
        written = options.get("max_tokens") or options["max_completion_tokens"]
        return Measure(read, written, exact=False, most_cost=self.cost(read, written))

    def cost(self, read: int | None, written: int | None) -> float | None:
        """Price of so many tokens, None where it is not known."""
        if self.price is None or read is None or written is None:
            return None
        return (read * self.price[0] + written * self.price[1]) / 1e6

    def ready(self) -> None:
        """Check what can be checked without a request.

        Raises:
            SetupError: no client, or no key.
        """
        if find_spec("openai") is None:
            raise MissingExtra("openai", "api")
        self.key()

    def key(self) -> str | None:
        """The key; None where the server wants none.

        Raises:
            SetupError: its variable is not set, or has what can be no key.
        """
        if self.key_env is None:
            return None
        key = os.environ.get(self.key_env, "").strip()
        if not key:
            raise SetupError(
                f"the environment variable {self.key_env} is not set: the key of {self.base_url}",
                f"export {self.key_env}=…",
            )
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise SetupError(f"the environment variable {self.key_env} has characters that no key has")
        return key

    def open(self, log: Log) -> "ChatSession":
        """Start to take questions; the first one connects.

        Args:
            log: Takes each failed request before it is sent again; called in a thread of the session.

        Raises:
            SetupError: see :meth:`ready`.
        """
        from bench.backends.http_session import ChatSession

        self.ready()
        return ChatSession(self, self.key(), log)
