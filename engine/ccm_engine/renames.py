"""What the models say was renamed → the head as it is after that, and the statements that do it.

Postgres carries out the renaming, on the shadow: it knows every constraint, index and expression in which the old
name stands.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import asyncpg

from ccm_engine import errors
from ccm_engine.catalog import Catalog, Key
from ccm_engine.harvester.wire import Rename
from ccm_engine.shadow import Shadow
from ccm_engine.sql import qualified, quote


async def resolve(
    shadow: Shadow, head: Catalog, goal: Catalog, hints: Iterable[Rename]
) -> tuple[Catalog, tuple[str, ...]]:
    """The head with everything renamed that still has its old name there, and its new one in the goal.

    Raises `errors.RenameRefused`.
    """
    statements = tuple(_statements(head, goal, tuple(hints)))
    if not statements:
        return head, ()
    try:
        return await shadow.after(head, ";\n".join(statements)), statements
    except asyncpg.PostgresError as error:
        raise errors.RenameRefused(
            statements="\n".join(statements), message=str(error), sqlstate=error.sqlstate or ""
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """A hint, by the keys that the old and the new name have on each side."""

    statement: str
    old: Key
    new: Key
    old_in_goal: Key
    new_in_goal: Key


def _statements(head: Catalog, goal: Catalog, hints: tuple[Rename, ...]) -> Iterator[str]:
    tables = list(_due(map(_of_table, (hint for hint in hints if hint.kind == "table")), head, goal))
    names = {wish.new: wish.old.path[-1] for wish in tables}  # present key → the name in the head
    columns = (_of_column(hint, names) for hint in hints if hint.kind == "column")
    return (wish.statement for wish in (*tables, *_due(columns, head, goal)))


def _of_table(hint: Rename) -> _Wish:
    old, new = Key("table", (hint.schema, hint.old)), Key("table", (hint.schema, hint.new))
    statement = f"ALTER TABLE {qualified(hint.schema, hint.old)} RENAME TO {quote(hint.new)}"
    return _Wish(statement=statement, old=old, new=new, old_in_goal=old, new_in_goal=new)


def _of_column(hint: Rename, names: Mapping[Key, str]) -> _Wish:
    before = names.get(Key("table", (hint.schema, hint.table)), hint.table)
    table = qualified(hint.schema, hint.table)
    return _Wish(
        statement=f"ALTER TABLE {table} RENAME COLUMN {quote(hint.old)} TO {quote(hint.new)}",
        old=Key("column", (hint.schema, before, hint.old)),
        new=Key("column", (hint.schema, before, hint.new)),
        old_in_goal=Key("column", (hint.schema, hint.table, hint.old)),
        new_in_goal=Key("column", (hint.schema, hint.table, hint.new)),
    )


def _due(wishes: Iterable[_Wish], head: Catalog, goal: Catalog) -> Iterator[_Wish]:
    """Those that are not followed yet (hints stay in the models long after that), each once its new name is free."""
    possible = [wish for wish in wishes if wish.old in head.objects and wish.new_in_goal in goal.objects]
    free = [wish for wish in possible if wish.new not in head.objects]
    while free:
        yield from free
        left = {wish.old for wish in free}
        free = [wish for wish in possible if wish.new in left and wish.old_in_goal not in goal.objects]
