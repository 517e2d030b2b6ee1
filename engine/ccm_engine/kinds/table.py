"""`CREATE TABLE "user" (…)`: the table itself, with the columns and constraints that are created along with it."""

from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from typing import ClassVar

from ccm_engine.catalog import Catalog, Key
from ccm_engine.kinds import (
    check,
    column,
    handed_down,
    identity,
    inheritance,
    key_constraint,
    marks,
    partition,
    primary_key,
    storage,
    unique,
)
from ccm_engine.kinds.commented import comment
from ccm_engine.kinds.kind import InSchema, Kind, Sides
from ccm_engine.sql import qualified, quote
from ccm_engine.value import value


@value
class Table(InSchema):
    KIND: ClassVar[str] = "table"

    unlogged: bool = False
    access_method: str | None = None
    """None where it is heap."""
    options: tuple[str, ...] = ()
    options_as_given: tuple[str, ...] = field(default=(), compare=False)
    """Storage parameters, `name=value`."""
    partition_by: str | None = None
    """`RANGE (created_at)`."""
    inherits: tuple[tuple[str, str], ...] = ()
    """(schema, name) of each parent, in their order."""
    partition_of: tuple[str, str] | None = None
    """(schema, name) of the table that it is a partition of."""
    bound: str | None = None
    """`FOR VALUES FROM (1) TO (10)`, of a partition."""
    of_type: tuple[str, str] | None = None
    """(schema, name) of the composite type that its columns come from."""
    tablespace: str | None = None
    replica_identity: str = "DEFAULT"
    """`DEFAULT`, `FULL`, `NOTHING`; `INDEX` where one of its indexes is it."""
    row_security: bool = False
    force_row_security: bool = False


def create(table: Table, goal: Catalog) -> Iterable[str]:
    clauses = list(_clauses(table, goal))
    body = "(\n" + ",\n".join(f"\t{clause}" for clause in clauses) + "\n)" if clauses else ""
    parts = (f"CREATE {'UNLOGGED ' if table.unlogged else ''}TABLE {table.sql_name}", *_head(table, body))
    yield " ".join((*parts, *_tail(table)))
    yield from _said(Table(schema=table.schema, name=table.name), table)
    for item in _columns(table, goal):
        yield from column.finish(_made(item, table, goal), item, Sides(head=goal, goal=goal))
    for key in _keys(table, goal):
        yield from () if partition.made_by_itself(key) else marks.made(key)


def begun(table: Table, goal: Catalog) -> Table | None:
    """Apart from the whole table, where not all that a partition has by that is called as Postgres would call it."""
    if table.partition_of is None:
        return None
    bound_oddly = any(inheritance.bound_oddly(item, goal) for item in _columns(table, goal))
    if not bound_oddly and not partition.odd(table.key, goal):
        return None
    return replace(table, partition_of=None, bound=None)


def _columns(table: Table, goal: Catalog) -> list[column.Column]:
    return sorted(goal.parts(table.key, column.Column), key=lambda item: item.position)


def _keys(table: Table, goal: Catalog) -> Iterator[primary_key.PrimaryKey | unique.Unique]:
    """Those that are made with the table."""
    every: tuple[primary_key.PrimaryKey | unique.Unique, ...] = (
        *goal.parts(table.key, primary_key.PrimaryKey),
        *goal.parts(table.key, unique.Unique),
    )
    return (item for item in every if key_constraint.made_with(item))


def _apart(table: Table, goal: Catalog) -> bool:
    """Whether it is made before it becomes a partition."""
    return table.partition_of is None and goal.objects[table.key] != table


def _made(item: column.Column, table: Table, goal: Catalog) -> column.Column:
    return inheritance.bare(item) if _apart(table, goal) else inheritance.made(item, goal)


def _clauses(table: Table, goal: Catalog) -> Iterator[str]:
    apart = _apart(table, goal)
    yield from (column.clause(item) for item in _columns(table, goal) if item.local or apart)
    own = [item for item in _keys(table, goal) if item.part is None or apart]
    yield from (primary_key.clause(item) for item in own if isinstance(item, primary_key.PrimaryKey))
    yield from (unique.clause(item) for item in own if isinstance(item, unique.Unique))
    for item in goal.parts(table.key, check.Check):
        if item.validated and (item.local or apart):
            yield check.clause(item)


