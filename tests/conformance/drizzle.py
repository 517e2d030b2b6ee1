"""Judge how snapshots of Drizzle Kit are read, and the plans between them, by databases that Drizzle's SQL makes.

    .venv/bin/python tests/conformance/drizzle.py ../shared/conformance/drizzle.jsonl [--server 15] [--only REGEX]

A record is a pair of snapshots with the SQL that Drizzle Kit writes: `from_empty` and `to_empty` make them in an empty
database, `statements` lead from the one to the other, `setup` makes what both take for granted.

Reading: `from` by our statements must be what `from_empty` makes, to pg_dump and to our reader of catalogs.

Plan: `ccm-daemon diff --from from.json --to to.json` is run on what `from_empty` makes, and must lead to what
`statements` lead to. Where those fail, or lead to something else than `to_empty` does, that is the measure. Where
Drizzle's SQL for a snapshot fails, our own reading stands in for it; where that fails too, the record cannot be used.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias

import anyio
import asyncpg

sys.path.insert(0, str(Path(__file__).parent.parent))

import postgres
from ccm_engine import any_order, errors
from ccm_engine import shadow as shadows
from ccm_engine.catalog import Catalog
from ccm_engine.diff import describe, diff
from ccm_engine.drizzle.ddl import statements
from ccm_engine.drizzle.parsing import parse
from ccm_engine.read import read

Record: TypeAlias = Mapping[str, Any]

ENOUGH = 0.97
PROGRAM = Path(sys.executable).parent / "ccm-daemon"
DATABASE = "judged"
FILE_COPY = 16
"""The major version from which on a database is made the quicker by it."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """A database as it was once everything had been run, or what was refused."""

    by: str
    refused: str = ""
    dump: Counter[str] = field(default_factory=Counter[str])
    catalog: Catalog | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    outcome: str
    why: str = ""
    sql: str = ""


Verdicts: TypeAlias = dict[str, Verdict]
"""On the `reading` and on the `plan`."""


@dataclass(frozen=True, kw_only=True)
class Ours:
    """A snapshot, to be made by our statements."""

    snapshot: object


@dataclass(kw_only=True)
class Judge:
    """One server, on which one record after the other is judged: roles belong to all of it."""

    server: postgres.Server
    record: Record
    folder: Path

    @property
    def include(self) -> frozenset[str]:
        return frozenset({"role"} if self.record["from"]["roles"] or self.record["to"]["roles"] else ())

    async def judge(self) -> Verdicts:
        if impossible := (await self.made("setup", self.record["setup"])).refused if self.record["setup"] else "":
            return dict.fromkeys(("reading", "plan"), Verdict(outcome="unusable", why=impossible))
        theirs, ours = await self.by_drizzle("from"), await self.by_us("from")
        reading = await self.reading(theirs, ours)
        start = ours if theirs.refused else theirs
        goal = await self.by_drizzle("to")
        goal = await self.by_us("to") if goal.refused else goal
        if start.refused or goal.refused:
            return {"reading": reading, "plan": Verdict(outcome="unusable", why=start.refused or goal.refused)}
        return {"reading": reading, "plan": await self.plan(start, goal)}

    async def reading(self, theirs: Made, ours: Made) -> Verdict:
        if theirs.refused:
            outcome = "unusable" if ours.refused else "no measure"
            return Verdict(outcome=outcome, why=theirs.refused)
        if ours.refused:
            return Verdict(outcome="refused", why=ours.refused)
        try:
            differs = [*_differs(ours.dump, theirs.dump), *_changes(await self.read("from"), theirs.catalog)]
        except errors.DdlRefused as error:
            return Verdict(outcome="refused", why=str(error))
        return Verdict(outcome="diverged" if differs else "converged", why="\n".join(differs))

    async def plan(self, start: Made, goal: Made) -> Verdict:
        drizzles = await self.made("drizzle", *self.start(start), self.record["statements"])
        goal = drizzles if _lets_go(self.record) else goal
        follows = not drizzles.refused and drizzles.dump == goal.dump
        measure = "drizzle" if follows else f"to ({drizzles.refused or 'its SQL leads elsewhere'})"
        code, sql, said = self.asked()
        if code:
            return Verdict(outcome="refused", why=said)
        ours = await self.made("ours", *self.start(start), [sql])
        if ours.refused:
            return Verdict(outcome="broken", why=ours.refused, sql=sql)
        differs = list(_differs(ours.dump, goal.dump))
        if differs:
            return Verdict(outcome="diverged", why="\n".join((measure, *differs)), sql=sql)
        left = list(_changes(ours.catalog, await self.read("to"))) if not _lets_go(self.record) else []
        if start.dump == goal.dump and _is_something(sql):
            left.append("there was nothing to do")
        return Verdict(outcome="phantom" if left else "converged", why="\n".join((measure, *left)), sql=sql)

    def asked(self) -> tuple[int, str, str]:
        """What `diff` answers: exit status, SQL and what it says beside."""
        self.clear()
        done = subprocess.run(
            (PROGRAM, "diff", "--from", "from.json", "--to", "to.json", "--sql", *_renames(self.record)),
            cwd=self.folder,
            env={**os.environ, "CCM_SHADOW_URL": self.server.url(), "CCM_INCLUDE": ",".join(self.include)},
            stdin=subprocess.DEVNULL,
            text=True,
            capture_output=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    async def read(self, side: str) -> Catalog:
        """What a snapshot describes, as ccm-daemon reads it, beside what is taken for granted."""
        self.clear()
        async with shadows.opened(self.server.url(), self.include) as shadow:
            return await shadow.materialise((*self.record["setup"], *statements(parse(self.record[side]))))

    # -- databases ----------------------------------------------------------------

    def start(self, start: Made) -> tuple[list[str] | Ours, ...]:
        sides = {"from_empty": self.record["from_empty"], "ours": Ours(snapshot=self.record["from"])}
        return (self.record["setup"], sides[start.by])

    async def by_drizzle(self, side: str) -> Made:
        return await self.made(f"{side}_empty", self.record["setup"], self.record[f"{side}_empty"])

    async def by_us(self, side: str) -> Made:
        return await self.made("ours", self.record["setup"], Ours(snapshot=self.record[side]))

    async def made(self, by: str, *parts: list[str] | Ours) -> Made:
        """What a new database holds in the end, the only one on the server but for its own."""
        quicker = "STRATEGY file_copy" if self.server.major >= FILE_COPY else ""
        self.clear(f"CREATE DATABASE {DATABASE} TEMPLATE template0 {quicker}")
        connection = await asyncpg.connect(self.server.url(DATABASE))
        try:
            for part in parts:
                refused = await _run(connection, part) if isinstance(part, Ours) else self.run(part)
                if refused:
                    return Made(by=by, refused=refused)
            async with connection.transaction():
                return Made(by=by, dump=self.dump(), catalog=await read(connection, self.include))
        finally:
            await connection.close()

    def run(self, parts: Iterable[str]) -> str:
        """Run a script as psql does, and return the first error."""
        text = "\n".join(part if part.rstrip().endswith(";") else f"{part};" for part in parts)
        command = (self.server.clients / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.server.url(DATABASE))
        done = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
        found = re.search(r"ERROR.*", done.stderr)
        return "" if not done.returncode else found[0] if found else done.stderr

    def dump(self) -> Counter[str]:
        """The statements of pg_dump, in which the order of columns does not count, and the roles."""
        text = re.sub(r"(?m)^(--|SET |SELECT pg_catalog\.set_config).*$", "", self.server.dump(DATABASE))
        roles = self.server.psql(
            """select concat_ws(' ', rolname, rolcreatedb, rolcreaterole, rolinherit, rolcanlogin) from pg_roles
            where rolname !~ '^pg_' and rolname <> current_user"""
        )
        pieces = filter(None, (piece.strip() for piece in re.split(r";\n\n+", text)))
        return Counter([*map(_sorted, pieces), *(f"ROLE {role}" for role in roles.splitlines())])

    def clear(self, then: str = "") -> None:
        """Leave nothing on the server that is not its own."""
        self.server.psql(
            f"""DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE);
            select format('DROP ROLE %I', rolname) from pg_roles
            where rolname !~ '^pg_' and rolname <> current_user \\gexec
            {then}"""
        )


async def _run(connection: "asyncpg.Connection[asyncpg.Record]", ours: Ours) -> str:
    """Make what a snapshot describes, and return what Postgres refuses."""
    try:
        async with connection.transaction():
            await any_order.run(connection, list(enumerate(statements(parse(ours.snapshot)))))
    except errors.DdlRefused as error:
        return f"{error.message}: {error.statement}"
    return ""


def _used(record: Record, side: str) -> set[str]:
    """The views that a snapshot only uses."""
    return {name for name, view in record[side]["views"].items() if view["isExisting"]}


def _lets_go(record: Record) -> bool:
    """Whether a view becomes one that is only used: it stays, which a database made from nothing cannot show."""
    return any(name in record["from"]["views"] for name in _used(record, "to") - _used(record, "from"))


def _renames(record: Record) -> list[str]:
    """Those of a view that is only used are nobody's: Drizzle asks, and does nothing."""
    pairs = [name.split("->") for name in record["renames"]]
    ours = (pair for pair in pairs if pair[1] not in _used(record, "to"))
    return [f"--rename={old}={new}" for old, new in ours]


