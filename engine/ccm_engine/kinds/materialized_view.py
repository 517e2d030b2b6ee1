"""`CREATE MATERIALIZED VIEW "total" AS SELECT … WITH DATA`."""

from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import ClassVar

from ccm_engine.catalog import Catalog, Key
from ccm_engine.kinds import defined, storage
from ccm_engine.kinds.column_settings import COMPRESSION, STORAGE
from ccm_engine.kinds.defined import ResultColumn
from ccm_engine.kinds.kind import InSchema, Kind, Sides
from ccm_engine.kinds.table import OPTIONS
from ccm_engine.sql import quote
from ccm_engine.value import value


@value
class StoredColumn(ResultColumn):
    """A column of the result, and how it is kept."""

    storage: str | None = None
    """Where it is not that of the type: `EXTERNAL`."""
    storage_of_type: str | None = field(default=None, compare=False)
    """That of the type, where it is another."""
    compression: str | None = None
    statistics: int | None = None
    """The target of ANALYZE, where it is not the server's."""
    options: tuple[str, ...] = ()
    """`n_distinct=5`."""


@value
class MaterializedView(InSchema):
    KIND: ClassVar[str] = "materialized view"

    columns: tuple[StoredColumn, ...]
    definition: str
    """The query as `pg_get_viewdef` spells it."""
    populated: bool = field(default=True, compare=False)
    """Whether it has been filled. Not compared: REFRESH may do and undo that at any time."""
    access_method: str | None = None
    """None where it is heap."""
    tablespace: str | None = None
    """None where it is the database's."""
    options: tuple[str, ...] = ()
    options_as_given: tuple[str, ...] = field(default=(), compare=False)


def create(view: MaterializedView, goal: Catalog) -> Iterable[str]:
    names, query = defined.query(view.columns, view.definition)
    head = [f"CREATE MATERIALIZED VIEW {view.sql_name}{names}"]
    if view.access_method is not None:
        head.append(f"USING {quote(view.access_method)}")
    head += storage.clause(view.options_as_given)
    if view.tablespace is not None:
        head.append(f"TABLESPACE {quote(view.tablespace)}")
    data = "WITH DATA" if _can_be_filled(view, goal) else "WITH NO DATA"
    yield f"{' '.join(head)} AS\n{query}\n{data}"
    yield from _columns(None, view)


def _can_be_filled(view: MaterializedView, goal: Catalog) -> bool:
    """Whether it is to be, and nothing that it reads is left empty: Postgres refuses to read that."""
    reached, waiting = {view.key}, [view.key]
    while waiting:
        further: set[Key] = {need.on for need in goal.needs_of(waiting.pop())} - reached
        reached |= further
        waiting += further
    read = (goal.objects.get(key) for key in reached)
    return view.populated and all(item.populated for item in read if isinstance(item, MaterializedView))


def _columns(old: MaterializedView | None, new: MaterializedView) -> Iterator[str]:
    for before, column in defined.common(old.columns if old else (), new.columns):
        plain = before or StoredColumn(name=column.name, type=column.type)
        for action in _actions(plain, column):
            yield f"ALTER MATERIALIZED VIEW {new.sql_name} ALTER COLUMN {quote(column.name)} {action}"
        if plain.comment != column.comment:
            yield defined.comment(new, column)


def _actions(old: StoredColumn, new: StoredColumn) -> Iterator[str]:
    if old.storage != new.storage:
        yield f"SET STORAGE {new.storage or old.storage_of_type}"
    if old.compression != new.compression:
        yield f"SET COMPRESSION {new.compression or 'default'}"
    if old.statistics != new.statistics:
        yield f"SET STATISTICS {-1 if new.statistics is None else new.statistics}"
    yield from storage.actions(old.options, new.options)


def alter(old: MaterializedView, new: MaterializedView, _sides: Sides) -> Iterable[str] | None:
    before, after = ([(item.name, item.type, item.collation) for item in view.columns] for view in (old, new))
    return _alter(old, new) if (old.definition, before) == (new.definition, after) else None


def _alter(old: MaterializedView, new: MaterializedView) -> Iterator[str]:
    change = f"ALTER MATERIALIZED VIEW {new.sql_name}"
    if old.access_method != new.access_method:
        yield f"{change} SET ACCESS METHOD {quote(new.access_method or 'heap')}"
    if old.tablespace != new.tablespace:
        yield f"{change} SET TABLESPACE {quote(new.tablespace or 'pg_default')}"
    yield from (f"{change} {action}" for action in storage.actions(old.options, new.options))
    yield from _columns(old, new)


def drop(view: MaterializedView) -> Iterable[str]:
    yield f"DROP MATERIALIZED VIEW {view.sql_name}"


KIND = Kind(
    type=MaterializedView,
    present="exists (select from pg_class where relkind = 'm')",
    query=f"""
        select 'pg_class'::regclass, r.oid, 0,
            r.schema as schema,
            r.name as name,
            (
                select coalesce(json_agg(json_build_object({defined.COLUMN},
                    'storage', case when a.attstorage <> t.typstorage then {STORAGE.format("a.attstorage")} end,
                    'storage_of_type', case when a.attstorage <> t.typstorage then
                        {STORAGE.format("t.typstorage")} end,
                    'compression', {COMPRESSION},
                    'statistics', nullif((to_jsonb(a) ->> 'attstattarget')::int, -1),
                    'options', (select coalesce(json_agg(o order by o), '[]') from unnest(a.attoptions) o)
                    ) order by a.attnum), '[]'){defined.FROM_COLUMNS}) as columns,
            {defined.DEFINITION} as definition,
            c.relispopulated as populated,
            (select am.amname from pg_am am where am.oid = c.relam and am.amname <> 'heap') as access_method,
            (select s.spcname from pg_tablespace s where s.oid = c.reltablespace) as tablespace,
            {storage.fields(OPTIONS)},
            obj_description(r.oid, 'pg_class') as comment
        from relations r join pg_class c on c.oid = r.oid
        where r.kind = 'm'""",
    parts=defined.parts("m"),
    create=create,
    alter=alter,
    drop=drop,
    named=lambda view: f"MATERIALIZED VIEW {view.sql_name}",
    namespaces=frozenset({"relation", "type"}),
)
