"""What 1,000 pending migrations cost: the whole process of `ccm-daemon deploy`, beside libpq, Alembic and Drizzle.

    python tests/benchmarks/apply.py [ROUNDS]

Each migration makes a table of eight columns and an index, in a transaction of its own. The floor is libpq, to which
one script of the same SQL is given. The server keeps what it is told (fsync), as one in production does. Rounds are
interleaved, each on a new database once the disk is quiet; the table holds medians, in milliseconds. Alembic and
drizzle-orm are taken from where `make bench` installs them, and run once, for the record.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import postgres
from benchmarks.delay import ROUND_TRIP_MS, delayed

MIGRATIONS = 1000
QUIET = 0.5  # seconds, in which the disk gives back what the database before has freed
DEPLOY = str(Path(sys.executable).parent / "ccm-daemon")
MIGRATION = """\
CREATE TABLE "{name}" (
    "id" bigint PRIMARY KEY, "name" text NOT NULL, "email" text, "score" integer DEFAULT 0, "active" boolean,
    "created_at" timestamptz NOT NULL DEFAULT now(), "payload" jsonb, "ratio" numeric(10, 2)
);
--> statement-breakpoint
CREATE INDEX "{name}_name" ON "{name}" ("name");
"""
LIBPQ = """
import ctypes, os, sys
libpq = ctypes.CDLL(sys.argv[1])
libpq.PQconnectdb.restype = libpq.PQexec.restype = libpq.PQerrorMessage.restype = ctypes.c_void_p
connection = ctypes.c_void_p(libpq.PQconnectdb(os.environ["DATABASE_URL_PROD"].encode()))
answer = ctypes.c_void_p(libpq.PQexec(connection, open("script.sql", "rb").read()))
assert libpq.PQresultStatus(answer) == 1, ctypes.string_at(libpq.PQerrorMessage(connection))
"""
ALEMBIC = """
import os
from alembic import context
from sqlalchemy import create_engine, pool
url = os.environ["DATABASE_URL_PROD"].replace("postgresql:", "postgresql+psycopg:")
with create_engine(url, poolclass=pool.NullPool).connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = """
from alembic import op
revision, down_revision = {revision!r}, {down!r}
def upgrade():
{statements}
"""
DRIZZLE = """
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
const client = new pg.Client({ connectionString: process.env.DATABASE_URL_PROD });
await client.connect();
await migrate(drizzle(client), { migrationsFolder: process.argv[2] });
await client.end();
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    name: str
    command: tuple[str, ...]
    port: int
    once: bool = False
    wall: list[float] = field(default_factory=list[float])


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    durable = dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "on")
    with (
        tempfile.TemporaryDirectory() as home,
        postgres.running(18, **durable) as server,
        delayed(server.port) as far,
    ):
        folder = Path(home)
        write(folder)
        peers = tuple(installed(folder))
        for where, port in (("", server.port), (f", {ROUND_TRIP_MS} ms round trip", far)):
            candidates = [
                Candidate(name=f"libpq, one script{where}", command=libpq(server), port=port),
                Candidate(name=f"ccm-daemon deploy{where}", command=(DEPLOY, "deploy"), port=port),
                *(Candidate(name=f"{name}{where}", command=words, port=port, once=True) for name, words in peers),
            ]
            for number in range(rounds):
                for candidate in candidates:
                    if number == 0 or not candidate.once:
                        measure(candidate, server, folder)
            print(table(candidates), flush=True)


def write(folder: Path) -> None:
    """The same migrations for everybody who reads them."""
    tags = [f"{number:04}_m" for number in range(MIGRATIONS)]
    texts = {tag: MIGRATION.format(name=f"t{tag}") for tag in tags}
    (folder / "meta").mkdir()
    entries = [
        {"idx": number, "version": "7", "when": number + 1, "tag": tag, "breakpoints": True}
        for number, tag in enumerate(tags)
    ]
    journal = {"version": "7", "dialect": "postgresql", "entries": entries}
    (folder / "meta" / "_journal.json").write_text(json.dumps(journal))
    (folder / "script.sql").write_text("".join(f"BEGIN;\n{text}COMMIT;\n" for text in texts.values()))
    versions = folder / "alembic" / "versions"
    versions.mkdir(parents=True)
    (folder / "alembic" / "env.py").write_text(ALEMBIC)
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/alembic\n")
    down = None
    for tag, text in texts.items():
        (folder / f"{tag}.sql").write_text(text)
        statements = "\n".join(
            f"    op.execute({statement.strip()!r})" for statement in text.split("--> statement-breakpoint")
        )
        (versions / f"{tag}.py").write_text(REVISION.format(revision=tag, down=down, statements=statements))
        down = tag


def libpq(server: postgres.Server) -> tuple[str, ...]:
    return sys.executable, "-I", "-S", "-c", LIBPQ, str(server.bin.parent / "lib" / "libpq.so.5")


def installed(folder: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The peers that are there, each with its command; which is not is said."""
    peers = Path(sys.executable).parent.parent / "peers"
    alembic, modules, node = peers / "bin" / "alembic", peers / "node_modules", shutil.which("node")
    if alembic.exists():
        yield "alembic", (str(alembic), "upgrade", "head")
    else:
        print(f"alembic is not beside us: there is no {alembic}")
    if node and modules.exists():
        script = modules / "migrate.mjs"
        script.write_text(DRIZZLE)
        yield "drizzle-orm", (node, str(script), str(folder))
    else:
        print(f"drizzle-orm is not beside us: there is no {modules if node else 'node'}")


def measure(candidate: Candidate, server: postgres.Server, folder: Path) -> None:
    server.psql("CREATE DATABASE measured TEMPLATE template0")
    server.psql("CHECKPOINT")
    os.sync()
    time.sleep(QUIET)
    environment = {
        **os.environ,
        "DATABASE_URL_PROD": f"postgresql://postgres@127.0.0.1:{candidate.port}/measured",
        "CONFIRM_PROD": "yes",
        "CCM_OUT": str(folder),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    started = time.perf_counter()
    subprocess.run(candidate.command, env=environment, cwd=folder, check=True, capture_output=True)
    candidate.wall.append((time.perf_counter() - started) * 1000)
    made = server.psql("SELECT count(*) FROM pg_indexes WHERE indexname LIKE 't%name'", "measured")
    assert made == str(MIGRATIONS), f"{candidate.name} made {made} of the indexes"
    server.psql("DROP DATABASE measured WITH (FORCE)")


def table(candidates: list[Candidate]) -> str:
    floor = statistics.median(candidates[0].wall)
    lines = [f"{'':<44} {'wall':>6} {'min':>6} {'max':>6} {'x floor':>8}"]
    for candidate in candidates:
        wall, least, most = statistics.median(candidate.wall), min(candidate.wall), max(candidate.wall)
        lines.append(f"{candidate.name:<44} {wall:6.0f} {least:6.0f} {most:6.0f} {wall / floor:8.2f}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
