"""Steps of migrations → one script for the simple protocol, so that many cost as few round trips as one.

Each step is a transaction of its own with its record in it. Between statements stand *marks*, which come back at
once as notices, so that it is known how far a script has come. `RAISE INFO` is sent whatever `client_min_messages`
says, and reaches no log of the server.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import asyncpg

from ccm_deploy import drizzle_ledger, ledger, leftovers
from ccm_deploy.ledger import Who
from ccm_deploy.prepare import Unit
from ccm_engine import traits
from ccm_engine.sql import Statement
from ccm_engine.value import value

MARK = "CCM00"  # an SQLSTATE of a class that neither Postgres nor the SQL standard has
RECORD = 0  # the number in a mark that stands before the record of a step
LONGEST = 1 << 20  # characters of a script, unless a single step is longer
MOST = 500  # steps of a script


@value
class How:
    """What is the same for all scripts of a run."""

    who: Who
    settled: str
    """SQL that each migration begins with: see `session`."""
    lock_timeout: float
    """How many seconds a statement may wait that others queue behind."""
    deadline: float
    """For how many seconds a statement that a lock was refused to is tried again."""
    tolerate: bool
    """Whether a statement that would make what exists already counts as done."""
    drizzle: bool
    """Whether Drizzle's own tracking table is kept up to date as well."""


@value
class Place:
    """Which statement of which unit: by index in the script, and by number in the migration."""

    unit: int
    number: int


@value
class Script:
    """`starts` are where the statements of `places` begin in `text`, in characters."""

    text: str
    units: tuple[Unit, ...]
    starts: tuple[int, ...]
    places: tuple[Place, ...]

    def place(self, position: int) -> tuple[Place, int] | None:
        """Postgres' position in the script, from 1 → the statement, and the position in it; None where it is ours."""
        index = bisect_right(self.starts, position - 1) - 1
        if index < 0:
            return None
        place, within = self.places[index], position - self.starts[index]
        return (place, within) if within <= len(_statement(self.units, place).sql) else None


@dataclass(slots=True, kw_only=True, eq=False)
class _Writer:
    how: How
    parts: list[str] = field(default_factory=list[str])
    length: int = 0
    starts: list[int] = field(default_factory=list[int])
    places: list[Place] = field(default_factory=list[Place])

    def add(self, *statements: str) -> None:
        for statement in statements:
            self.parts.append(f"{statement};\n")
            self.length += len(statement) + 2

    def mark(self, unit: int, number: int) -> None:
        self.add(_mark(unit, number))

    def statement(self, place: Place, text: str) -> None:
        self.starts.append(self.length)
        self.places.append(place)
        self.add(f"{text}\n")  # which may end in a comment


def batch(units: Sequence[Unit]) -> Sequence[Unit]:
    """As many of the next units as go into one script; one alone where it can be in no transaction."""
    taken, length = 0, 0
    for unit in units[:MOST]:
        length += sum(len(statement.sql) for statement in unit.step.statements)
        if taken and (length > LONGEST or not unit.step.transactional):
            break
        taken += 1
        if not unit.step.transactional:
            break
    return units[:taken]


def compose(units: Sequence[Unit], how: How) -> Script:
    """The script of transactional units."""
    header = f"-- ccm-daemon: {_names(units)}\n"
    writer = _Writer(how=how, parts=[header], length=len(header))
    before: Unit | None = None
    for index, unit in enumerate(units):
        if unit.brief:
            _brief(writer, unit, index, settled=before is not None and before.brief)
        else:
            _whole(writer, unit, index)
        before = unit
    return Script(
        text="".join(writer.parts), units=tuple(units), starts=tuple(writer.starts), places=tuple(writer.places)
    )


