"""Changes → steps of statements, the online form chosen, hazards attached."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType

from ccm_engine import hazards
from ccm_engine.aside import put_aside
from ccm_engine.catalog import Catalog, Key, Object
from ccm_engine.diff import Alter, Change, Create, Drop, Rename, diff
from ccm_engine.given import Given
from ccm_engine.hazards import Hazard
from ccm_engine.kinds import column, kind_of
from ccm_engine.kinds.kind import Online, Sides
from ccm_engine.kinds.table import Table
from ccm_engine.order import order
from ccm_engine.serial import written_out
from ccm_engine.sql import BREAKPOINT, COMMIT
from ccm_engine.value import value


@value
class Statement:
    """One statement of a plan, and the change that it is for."""

    sql: str
    change: str
    hazards: tuple[Hazard, ...] = ()


@value
class Step:
    """Statements that share a transaction; where not `transactional`, one that Postgres wants outside of any."""

    statements: tuple[Statement, ...]
    transactional: bool = True


@value
class Renaming:
    """A statement that gives something its new name before everything else, and what it changes."""

    sql: str
    change: str


@value
class Plan:
    """The way from one catalog to another."""

    renames: tuple[Renaming, ...] = ()
    changes: tuple[Change, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def statements(self) -> tuple[Statement, ...]:
        return tuple(statement for step in self.steps for statement in step.statements)

    def render(self) -> str:
        """The migration file: what a person reviews, and all that the runner knows."""
        parts = (
            f"{COMMIT}\n" * (before.transactional and step.transactional) + "".join(map(_render, step.statements))
            for before, step in pairwise((_NOTHING, *self.steps))
        )
        text = "".join(parts).removesuffix(f"{BREAKPOINT}\n")
        return f"{text.rstrip()}\n" if text else ""


NO_FILLS: Mapping[Key, str] = MappingProxyType({})

_NOTHING = Step(statements=(), transactional=False)


def _render(statement: Statement) -> str:
    """A statement with its hazards, and Drizzle's separator where Drizzle puts it: apart after one of many lines."""
    notes = "".join(f"-- hazard {hazard.code}: {hazard.message}\n" for hazard in statement.hazards)
    apart = "\n" if "\n" in statement.sql else ""
    return f"{notes}{statement.sql};{apart}{BREAKPOINT}\n"


@value
class _Piece:
    """What one change comes to: most of it at its place, the rest once the locks of that are released."""

    change: str
    now: Online
    commit: bool = False
    """Whether what follows may be done only when this is committed."""


def plan(
    head: Catalog, goal: Catalog, *, renames: Iterable[Renaming] = (), fills: Mapping[Key, str] = NO_FILLS
) -> Plan:
    """The statements that lead from `head` to `goal`; none where they are equal.

    `renames` come first: the statements that made `head` what it is, of a schema in which something had other names.
    `fills` are expressions, by the key of a new column: what the rows have in it that are there already.

    Raises what `diff` and `order` raise.
    """
    goal = written_out(head, goal)
    changes = diff(head, goal)
    head = put_aside(head, goal).head
    made_here = {change.new.key: change.new for change in changes if isinstance(change, Create)}
    sides = Sides(head=head, goal=goal)
    given = Given.of(changes, head, goal)
    ordered = order(changes, head, goal)
    own = set(ordered)
    pieces = [
        _Piece(
            change=str(change),
            now=_and_taken(given, change, _carried_out(_filled(given.really(change), fills), sides, made_here)),
            commit=_committed(change, changes, goal),
        )
        for change in ordered
    ]
    pieces += [
        _Piece(change=str(change), now=Online(first=(column.stop_filling(change.new),)))
        for change in ordered
        if isinstance(change, Create) and isinstance(change.new, column.Column) and change.new.key in fills
    ]
    along = tuple(given.taken(change for change in changes if change not in own))
    pieces.append(_Piece(change="given by default privileges", now=Online(first=along)))
    renamed = tuple(renames)
    first = [_Piece(change=one.change, now=Online(first=(one.sql,))) for one in renamed]
    steps = [*_in_order([*first, *pieces]), *_afterwards(pieces)]
    found = hazards.find(statement.sql for step in steps for statement in step.statements)
    return Plan(renames=renamed, changes=changes, steps=tuple(_with_hazards(step, found) for step in steps))


