"""How fast a server is asked: requests in flight, and waits after failures."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

# Seconds. Nobody wants a benchmark to sleep for hours, and before they are over it is no use to ask again.
LONGEST_WAIT = 300.0
_FIRST_BACKOFF = 0.5
_LONGEST_BACKOFF = 60.0
_NUMBER = re.compile(r"\d{1,12}(\.\d+)?\Z", re.ASCII)


@dataclass(slots=True)
class Window:
    """How many requests may be in flight: fewer when the server says that there are too many.

    Additive increase, multiplicative decrease, as in TCP. A refusal halves the limit once for all requests
    that were in flight together; as many successes as the limit raise it by one.

    Attributes:
        most: The limit that is never exceeded, and the first one.
        limit: The limit of now, from 1 to ``most``.
        flying: Requests in flight.
    """

    most: int
    limit: int = field(init=False)
    flying: int = field(default=0, init=False)
    _closed_until: float = field(default=float("-inf"), init=False)
    _successes: int = field(default=0, init=False)
    _halvings: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.limit = self.most

    def free(self, now: float) -> bool:
        """Whether one more may be sent."""
        return self.flying < self.limit and now >= self._closed_until

    def opens_in(self, now: float) -> float:
        """Seconds until the end of a wait that the server asked for; 0 when there is none."""
        return max(0.0, self._closed_until - now)

    def sent(self) -> int:
        """One more is in flight. The result goes to :meth:`refused` if it is."""
        self.flying += 1
        return self._halvings

    def landed(self) -> None:
        """One less is in flight, whatever became of it."""
        self.flying -= 1

    def succeeded(self) -> None:
        """The server answered."""
        self._successes += 1
        if self._successes >= self.limit:
            self._successes = 0
            self.limit = min(self.most, self.limit + 1)

    def refused(self, sent: int) -> None:
        """The server has too much to do. What was sent before the last halving says nothing of the limit."""
        self._successes = 0
        if sent == self._halvings:
            self._halvings += 1
            self.limit = max(1, self.limit // 2)

    def close_until(self, when: float) -> None:
        """Send nothing before ``when``."""
        self._closed_until = max(self._closed_until, when)


def backoff(failures: int, chance: random.Random) -> float:
    """Seconds to wait after so many failures in a row: half to all of 0.5, 1, 2, 4 … 60."""
    return chance.uniform(0.5, 1.0) * min(_LONGEST_BACKOFF, _FIRST_BACKOFF * 2.0 ** min(failures - 1, 10))


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that a server asks to wait; it may ask for hours.

    Args:
        headers: Of the response, names in lower case. ``retry-after`` has seconds or an HTTP date
            (RFC 9110, 10.2.3); ``retry-after-ms`` is more exact, where a server has it.
        now: POSIX time, for a date in a response that does not say when it was sent.

    Returns:
        None when the server does not say, or nothing that can be read.
    """
    for name, unit in (("retry-after-ms", 1e-3), ("retry-after", 1.0)):
        text = headers.get(name, "").strip()
        if _NUMBER.match(text):
            return float(text) * unit
    until = _date(headers.get("retry-after", ""))
    if until is None:
        return None
    # By the server's own clock, which may be wrong.
    sent = _date(headers.get("date", ""))
    return max(0.0, until - (now if sent is None else sent))


def _date(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return None