def _sorted(statement: str) -> str:
    if not statement.startswith(("CREATE TABLE", "CREATE UNLOGGED TABLE")):
        return statement
    head, *body = statement.splitlines()
    return "\n".join((head, *sorted(line.strip().rstrip(",") for line in body)))


def _differs(ours: Counter[str], measure: Counter[str]) -> Iterator[str]:
    yield from (f"only in ours: {item}" for item in ours - measure)
    yield from (f"missing in ours: {item}" for item in measure - ours)


def _changes(ours: Catalog | None, measure: Catalog | None) -> Iterator[str]:
    if ours is not None and measure is not None:
        yield from (f"read otherwise: {line}" for line in describe(diff(ours, measure)).splitlines())


def _is_something(sql: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("--") for line in sql.splitlines())


def _completed(record: Record) -> Record:
    """Schemas that the setup makes are there on both sides, which a snapshot says by listing them.

    One role is there already.
    """
    setup = [text for text in record["setup"] if text != 'CREATE ROLE "postgres"']
    made = {name: name for text in record["setup"] for name in re.findall(r'CREATE SCHEMA "([^"]+)"', text)}
    sides = {side: {**record[side], "schemas": {**record[side]["schemas"], **made}} for side in ("from", "to")}
    return {**record, **sides, "setup": setup}


