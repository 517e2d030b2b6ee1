"""`ALTER TABLE "child" INHERIT "parent"`: what a column has from those of the same name in its table's parents.

Postgres hands on most of what is done to a parent's column. So a child's column is compared with what becomes of it
by that alone, and only the rest is planned.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ccm_engine.catalog import Bond, Catalog, Key, Need
from ccm_engine.kinds import handed_down, not_null, partition
from ccm_engine.kinds import identity as identities
from ccm_engine.kinds.kind import Sides
from ccm_engine.kinds.not_null import PLAIN
from ccm_engine.kinds.primary_key import PrimaryKey
from ccm_engine.sql import quote

if TYPE_CHECKING:
    from ccm_engine.kinds.column import Column


def parents(column: "Column", catalog: Catalog) -> "list[Column]":
    keys = (Key(column.KIND, (*parent, column.name)) for parent in column.inherited_from)
    return [catalog.objects[key] for key in keys if key in catalog.objects]  # type: ignore[misc]


def bare(column: "Column") -> "Column":
    """What ADD COLUMN makes of a column of its own."""
    valid = column.not_null and column.not_null_as.validated
    named = replace(PLAIN, name=column.not_null_as.name, no_inherit=column.not_null_as.no_inherit)
    return replace(
        column,
        storage=None,
        compression=None,
        statistics=None,
        options=(),
        not_null=valid,
        not_null_as=named if valid else PLAIN,
        identity=None if column.identity is None else identities.bare(column.identity),
    )


def made(column: "Column", goal: Catalog) -> "Column":
    """What CREATE TABLE makes of it, which takes over how the parents' columns are stored."""
    handing = parents(column, goal)
    if not handing:
        return bare(column)
    own = bare(column) if column.local else _handed(column, handing)
    default = own.default or next((item.default for item in handing if item.default), None)
    if own.identity is not None:
        default = None  # Postgres keeps the parent's, uses it for nothing, and lets none drop it
    return replace(
        own,
        default=default,
        not_null=own.not_null or any(item.not_null for item in handing),
        storage=handing[0].storage,
        type_storage=handing[0].type_storage,
        compression=handing[0].compression,
    )


def added(column: "Column", goal: Catalog) -> "Column":
    """What becomes of a table's column because its parent gets one."""
    handing = parents(column, goal)
    if not handing or column.local:
        return bare(column)
    own = _handed(column, handing)
    first = handing[0]
    return replace(own, storage=first.storage, type_storage=first.type_storage, statistics=first.statistics)


def _handed(column: "Column", handing: "list[Column]") -> "Column":
    default = next((item.default for item in handing if item.default), None)
    binding = next((item for item in handing if item.not_null and not item.not_null_as.no_inherit), None)
    return replace(
        column,
        storage=None,
        compression=None,
        statistics=None,
        options=(),
        default=default,
        generated=handing[0].generated,
        virtual=handing[0].virtual,
        identity=None,
        not_null=binding is not None,
        not_null_as=PLAIN if binding is None else _not_null(column, binding, column.not_null_as),
    )


def called(column: "Column") -> str:
    """The name of its NOT NULL."""
    return column.not_null_as.name or not_null.derived(column.table, column.name)


def _not_null(column: "Column", parent: "Column", like: not_null.NotNull) -> not_null.NotNull:
    """The name of a parent's is handed down; whether there is a word for that, the column's own tells."""
    name = called(parent)
    named = None if name == not_null.derived(column.table, column.name) or like == PLAIN else name
    return replace(PLAIN, name=named, local=like == PLAIN, validated=parent.not_null_as.validated)


def bound_oddly(column: "Column", goal: Catalog) -> bool:
    """Whether Postgres would give the NOT NULL of a partition's column another name, or have it be its own, as a key
    does that comes with its table: what it is handed down has no name that could be changed."""
    if not column.not_null or column.not_null_as.local:
        return False
    if any(called(parent) != called(column) for parent in parents(column, goal) if parent.not_null):
        return True
    keys = goal.parts(Key("table", (column.schema, column.table)), PrimaryKey)
    return any(column.name in key.columns for key in keys if key.part is None)


def followed(column: "Column", sides: Sides) -> "Column":
    """What becomes of it by what its parents' columns go through."""
    if column.inherited_from and not partition.moves(column.parent, sides):
        for old, new in _alterations(column, sides):
            column = _after(column, old, new, sides)
        freed = handed_down.freed(column, sides)
        if freed.local and not column.local:
            return replace(freed, not_null_as=replace(freed.not_null_as, local=True))
        return freed
    return replace(column, local=True) if _let_go(column, sides) else column