def _head(table: Table, body: str) -> Iterator[str]:
    if table.partition_of is None:
        yield body or "()"
    else:
        yield f"PARTITION OF {qualified(*table.partition_of)}"
        if body:
            yield body
        yield table.bound or ""


def _tail(table: Table) -> Iterator[str]:
    if table.inherits:
        yield f"INHERITS ({', '.join(qualified(*parent) for parent in table.inherits)})"
    if table.partition_by:
        yield f"PARTITION BY {table.partition_by}"
    if table.access_method:
        yield f"USING {table.access_method}"
    yield from storage.clause(table.options_as_given)
    if table.tablespace:
        yield f"TABLESPACE {quote(table.tablespace)}"


def halfway(old: Table, new: Table) -> Table | None:
    """Without the parents and the type that it is not to have, or not to have yet."""
    if old.of_type is not None and new.of_type not in {None, old.of_type}:
        return replace(halfway(replace(old, of_type=None), new) or old, of_type=None)
    if partition.family(old) == partition.family(new):
        return None
    return replace(old, partition_of=None, bound=None, inherits=partition.kept(old.inherits, new.inherits))


def released(table: Table, on: Key) -> Table | None:
    """NOT OF the type that is altered, or made anew."""
    return replace(table, of_type=None) if table.of_type == on.path and on.kind == "composite type" else None


def alter(old: Table, new: Table, sides: Sides) -> Iterable[str] | None:
    return None if old.partition_by != new.partition_by else _alter(old, new, sides)


def _alter(old: Table, new: Table, sides: Sides) -> Iterator[str]:
    yield from _move(old, new, sides)
    change = f"ALTER TABLE {new.sql_name}"
    if old.unlogged != new.unlogged:
        yield f"{change} SET {'UNLOGGED' if new.unlogged else 'LOGGED'}"
        for item in _columns(new, sides.goal):  # the sequences of which follow the table
            if item.identity is not None:
                yield from identity.said(replace(item.identity, unlogged=None), item.identity, item.schema)
    if old.access_method != new.access_method:
        yield f"{change} SET ACCESS METHOD {new.access_method or 'heap'}"
    if old.tablespace != new.tablespace:
        yield f"{change} SET TABLESPACE {quote(new.tablespace or 'pg_default')}"
    removed = [name for name in _names(old.options) if name not in _names(new.options)]
    if removed:
        yield f"{change} RESET ({', '.join(removed)})"
    added = [option for option in new.options if option not in old.options]
    if added:
        yield f"{change} SET ({', '.join(added)})"
    yield from _said(old, new)


def _move(old: Table, new: Table, sides: Sides) -> Iterator[str]:
    """From its old parents to its new ones."""
    change = f"ALTER TABLE {new.sql_name}"
    for parent in old.inherits:
        if parent not in new.inherits:
            yield f"{change} NO INHERIT {qualified(*parent)}"
    if old.partition_of and not new.partition_of:
        yield f"ALTER TABLE {qualified(*old.partition_of)} DETACH PARTITION {new.sql_name}"
    if partition.moves(new.key, sides) and (new.partition_of or new.inherits):
        yield from _missing(new, sides)
    for parent in new.inherits:
        if parent not in old.inherits:
            yield f"{change} INHERIT {qualified(*parent)}"
    if new.partition_of and not old.partition_of:
        yield f"ALTER TABLE {qualified(*new.partition_of)} ATTACH PARTITION {new.sql_name} {new.bound}"


def _missing(new: Table, sides: Sides) -> Iterator[str]:
    """What Postgres wants a table to have that is there, before it gets a parent."""
    if new.key not in sides.head.objects:
        return
    for item in _columns(new, sides.goal):
        if not item.local and item.key not in sides.head.objects:
            handed_down.must_be_partition(new.partition_of, item)
            yield column.add(item)
    for rule in sides.goal.parts(new.key, check.Check):
        if not rule.local and rule.key not in sides.head.objects:
            handed_down.must_be_partition(new.partition_of, rule)
            yield from check.create(replace(rule, local=True), sides.goal)


def _said(old: Table, new: Table) -> Iterator[str]:
    change = f"ALTER TABLE {new.sql_name}"
    if old.of_type != new.of_type:
        yield f"{change} {f'OF {qualified(*new.of_type)}' if new.of_type else 'NOT OF'}"
    if old.replica_identity != new.replica_identity != "INDEX":
        yield f"{change} REPLICA IDENTITY {new.replica_identity}"
    yield from _row_security(old, new)


