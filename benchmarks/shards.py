"""What a run, its shards and putting them together cost, for the arithmetic of ``docs/scaling.md``.

    python benchmarks/shards.py [--documents 20000] [--json FILE]

The shipped articles again and again, each with an id of its own; lead3 and four types of ROUGE. In order:
the run in one process; both shards of two, one after the other; the run after both. CPU seconds and the
largest resident memory of each command, start-up and all, and the bytes that summaries and scores take.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

NEWS = Path(__file__).parents[1] / "references" / "news"
CONFIG = """\
name: shards
data: {{use: jsonl, with: {{path: {data}, document: text, references: references}}}}
models: {{lead3: {{use: lead, with: {{sentences: 3}}}}}}
metrics: {{rouge: {{use: rouge}}}}
"""


def main() -> None:
    """Run the commands, and print a line for each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "data.jsonl", given.documents)
        (folder / "c.yaml").write_text(CONFIG.format(data=folder / "data.jsonl"), "utf-8")
        single, shared = folder / "single", folder / "shared"
        found["one process"] = spent(folder, single)
        found["shard 1/2"] = spent(folder, shared, "--shard", "1/2")
        found["shard 2/2"] = spent(folder, shared, "--shard", "2/2")
        found["putting together"] = spent(folder, shared)
        kept = sum(p.stat().st_size for part in ("summaries", "scores") for p in single.glob(f"*/*/{part}/*"))
    for what, values in found.items():
        print(f"{what:<18} {values['cpu']:6.1f} s CPU  {values['mb']:5.0f} MB")
    print(f"summaries and scores: {kept / 1e6:.1f} MB of {given.documents:,} documents")
    if given.json:
        given.json.write_text(json.dumps(found | {"kept": kept}, indent=1), "utf-8")


def write(path: Path, n: int) -> None:
    """N rows of the shipped articles."""
    articles = [file.read_text("utf-8").splitlines() for file in sorted(NEWS.glob("*.txt"))]
    with path.open("w", encoding="utf-8") as stream:
        for i in range(n):
            lines = articles[i % len(articles)][1:]
            bullets = [line[2:] for line in lines if line.startswith("- ")]
            text = "\n".join(line for line in lines if not line.startswith("- "))
            row = {"id": str(i), "text": text, "references": ["\n".join(bullets)]}
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def spent(folder: Path, out: Path, *more: str) -> dict[str, float]:
    """CPU seconds and megabytes of ``bench run``."""
    command = [sys.executable, "-m", "bench", "run", str(folder / "c.yaml"), "--out", str(out), *more]
    log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    actions = [(os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)]
    process = os.posix_spawn(sys.executable, command, os.environ, file_actions=actions)
    _, status, used = os.wait4(process, 0)
    os.close(log)
    if status:
        sys.exit((folder / "log").read_text("utf-8"))
    mb = used.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    return {"cpu": used.ru_utime + used.ru_stime, "mb": mb}


if __name__ == "__main__":
    main()
