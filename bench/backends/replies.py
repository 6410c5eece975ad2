"""What a server's reply means: a text, a failure that may pass, or one that will not."""

import json
import re
from dataclasses import dataclass
from typing import Any

from bench.core.errors import InferenceError
from bench.core.types import Finish

# Timeouts of the server, locks, "too early", too many requests; and whatever is the server's own fault.
_PASSING = (408, 409, 425, 429)
# A server that takes no part of a text that is too long says so in many ways, and not always as a 400.
_LENGTH_STATUS = (400, 413, 422, 500)
_LENGTH = re.compile(
    r"context[ _-]?(length|size|window)|exceed_context|maximum context|string_above_max_length|"
    r"(is|are|input|prompt) too long|too many (input |prompt )?tokens|"
    r"reduce (the|your) (length|input|prompt)",
    re.IGNORECASE,
)
# A gateway that has prompts moderated refuses one with the status of a wrong key.
_FLAGGED = re.compile(r"flagged|moderat|content[ _](policy|filter)", re.IGNORECASE)
_LONGEST_MESSAGE = 300


@dataclass(frozen=True, slots=True)
class Reply:
    """A completion.

    Attributes:
        text: What the model wrote, perhaps nothing.
        finish: ``length`` when a limit of tokens cut it.
        input_tokens: Tokens of the prompt, or None where the server does not say.
        output_tokens: Tokens of the text, or None.
        model: What the server calls the model, or None.
    """

    text: str
    finish: Finish
    input_tokens: int | None
    output_tokens: int | None
    model: str | None


class NoCompletion(Exception):
    """A body that is no completion, though the status says so: a server or a proxy that went wrong."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reply with a status of 400 or more: ``message`` in one clean line, and the server's codes."""

    status: int
    message: str
    codes: frozenset[str]

    @property
    def passing(self) -> bool:
        """Whether it may be otherwise when it is asked again."""
        return self.status in _PASSING or self.status >= 500

    @property
    def too_long(self) -> bool:
        """Whether the prompt has more tokens than the server takes."""
        return self.status == 413 or (self.status in _LENGTH_STATUS and bool(_LENGTH.search(self._said)))

    @property
    def flagged(self) -> bool:
        """Whether it is this prompt that is forbidden, and not its sender."""
        return self.status == 403 and bool(_FLAGGED.search(self._said))

    @property
    def _said(self) -> str:
        return " ".join((self.message, *sorted(self.codes)))

    @property
    def unpaid(self) -> bool:
        """Whether there is no more money or quota, which no waiting brings back."""
        return self.status == 402 or "insufficient_quota" in self.codes


def read_reply(body: str) -> Reply:
    """Read the body of a chat completion.

    Raises:
        NoCompletion: it is none.
        InferenceError: it is one without a summary: a filter or a refusal, or a call of a tool.
    """
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as e:
        raise NoCompletion(f"the body is no JSON: {_start(body)}") from e
    choices = data.get("choices") if isinstance(data, dict) else None
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise NoCompletion(f"the body is no completion: {_message(data) or _start(body)}")
    finish = choice.get("finish_reason")
    if finish == "error":
        raise NoCompletion(f"the completion ended in an error: {_message(choice) or _start(body)}")
    if finish == "content_filter":
        raise InferenceError("the server's content filter stopped the text")
    text = _text(message.get("content"))
    if not text and message.get("refusal"):
        raise InferenceError(f"the model refused: {clean(str(message['refusal']))}")
    if not text and (message.get("tool_calls") or message.get("function_call")):
        raise InferenceError("the model called a tool instead of writing a text")
    usage = data.get("usage")
    tokens = usage if isinstance(usage, dict) else {}
    return Reply(
        text,
        "length" if finish == "length" else "stop",
        _count(tokens.get("prompt_tokens")),
        _count(tokens.get("completion_tokens")),
        clean(data["model"]) if isinstance(data.get("model"), str) else None,
    )


def read_refusal(status: int, body: str) -> Refusal:
    """Read the body of a reply with a status of 400 or more."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return Refusal(status, _start(body), frozenset())
    error = data.get("error") if isinstance(data, dict) else None
    found = error if isinstance(error, dict) else data if isinstance(data, dict) else {}
    codes = frozenset(str(found[k]) for k in ("code", "type") if found.get(k) is not None)
    return Refusal(status, _message(data) or _start(body), codes)


def clean(text: str) -> str:
    """A stranger's text as one line without control characters, of at most 300."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * _LONGEST_MESSAGE]).split())
    return line if len(line) <= _LONGEST_MESSAGE else line[: _LONGEST_MESSAGE - 1] + "…"


def _start(body: str) -> str:
    return clean(body) or "an empty body"


def _message(data: Any) -> str:
    """What a body says went wrong, wherever servers put that; empty where there is nothing."""
    if isinstance(data, str):
        return clean(data)
    if not isinstance(data, dict):
        return ""
    return next((m for k in ("error", "message", "detail") if (m := _message(data.get(k)))), "")


def _text(content: Any) -> str:
    """The text of a message: plain, or the text parts of a list of parts."""
    if isinstance(content, list):
        content = "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    if content is None:
        return ""
    if not isinstance(content, str):
        raise NoCompletion(f"the content is no text: {clean(repr(content))}")
    # JSON can spell half a character, which no file can hold.
    return content.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
