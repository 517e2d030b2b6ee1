"""`CREATE TABLE "user" (…)`: the table itself, with the columns and constraints that are created along with it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from ccm_engine.catalog import Catalog
from ccm_engine.kinds import check, column, primary_key, storage, unique
from ccm_engine.kinds.kind import InSchema, Kind, Sides
from ccm_engine.sql import qualified


@dataclass(frozen=True, slots=True, kw_only=True)
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
    row_security: bool = False
    force_row_security: bool = False


def create(table: Table, goal: Catalog) -> Iterable[str]:
    yield f"CREATE {'UNLOGGED ' if table.unlogged else ''}TABLE {table.sql_name} {_body(table, goal)}"
    yield from _row_security(Table(schema=table.schema, name=table.name), table)


def _body(table: Table, goal: Catalog) -> str:
    columns = sorted(goal.parts(table.key, column.Column), key=lambda item: item.position)
    clauses = [
        *map(column.clause, columns),
        *map(primary_key.clause, goal.parts(table.key, primary_key.PrimaryKey)),
        *map(unique.clause, goal.parts(table.key, unique.Unique)),
        *(check.clause(item) for item in goal.parts(table.key, check.Check) if item.validated),
    ]
    lines = ",\n".join(f"\t{clause}" for clause in clauses)
    return " ".join((f"(\n{lines}\n)" if clauses else "()", *_tail(table)))


def _tail(table: Table) -> Iterator[str]:
    if table.inherits:
        yield f"INHERITS ({', '.join(qualified(*parent) for parent in table.inherits)})"
    if table.partition_by:
        yield f"PARTITION BY {table.partition_by}"
    if table.access_method:
        yield f"USING {table.access_method}"
    yield from storage.clause(table.options_as_given)


def alter(old: Table, new: Table, _sides: Sides) -> Iterable[str] | None:
    if (old.partition_by, old.inherits) != (new.partition_by, new.inherits):
        return None
    return _alter(old, new)


def _alter(old: Table, new: Table) -> Iterator[str]:
    change = f"ALTER TABLE {new.sql_name}"
    if old.unlogged != new.unlogged:
        yield f"{change} SET {'UNLOGGED' if new.unlogged else 'LOGGED'}"
    if old.access_method != new.access_method:
        yield f"{change} SET ACCESS METHOD {new.access_method or 'heap'}"
    removed = [name for name in _names(old.options) if name not in _names(new.options)]
    if removed:
        yield f"{change} RESET ({', '.join(removed)})"
    added = [option for option in new.options if option not in old.options]
    if added:
        yield f"{change} SET ({', '.join(added)})"
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


OPTIONS = """c.reloptions || (
                select array_agg('toast.' || o) from pg_class t, unnest(t.reloptions) o
                where t.oid = c.reltoastrelid)"""

KIND = Kind(
    type=Table,
    query=f"""
        select 'pg_class'::regclass, r.oid, 0, json_build_object(
            'schema', r.schema,
            'name', r.name,
            'unlogged', r.persistence = 'u',
            'access_method', (select am.amname from pg_am am where am.oid = c.relam and am.amname <> 'heap'),
            {storage.fields(OPTIONS)},
            'partition_by', pg_get_partkeydef(r.oid),
            'inherits', (
                select coalesce(json_agg(json_build_array(pn.nspname, p.relname) order by i.inhseqno), '[]')
                from pg_inherits i
                join pg_class p on p.oid = i.inhparent
                join pg_namespace pn on pn.oid = p.relnamespace
                where i.inhrelid = r.oid),
            'row_security', c.relrowsecurity,
            'force_row_security', c.relforcerowsecurity,
            'comment', obj_description(r.oid, 'pg_class'))
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
    named=lambda table: f"TABLE {table.sql_name}",
    namespaces=frozenset({"relation", "type"}),
    holds_data=True,
)