def _brief(writer: _Writer, unit: Unit, index: int, *, settled: bool) -> None:
    """One mark and one row: should it be refused for a reason that names no place, it is run again to find out where.

    What stands before a `BEGIN` in the same message belongs to its transaction (manual, 54.2.2.1).
    """
    if not settled:
        writer.add(writer.how.settled, ledger.record_prepared(writer.how.who))
    writer.mark(index, unit.first)
    writer.add("BEGIN")
    _statements(writer, unit, index)
    writer.add(ledger.applied_at_once(unit), *_mirrored(unit, writer.how), "COMMIT")


def _whole(writer: _Writer, unit: Unit, index: int) -> None:
    writer.add(*opened(unit, writer.how, index), "BEGIN")
    _statements(writer, unit, index)
    # else deferred constraints would be checked after the record, and look like a fault of the record
    writer.add("SET CONSTRAINTS ALL IMMEDIATE")
    writer.mark(index, RECORD)
    writer.add(recorded(unit, writer.how), "COMMIT")


def opened(unit: Unit, how: How, index: int = 0) -> Iterator[str]:
    """SQL statements: a transaction of its own that opens the attempt. Nothing is lost if a crash undoes it."""
    yield "BEGIN"
    if unit.opens:
        yield how.settled
        yield "SET LOCAL synchronous_commit TO off"
        yield ledger.started(unit.prepared, how.who)
        yield from (statement.sql for statement in unit.prepared.lasting())
    yield _mark(index, unit.first)
    yield "COMMIT"


def recorded(unit: Unit, how: How) -> str:
    """SQL, for the transaction of the step itself, or right after one that could be in none: the step is done."""
    return ";\n".join((ledger.recorded(unit), *_mirrored(unit, how)))


def _mirrored(unit: Unit, how: How) -> Iterator[str]:
    if how.drizzle and unit.closes:
        yield drizzle_ledger.row(unit.prepared.migration)


def patience(unit: Unit, how: How) -> Iterator[tuple[Statement, str | None]]:
    """Each statement, with the `SET` that has to stand before it: only those that others queue behind are cut short."""
    now, minds = None, unit.prepared.minds_its_locks
    for statement in unit.step.statements:
        wanted = "0" if not _queues(statement) else f"{how.lock_timeout * 1000:.0f}"
        changed = wanted != now and not minds
        now = wanted
        yield statement, f"SET LOCAL lock_timeout TO {wanted}" if changed else None


def mark(message: asyncpg.PostgresLogMessage) -> Place | None:
    """The place that a notice tells of, if it is a mark."""
    if message.sqlstate != MARK:
        return None
    unit, _, number = str(message.message).partition(" ")
    return Place(unit=int(unit), number=int(number))


def is_exact(unit: Unit, number: int) -> bool:
    """Whether a mark tells which statement it was: those at the beginning share one, see `_statements`."""
    return not unit.brief and (number != unit.first or unit.leading <= 1)


def _mark(unit: int, number: int) -> str:
    return f"DO $$BEGIN RAISE INFO '{unit} {number}' USING ERRCODE = '{MARK}'; END$$"


def _statements(writer: _Writer, unit: Unit, index: int) -> None:
    """Those that are over in a moment at the beginning share the mark that stands before the transaction.

    A mark costs more than they do, and is a query, which `SET TRANSACTION` has to come before.
    """
    for number, (statement, wait) in enumerate(patience(unit, writer.how), unit.first):
        if number - unit.first >= max(unit.leading, 1):
            writer.mark(index, number)
        writer.add(*filter(None, (wait, leftovers.guard(statement))))
        writer.statement(Place(unit=index, number=number), statement.sql)


def _queues(statement: Statement) -> bool:
    return statement.node is None or traits.queues(statement.node, statement.sql)


def _statement(units: Sequence[Unit], place: Place) -> Statement:
    unit = units[place.unit]
    return unit.step.statements[place.number - unit.first]


def _names(units: Iterable[Unit]) -> str:
    """What others see in `pg_stat_activity` of it."""
    tags = list(dict.fromkeys(unit.tag for unit in units))
    shown = tags[0] if len(tags) == 1 else f"{tags[0]} to {tags[-1]}"
    return shown.replace("\n", " ").replace("\r", " ")
