"""How long a diff of two live databases takes, beside `pg_dump --schema-only` of one of them.

    python tests/benchmarks/diff.py [ROUNDS]

Each database has so many tables of ten columns, each with a primary key, an index and a foreign key. The two are
equal, or differ in one column. Rounds are interleaved; the table holds medians of whole processes, in milliseconds,
and the plot, drawn to scale, is a straight line where the cost grows with the schema and not faster. Embedded Postgres,
on which differences are proved, is started and stopped by each process; that its files are made (initdb), once for a
project, is not measured.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import postgres

SIZES = (100, 1000, 2000, 5000)
COMMAND = str(Path(sys.executable).parent / "ccm-daemon")
WIDTH, HEIGHT = 60, 15
SCHEMA = """
DO $$ BEGIN
    FOR n IN 1..{size} LOOP
        EXECUTE format('CREATE TABLE t%1$s (id bigint PRIMARY KEY, t%2$s_id bigint REFERENCES t%2$s (id),
            email varchar(255) NOT NULL, name text, active boolean NOT NULL DEFAULT true, price numeric(10,2),
            tags text[], data jsonb NOT NULL DEFAULT ''{{}}'', created timestamptz NOT NULL DEFAULT now(), day date)',
            n, greatest(n - 1, 1));
        EXECUTE format('CREATE INDEX t%1$s_created_idx ON t%1$s (created)', n);
        IF n % 100 = 0 THEN COMMIT; END IF;
    END LOOP;
END $$;
"""
ONE_COLUMN = "ALTER TABLE t7 ADD COLUMN bio text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    name: str
    command: tuple[str, ...]
    expected: str = ""
    """What the command prints, where that is to be checked."""
    wall: list[float] = field(default_factory=list[float])

    @property
    def median(self) -> float:
        return statistics.median(self.wall)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A number of tables, and what is measured on them."""

    tables: int
    dump: Candidate
    different: Candidate
    equal: Candidate

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        return (self.dump, self.different, self.equal)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with postgres.running(18, max_locks_per_transaction="1024", autovacuum="off") as server:
        sizes = [prepared(server, tables) for tables in SIZES]
        with tempfile.TemporaryDirectory() as home:
            measure(sizes[0].different, home)
            sizes[0].different.wall.clear()
            for _ in range(rounds):
                for size in sizes:
                    for candidate in size.candidates:
                        measure(candidate, home)
    print(table(sizes))
    print(f"\ndiff of two that differ in one column (*), pg_dump of one (o); ms over tables\n\n{plot(sizes)}")


def prepared(server: postgres.Server, tables: int) -> Size:
    """Three databases of that size: two that are equal, and one with a column more."""
    one, same, other = (f"{name}{tables}" for name in ("one", "same", "other"))
    server.psql(f"CREATE DATABASE {one}")
    server.psql(SCHEMA.format(size=tables), one)
    server.psql("VACUUM ANALYZE", one)  # as autovacuum leaves a database that has been there for a minute
    for copy in (same, other):
        server.psql(f"CREATE DATABASE {copy} TEMPLATE {one}")
    server.psql(ONE_COLUMN, other)
    diff = (COMMAND, "diff", "--sql", "--from", server.url(one), "--to")
    return Size(
        tables=tables,
        dump=Candidate(
            name="pg_dump", command=(str(server.clients / "pg_dump"), "--schema-only", "-d", server.url(one))
        ),
        different=Candidate(
            name="diff, one column",
            command=(*diff, server.url(other)),
            expected='ALTER TABLE "t7" ADD COLUMN "bio" text',
        ),
        equal=Candidate(name="diff, equal", command=(*diff, server.url(same))),
    )


def measure(candidate: Candidate, home: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    done = subprocess.run(candidate.command, cwd=home, env=environment, check=True, text=True, stdout=subprocess.PIPE)
    candidate.wall.append((time.perf_counter() - started) * 1000)
    if candidate.name != "pg_dump":
        assert done.stdout.strip().rstrip(";") == candidate.expected, done.stdout


def table(sizes: list[Size]) -> str:
    head = f"{'':<32} {'wall':>7} {'min':>7} {'max':>7} {'x pg_dump':>10} {'ms/table':>9}"
    return "\n".join([head, *(row(size, candidate) for size in sizes for candidate in size.candidates)])


def row(size: Size, candidate: Candidate) -> str:
    return (
        f"{f'{size.tables} tables: {candidate.name}':<32} {candidate.median:7.0f} {min(candidate.wall):7.0f} "
        f"{max(candidate.wall):7.0f} {candidate.median / size.dump.median:10.2f} {candidate.median / size.tables:9.2f}"
    )


def plot(sizes: list[Size]) -> str:
    """Both curves from the origin, drawn to scale."""
    most, highest = sizes[-1].tables, max(size.different.median for size in sizes)
    grid = [[" "] * (WIDTH + 1) for _ in range(HEIGHT + 1)]
    for column in range(WIDTH + 1):  # where a cost that grows with the tables alone would be
        grid[HEIGHT - round(column * HEIGHT / WIDTH)][column] = "."
    for size in sizes:
        for mark, candidate in (("o", size.dump), ("*", size.different)):
            row, column = round(candidate.median / highest * HEIGHT), round(size.tables / most * WIDTH)
            grid[HEIGHT - row][column] = mark
    labels = {0: f"{highest:.0f}", HEIGHT: "0"}
    lines = [f"{labels.get(number, ''):>7} |{''.join(row).rstrip()}" for number, row in enumerate(grid)]
    return "\n".join([*lines, f"{'':>7} +{'-' * WIDTH}", f"{'':>7}  0{most:>{WIDTH - 1}}"])


if __name__ == "__main__":
    main()
