"""On a terminal of 80 columns: a bar, bold type, and no line that wraps."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.conftest import environment

_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def on_terminal(columns: int, *args: object, cwd: Path) -> tuple[str, str]:
    """What a terminal of that width gets on stdout and on stderr."""
    pairs = [pty.openpty(), pty.openpty()]
    for master, _ in pairs:
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    env = {k: v for k, v in environment().items() if k not in ("NO_COLOR", "LINES")} | {
        "TERM": "xterm-256color"
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "bench", *map(str, args)],
        cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=pairs[0][1], stderr=pairs[1][1],
    )  # fmt: skip
    texts = []
    for _, slave in pairs:
        os.close(slave)
    for master, _ in pairs:
        data = b""
        try:
            while chunk := os.read(master, 1 << 16):
                data += chunk
        except OSError:  # how Linux says that the other end was closed
            pass
        os.close(master)
        texts.append(data.decode())
    assert process.wait(timeout=60) == 0, texts
    return texts[0], texts[1]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("terminal")


def widest(text: str) -> int:
    from rich.cells import cell_len

    return max(cell_len(part) for part in re.split(r"[\r\n]+", _CODES.sub("", text)))


def test_a_run_at_80_columns(root: Path, out: Path) -> None:
    table, progress = on_terminal(80, "run", "configs/quickstart.yaml", "--out", out, cwd=root)
    lines = table.replace("\r", "").split("\n")
    last = next(line for line in reversed(lines) if line.strip())
    assert widest(table.replace(last, "")) <= 80
    assert "\x1b[1m" in table, "bold where a pipe gets an asterisk"
    assert "*" not in next(line for line in lines if "lead3" in line)
    assert "ROUGE-1" in table
    assert "not shown at this width" in table
    assert widest(progress) <= 80
    assert "156/156" in progress
    assert "624/624" in progress
    assert "━" in progress


@pytest.mark.parametrize("columns", [60, 80, 132])
def test_a_report_at_any_width(root: Path, out: Path, columns: int) -> None:
    (run,) = [p for p in (out / "quickstart").iterdir() if p.is_dir()]
    for option in ([], ["--full"]):
        table, _ = on_terminal(columns, "report", run, *option, cwd=root)
        assert widest(table.replace(str(run), "")) <= columns
        assert "textrank" in table
