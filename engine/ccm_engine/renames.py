"""What the models say was renamed → the head as it is after that, and the statements that do it.

Postgres carries out the renaming, on the shadow: it knows every constraint, index and expression in which the old
name stands.
"""

from collections.abc import Iterable, Iterator

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


def _statements(head: Catalog, goal: Catalog, hints: tuple[Rename, ...]) -> Iterator[str]:
    tables: dict[tuple[str, str], str] = {}  # present name → the name in the head
    for hint in hints:
        old, new = Key("table", (hint.schema, hint.old)), Key("table", (hint.schema, hint.new))
        if hint.kind == "table" and _pending(old, new, head, goal):
            tables[hint.schema, hint.new] = hint.old
            yield f"ALTER TABLE {qualified(hint.schema, hint.old)} RENAME TO {quote(hint.new)}"
    for hint in hints:
        before = tables.get((hint.schema, hint.table), hint.table)
        old, new = (Key("column", (hint.schema, before, hint.old)), Key("column", (hint.schema, hint.table, hint.new)))
        if hint.kind == "column" and _pending(old, new, head, goal):
            table = qualified(hint.schema, hint.table)
            yield f"ALTER TABLE {table} RENAME COLUMN {quote(hint.old)} TO {quote(hint.new)}"


def _pending(old: Key, new: Key, head: Catalog, goal: Catalog) -> bool:
    """Hints stay in the models long after they were followed."""
    return old in head.objects and new not in head.objects and new in goal.objects