def _row_security(old: Table, new: Table) -> Iterator[str]:
    if old.row_security != new.row_security:
        yield f"ALTER TABLE {new.sql_name} {'ENABLE' if new.row_security else 'DISABLE'} ROW LEVEL SECURITY"
    if old.force_row_security != new.force_row_security:
        yield f"ALTER TABLE {new.sql_name} {'' if new.force_row_security else 'NO '}FORCE ROW LEVEL SECURITY"


def _names(options: Iterable[str]) -> list[str]:
    return [option.partition("=")[0] for option in options]


def drop(table: Table) -> Iterable[str]:
    yield f"DROP TABLE {table.sql_name}"


def dropped(table: Table, sides: Sides) -> Iterable[str]:
    """Detached before, where a foreign key may lead to the whole table: it hangs on each partition as well."""
    whole = table.partition_of
    if whole is not None and _referred_to(Key("table", whole), sides):
        yield f"ALTER TABLE {qualified(*whole)} DETACH PARTITION {table.sql_name}"
    yield from drop(table)


def _referred_to(whole: Key, sides: Sides) -> bool:
    """Whether a foreign key could lead to a table that stays."""
    items = (item for side in (sides.head, sides.goal) for item in side.children.get(whole, ()))
    keys = (primary_key.PrimaryKey, unique.Unique)
    return whole in sides.goal.objects and any(
        isinstance(item, keys) or getattr(item, "unique", False) for item in items
    )


OPTIONS = """c.reloptions || (
                select array_agg('toast.' || o) from pg_class t, unnest(t.reloptions) o
                where t.oid = c.reltoastrelid)"""

KIND = Kind(
    type=Table,
    query=f"""
        select 'pg_class'::regclass, r.oid, 0,
            r.schema as schema,
            r.name as name,
            r.persistence = 'u' as unlogged,
            (select am.amname from pg_am am where am.oid = c.relam and am.amname <> 'heap') as access_method,
            {storage.fields(OPTIONS)},
            pg_get_partkeydef(r.oid) as partition_by,
            (
                select coalesce(json_agg(json_build_array(pn.nspname, p.relname) order by i.inhseqno), '[]')
                from pg_inherits i
                join pg_class p on p.oid = i.inhparent
                join pg_namespace pn on pn.oid = p.relnamespace
                where i.inhrelid = r.oid and not r.partition) as inherits,
            case when r.partition then (
                select json_build_array(pn.nspname, p.relname)
                from pg_inherits i
                join pg_class p on p.oid = i.inhparent
                join pg_namespace pn on pn.oid = p.relnamespace
                where i.inhrelid = r.oid) end as partition_of,
            pg_get_expr(c.relpartbound, c.oid) as bound,
            (
                select json_build_array(tn.nspname, t.typname)
                from pg_type t join pg_namespace tn on tn.oid = t.typnamespace where t.oid = c.reloftype) as of_type,
            (select s.spcname from pg_tablespace s where s.oid = c.reltablespace) as tablespace,
            case
                when c.relreplident = 'd' then 'DEFAULT'
                when c.relreplident = 'f' then 'FULL'
                when exists (select from pg_index x where x.indrelid = c.oid and x.indisreplident) then 'INDEX'
                else 'NOTHING' end as replica_identity,
            c.relrowsecurity as row_security,
            c.relforcerowsecurity as force_row_security,
            {comment("r.oid", "pg_class")} as comment
        from relations r join pg_class c on c.oid = r.oid
        where r.kind in ('r', 'p')""",
    parts="""
        select 'pg_type'::regclass, t.oid, 'pg_class'::regclass, t.typrelid, 0
        from pg_type t join pg_class c on c.oid = t.typrelid and c.relkind in ('r', 'p')
        union all
        select 'pg_type'::regclass, t.typarray, 'pg_class'::regclass, t.typrelid, 0
        from pg_type t join pg_class c on c.oid = t.typrelid and c.relkind in ('r', 'p') where t.typarray <> 0""",
    create=create,
    alter=alter,
    drop=drop,
    dropped=dropped,
    halfway=halfway,
    released=released,
    begun=begun,
    named=lambda table: f"TABLE {table.sql_name}",
    namespaces=frozenset({"relation", "type"}),
    holds_data=True,
)