def _let_go(column: "Column", sides: Sides) -> bool:
    """Whether a child leaves all parents that hand it down, be it that it comes back to them in another order."""
    key = Key(column.relation, (column.schema, column.table))
    if column.local or not column.inherited_from or key not in sides.goal.objects:
        return False
    (whole, old), (_, new) = (partition.parents(side.objects[key]) for side in (sides.head, sides.goal))
    return whole is None and not set(column.inherited_from) & set(partition.kept(old, new))


def _alterations(column: "Column", sides: Sides) -> "Iterator[tuple[Column, Column]]":
    for parent in parents(column, sides.head):
        new = sides.goal.objects.get(parent.key)
        if new is not None:
            yield from _alterations(parent, sides)
            yield followed(parent, sides), new  # type: ignore[misc]


def _after(column: "Column", old: "Column", new: "Column", sides: Sides) -> "Column":
    retyped = (old.type, old.collation) != (new.type, new.collation)
    if retyped:
        column = replace(
            column,
            type=new.type,
            type_schema=new.type_schema,
            type_name=new.type_name,
            collation=new.collation,
            compression=None,
        )
    if old.default != new.default or (retyped and new.default is not None):
        column = replace(column, default=new.default)
    if retyped or old.storage != new.storage:
        column = replace(column, storage=new.storage, type_storage=new.type_storage)
    if old.statistics != new.statistics:
        column = replace(column, statistics=new.statistics)
    if (old.generated, old.virtual) != (new.generated, new.virtual):
        column = replace(column, generated=new.generated, virtual=new.virtual)
    return _bound(column, old, new, sides)


def _binds_children(column: "Column") -> bool:
    return column.not_null and not column.not_null_as.no_inherit


def _bound(column: "Column", old: "Column", new: "Column", sides: Sides) -> "Column":
    if _binds_children(new) and not _binds_children(old) and not column.not_null:
        like = replace(PLAIN, local=sides.head.major < not_null.SINCE)
        return replace(column, not_null=True, not_null_as=_not_null(column, new, like))
    if (
        old.not_null
        and new.not_null
        and column.not_null
        and called(old) != called(new)
        and called(column) == called(old)
    ):
        named = _not_null(column, new, column.not_null_as).name
        return replace(column, not_null_as=replace(column.not_null_as, name=named))  # RENAME CONSTRAINT recurses
    keeps = sides.head.major >= not_null.SINCE and column.not_null_as.local
    if old.not_null and not new.not_null and column.not_null and not keeps:
        return replace(column, not_null=False, not_null_as=PLAIN)
    return column


def must_be_reachable(old: "Column", new: "Column", sides: Sides) -> None:
    """No command makes a column or its NOT NULL more or less a table's own; to give it a parent or take one does.

    Raises `errors.NotHandedDown` or `errors.NotCalledOtherwise`.
    """
    handed_down.must_be_reachable(old, new, sides)
    if partition.moves(new.parent, sides) or not (old.inherited_from and new.inherited_from):
        return
    if not (old.not_null and new.not_null):
        return
    bound_above = any(parent.not_null for parent in parents(new, sides.goal))
    if old.not_null_as.local and not new.not_null_as.local:
        raise handed_down.refused(f"the NOT NULL of {new.key}", new.inherited_from, local=False)
    if bound_above and called(old) != called(new):
        raise handed_down.misnamed(f"the NOT NULL of {new.key}", called(old), called(new))


def dropped(column: "Column", sides: Sides) -> Iterator[str]:
    """Where a child keeps it, that of the parent alone; before it NOT NULL, which Postgres 18 would forget to free."""
    if handed_down.left_below(column, sides) and column.not_null:
        yield f"ALTER TABLE ONLY {column.table_name} ALTER COLUMN {quote(column.name)} DROP NOT NULL"
    yield from handed_down.dropped(column, f"DROP COLUMN {quote(column.name)}", sides, dropped)


def needs(column: "Column") -> Iterable[Need]:
    for parent in () if column.local else column.inherited_from:
        yield Need(column.key, Key("column", (*parent, column.name)), Bond.PART)


PARENTS = """case when a.attinhcount > 0 then (
                select json_agg(json_build_array(pn.nspname, p.relname) order by h.inhseqno)
                from pg_inherits h
                join pg_class p on p.oid = h.inhparent
                join pg_namespace pn on pn.oid = p.relnamespace
                join pg_attribute pa on pa.attrelid = p.oid and pa.attname = a.attname and not pa.attisdropped
                where h.inhrelid = r.oid) else '[]' end"""
"""SQL for the tables that hand a column down."""