def _with_hazards(step: Step, found: Iterator[tuple[Hazard, ...]]) -> Step:
    return Step(
        transactional=step.transactional,
        statements=tuple(
            Statement(sql=statement.sql, change=statement.change, hazards=next(found)) for statement in step.statements
        ),
    )


def _in_order(pieces: Iterable[_Piece]) -> Iterator[Step]:
    """What has its place in the order, as few steps as Postgres allows."""
    together: list[Statement] = []
    for piece in pieces:
        together += (Statement(sql=sql, change=piece.change) for sql in piece.now.first)
        if together and (piece.commit or piece.now.alone):
            yield Step(statements=tuple(together))
            together = []
        for sql in piece.now.alone:
            yield Step(statements=(Statement(sql=sql, change=piece.change),), transactional=False)
    if together:
        yield Step(statements=tuple(together))


def _afterwards(pieces: Iterable[_Piece]) -> Iterator[Step]:
    """Long ones, each in a transaction of its own, so that none holds its lock while another one works."""
    for piece in pieces:
        for sql in piece.now.afterwards:
            yield Step(statements=(Statement(sql=sql, change=piece.change),))


def _carried_out(change: Change, sides: Sides, made_here: Mapping[Key, Object]) -> Online:
    match change:
        case Create(new=item):
            return _created(item, sides.goal, made_here)
        case Drop(old=item):
            dropped = kind_of(item).dropped
            return Online(first=tuple(dropped(item, sides) if dropped else kind_of(item).drop(item)))
        case Alter(old=old, new=new):
            return Online(first=(*(kind_of(new).alter(old, new, sides) or ()), *_comment(old, new)))
        case Rename(old=old, new=new):
            return Online(first=(*(kind_of(new).rename(old, new) or ()), *_comment(old, new)))


def _filled(change: Change, fills: Mapping[Key, str]) -> Change:
    """A column that is added with a default, which is taken away again once the rows have it."""
    match change:
        case Create(new=column.Column() as new) if new.key in fills:
            return Create(new=replace(new, default=fills[new.key]))
        case _:
            return change


def _and_taken(given: Given, change: Change, now: Online) -> Online:
    taken = tuple(given.taken((change,)))
    return replace(now, first=(*now.first, *taken)) if taken else now


def _committed(change: Change, changes: tuple[Change, ...], goal: Catalog) -> bool:
    """Whether what hangs on what is altered has to wait until Postgres lets it be used."""
    if not isinstance(change, Alter) or not kind_of(change.old).committed_first(change.old, change.new):
        return False
    waiting = {other.new.key for other in changes if isinstance(other, Create | Alter)}
    return any(need.on == change.new.key and need.dependent in waiting for need in goal.needs)


def _created(item: Object, goal: Catalog, made_here: Mapping[Key, Object]) -> Online:
    kind = kind_of(item)
    comments = tuple(_comments(item, goal, made_here))
    if kind.online is None or item.parent is None or item.parent in made_here or _partitioned(goal, item.parent):
        return Online(first=(*kind.create(item, goal), *comments))
    online = kind.online(item)
    # the comment follows what it is about, which stands alone where nothing comes first
    if online.first:
        return Online(first=(*online.first, *comments), afterwards=online.afterwards, alone=online.alone)
    return Online(alone=online.alone, afterwards=(*online.afterwards, *comments))


def _partitioned(goal: Catalog, table: Key) -> bool:
    """Before 18 a partitioned table takes no NOT VALID foreign key, and none takes CREATE INDEX CONCURRENTLY."""
    parent = goal.objects.get(table)
    return isinstance(parent, Table) and parent.partition_by is not None


def _comments(item: Object, goal: Catalog, made_here: Mapping[Key, Object]) -> Iterator[str]:
    """The comments of what is made, and of its parts that have no statement of their own."""
    along = (part for part in goal.parts(item.key, Object) if _made_with(part, item))
    for made in (item, *(made_here[part.key] for part in along if part.key in made_here)):
        if made.comment is not None:
            yield kind_of(made).comment(made)


def _made_with(part: Object, item: Object) -> bool:
    return kind_of(part).made_with(part) == item.key


def _comment(old: Object, new: Object) -> Iterator[str]:
    if old.comment != new.comment:
        yield kind_of(new).comment(new)