# -- all of them ------------------------------------------------------------------


def main() -> int:
    options = _options()
    records: list[Record] = [json.loads(line) for line in options.corpus.read_text().splitlines()]
    options.out.write_text("")
    waiting: SimpleQueue[int] = SimpleQueue()
    for number, record in enumerate(records):
        if re.search(options.only, f"{number} {record['name']}"):
            waiting.put(number)
    with ThreadPoolExecutor(options.jobs) as pool:
        workers = [pool.submit(_work, waiting, records, options) for _ in range(options.jobs)]
        try:
            found = {number: verdicts for worker in workers for number, verdicts in worker.result().items()}
        finally:
            while not waiting.empty():  # that the servers end when this is interrupted
                waiting.get()
    return _report(list(found.values()), options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--server", type=int, default=18, help="a major version of Postgres")
    parser.add_argument("--only", default="", metavar="REGEX", help="those whose number and name match")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("drizzle-verdicts.jsonl"), help="where details go")
    return parser.parse_args()


def _work(waiting: "SimpleQueue[int]", records: list[Record], options: argparse.Namespace) -> dict[int, Verdicts]:
    """Judge on a server of one's own until nothing waits any more."""
    found: dict[int, Verdicts] = {}
    with postgres.running(options.server) as server, tempfile.TemporaryDirectory() as folder, suppress(Empty):
        while True:
            number = waiting.get_nowait()
            record = _completed(records[number])
            for side in ("from", "to"):
                Path(folder, f"{side}.json").write_text(json.dumps(record[side]))
            found[number] = anyio.run(Judge(server=server, record=record, folder=Path(folder)).judge)
            line = {"number": number, "name": record["name"], **found[number]}
            with options.out.open("a") as out:
                out.write(json.dumps(line, default=asdict) + "\n")
    return found


def _report(found: list[Verdicts], options: argparse.Namespace) -> int:
    """Print a table, and return the exit status."""
    good = True
    for what in ("reading", "plan"):
        tally = Counter(verdicts[what].outcome for verdicts in found)
        usable = sum(tally.values()) - tally["unusable"] - tally["no measure"]
        share = tally["converged"] / max(1, usable)
        good = good and share >= ENOUGH and not tally["diverged"]
        others = ", ".join(f"{count} {outcome}" for outcome, count in tally.most_common() if outcome != "converged")
        print(
            f"PostgreSQL {options.server}, {what}: {tally['converged']} of {usable} converged = {share:.1%}"
            f"{others and f'; {others}'}"
        )
    measures = Counter(
        verdicts["plan"].why.partition(" ")[0] for verdicts in found if verdicts["plan"].outcome == "converged"
    )
    print(
        f"measured by Drizzle's own SQL: {measures['drizzle']}, by a fresh schema: {measures['to']}; see {options.out}"
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
