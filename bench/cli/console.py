"""What goes to stderr: progress, notes, errors. Bars on a terminal, plain lines elsewhere."""

import shutil
import sys
import time
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from bench.core.errors import BenchError

NAMED = 5  # systems or metrics in the line that ends a stage


def print_error(error: BenchError) -> None:
    """The message and the hint, without colour tricks: a message may hold any text."""
    from bench.report.escape import visible

    for line in error.message.splitlines():
        print(visible(line), file=sys.stderr)
    if error.hint:
        for line in error.hint.splitlines():
            print(visible(line), file=sys.stderr)


def terminal_width() -> int | None:
    """Columns of the terminal that stdout is; None when it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def say(text: str) -> None:
    """One line on stderr."""
    from bench.report.escape import visible

    print(visible(text), file=sys.stderr)


def _pace(rate: float) -> str:
    """Cells a second, or seconds a cell; empty before the first."""
    if not rate:
        return ""
    if rate < 1:
        return f"{1 / rate:.1f} s each" if rate > 0.1 else f"{1 / rate:,.0f} s each"
    return f"{rate:.1f}/s" if rate < 10 else f"{rate:,.0f}/s"


class Progress:
    """A watch that draws: counts, rate and time left, in a bar on a terminal, elsewhere in lines.

    Args:
        every: Seconds between two lines of a stage; a service that runs jobs ends those that say nothing.
    """

    def __init__(self, every: float = 30.0) -> None:
        self._every = every
        self._bar: Any = None
        self._task: Any = None
        self._stage = ""
        self._total = self._done = self._start = 0
        self._by: dict[str, int] = {}
        self._since: dict[str, float] = {}
        self._begun = self._said = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def begin(self, stage: str, total: int, done: int) -> None:
        """Draw a new bar."""
        self._stage, self._total, self._done, self._start = stage, total, done, done
        self._by, self._since, self._begun = {}, {}, time.monotonic()
        self._said = self._begun
        if not sys.stderr.isatty():
            if done:
                say(f"  {stage}: {done} of {total} are there")
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("  {task.description:<20}"),
            BarColumn(24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(compact=True, elapsed_when_finished=True),
            console=Console(stderr=True),
        )
        self._bar.start()
        self._task = self._bar.add_task(stage, total=total, completed=done, rate="")

    def step(self, what: str, n: int) -> None:
        """Advance the bar."""
        self._done += n
        self._by[what] = self._by.get(what, 0) + n
        now = time.monotonic()
        # Of this system alone: the baselines before a model would make it look fast.
        rate = self._by[what] / max(1e-6, now - self._since.setdefault(what, now))
        shown = _pace(rate)
        if self._bar is not None:
            self._bar.update(
                self._task,
                completed=self._done,
                description=f"{self._stage} {what}"[:20],
                rate=shown,
            )
        elif now - self._said >= self._every and self._done < self._total:
            self._said = now
            counts = f"{self._done}/{self._total}"
            if rate:
                counts += f", {shown}, {timedelta(seconds=round((self._total - self._done) / rate))} left"
            say(f"  {self._stage} {what}: {counts}")

    def end(self) -> None:
        """Leave the bar as it stands."""
        if self._bar is not None:
            self._bar.update(self._task, description=self._stage)
            self._bar.stop()
            self._bar = None
        elif self._stage and not sys.stderr.isatty():
            if self._done == self._start:
                self._stage = ""
                return
            seconds = time.monotonic() - self._begun
            named = [f"{what} {n}" for what, n in self._by.items()]
            more = [f"and {len(named) - NAMED} more"] if len(named) > NAMED else []
            parts = ", ".join(named[:NAMED] + more)
            counts = f"{self._done}/{self._total} in {seconds:.1f} s"
            say(f"  {self._stage}: {counts}{f' ({parts})' if parts else ''}")
        self._stage = ""

    def note(self, text: str) -> None:
        """One line above the bar."""
        if self._bar is not None:
            from rich.markup import escape

            from bench.report.escape import visible

            self._bar.console.print(escape(visible(text)), highlight=False)
        else:
            say(text)
