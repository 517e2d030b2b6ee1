"""What only a person can decide about a change: renamed or dropped, and what goes into a new column of old rows."""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import TypeAlias

from ccm_daemon.decisions import Decisions, spelled
from ccm_engine.catalog import Catalog, Key
from ccm_engine.kinds.column import Column
from ccm_engine.kinds.column import spelled as type_of
from ccm_engine.kinds.table import Table
from ccm_engine.value import value


@value
class Gone:
    """Something that holds data is gone from the models; it may have become one of these, the likeliest first."""

    old: Key
    candidates: tuple[Key, ...]


@value
class Unfilled:
    """A new column that must not be empty, in a table that may hold rows."""

    column: Key
    type: str

    @property
    def table(self) -> Key:
        return Key("table", self.column.path[:2])


Question: TypeAlias = Gone | Unfilled


def gone(head: Catalog, goal: Catalog, decisions: Decisions) -> Iterator[Gone]:
    """Tables first: what becomes of a column is known only once its table is."""
    tables = [item for item in head.all(Table) if item.key not in goal.objects]
    new_tables = [item for item in goal.all(Table) if item.key not in head.objects]
    for table in tables:
        if not decisions.is_dropped(table.key):
            ranked = sorted(new_tables, key=lambda new: _of_tables(table, new, head, goal), reverse=True)
            yield Gone(old=table.key, candidates=tuple(new.key for new in ranked))
    for column in head.all(Column):
        if column.key in goal.objects or column.parent not in goal.objects or not column.local:
            continue
        if not decisions.is_dropped(column.key):
            new_columns = [new for new in goal.parts(column.parent, Column) if new.key not in head.objects]
            ranked_columns = sorted(new_columns, key=lambda new: _of_columns(column, new), reverse=True)
            yield Gone(old=column.key, candidates=tuple(new.key for new in ranked_columns))


def _of_columns(old: Column, new: Column) -> float:
    """How likely one became the other: same type, similar name, near place."""
    near = 1 / (1 + abs(old.position - new.position))
    return 2 * (type_of(old) == type_of(new)) + _alike(old.name, new.name) + near


def _of_tables(old: Table, new: Table, head: Catalog, goal: Catalog) -> float:
    here = {(item.name, type_of(item)) for item in head.parts(old.key, Column)}
    there = {(item.name, type_of(item)) for item in goal.parts(new.key, Column)}
    return 2 * len(here & there) / max(len(here | there), 1) + _alike(old.name, new.name)


def _alike(old: str, new: str) -> float:
    return SequenceMatcher(None, old, new).ratio()


def unfilled(head: Catalog, goal: Catalog, decisions: Decisions) -> Iterator[Unfilled]:
    """Columns that rows which are there would have nothing for."""
    for column in goal.all(Column):
        if column.key in head.objects or column.parent not in head.objects or not column.local:
            continue
        if _needs_a_value(column) and spelled(column.key) not in decisions.fills:
            yield Unfilled(column=column.key, type=type_of(column))


def _needs_a_value(column: Column) -> bool:
    return column.not_null and (column.default, column.generated, column.identity) == (None, None, None)


def fills(goal: Catalog, decisions: Decisions) -> Mapping[Key, str]:
    """The expressions that were decided on, by the keys of the columns."""
    wanted = {name: text for name, text in decisions.fills.items() if text}
    columns = (item.key for item in goal.all(Column) if wanted)
    return {key: wanted[spelled(key)] for key in columns if spelled(key) in wanted}
