"""What a pod pays for `ccm-daemon deploy` when nothing is pending: the whole process, against the bare floor.

    python tests/benchmarks/deploy.py [ROUNDS]

The floor is a Python process that imports asyncpg, connects, selects and exits. Rounds are interleaved, so that
whatever else the machine does falls on both; the table holds medians, in milliseconds.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import postgres
from benchmarks.delay import ROUND_TRIP_MS, delayed

MIGRATIONS = 100
DEPLOY = str(Path(sys.executable).parent / "ccm-daemon")
FLOOR = """
import asyncio, asyncpg, os
async def main():
    connection = await asyncpg.connect(os.environ["DATABASE_URL_PROD"])
    await connection.fetch("SELECT id, hash FROM __drizzle_migrations")
    connection.terminate()
asyncio.run(main())
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    name: str
    command: tuple[str, ...]
    port: int
    wall: list[float] = field(default_factory=list[float])
    cpu: list[float] = field(default_factory=list[float])


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as home, postgres.running(18) as server, delayed(server.port) as far:
        folder = write_migrations(Path(home))
        run((DEPLOY, "deploy"), server.port, folder)
        candidates = [
            Candidate(name=f"{name}{where}", command=command, port=port)
            for where, port in (("", server.port), (f", {ROUND_TRIP_MS} ms round trip", far))
            for name, command in (("floor", (sys.executable, "-c", FLOOR)), ("deploy", (DEPLOY, "deploy")))
        ]
        for _ in range(rounds):
            for candidate in candidates:
                measure(candidate, folder)
    print(table(candidates))


def write_migrations(home: Path) -> Path:
    tags = [f"{number:04}_m" for number in range(MIGRATIONS)]
    (home / "meta").mkdir()
    (home / "meta" / "_journal.json").write_text(json.dumps({"entries": [{"tag": tag} for tag in tags]}))
    for tag in tags:
        (home / f"{tag}.sql").write_text(f'CREATE TABLE "t{tag}" ("id" integer PRIMARY KEY, "name" text NOT NULL);\n')
    return home


def measure(candidate: Candidate, folder: Path) -> None:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run(candidate.command, candidate.port, folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    candidate.wall.append((time.perf_counter() - started) * 1000)
    candidate.cpu.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000)


def run(command: tuple[str, ...], port: int, folder: Path) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL_PROD": f"postgresql://postgres@127.0.0.1:{port}/postgres",
        "CONFIRM_PROD": "yes",
        "CCM_OUT": str(folder),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run(command, env=environment, cwd=folder, check=True, capture_output=True)


def table(candidates: list[Candidate]) -> str:
    lines = [f"{'':<28} {'wall':>6} {'min':>6} {'max':>6} {'cpu':>6} {'x floor':>8}"]
    for candidate in candidates:
        if candidate.name.startswith("floor"):
            floor = statistics.median(candidate.wall)
        wall = statistics.median(candidate.wall)
        lines.append(
            f"{candidate.name:<28} {wall:6.0f} {min(candidate.wall):6.0f} {max(candidate.wall):6.0f} "
            f"{statistics.median(candidate.cpu):6.0f} {wall / floor:8.2f}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
