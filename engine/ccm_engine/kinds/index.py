"""`CREATE INDEX "account_user_idx" ON "account" USING btree ("user_id")`: those that no constraint keeps."""

from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from typing import ClassVar

from ccm_engine.catalog import Bond, Catalog, Key, Need, Object
from ccm_engine.kinds import marks, partition, storage
from ccm_engine.kinds.commented import comment
from ccm_engine.kinds.constraint import derived_index_name
from ccm_engine.kinds.expression import settled
from ccm_engine.kinds.key_constraint import INCLUDE
from ccm_engine.kinds.kind import InTable, Kind, Online, Sides
from ccm_engine.kinds.marks import Marks
from ccm_engine.kinds.partition import Part
from ccm_engine.sql import columns, qualified, quote
from ccm_engine.value import value


@value
class IndexKey:
    """One key of an index: a column, or an expression as Postgres spells it, in parentheses where it needs them."""

    column: str | None = None
    expression: str | None = None
    collation: str | None = None
    """Quoted and qualified, where it is not the column's own."""
    opclass: str | None = None
    """Where it is not the type's default, with its parameters."""
    descending: bool = False
    nulls_first: bool = False

    def sql(self) -> str:
        return " ".join(self._words())

    def _words(self) -> Iterator[str]:
        yield quote(self.column) if self.column is not None else settled(self.expression or "")
        if self.collation is not None:
            yield f"COLLATE {self.collation}"
        if self.opclass is not None:
            yield self.opclass
        if self.descending:
            yield "DESC"
        if self.nulls_first != self.descending:
            yield "NULLS FIRST" if self.nulls_first else "NULLS LAST"


@value
class Index(InTable):
    KIND: ClassVar[str] = "index"

    unique: bool = False
    method: str = "btree"
    keys: tuple[IndexKey, ...]
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False
    options: tuple[str, ...] = ()
    options_as_given: tuple[str, ...] = field(default=(), compare=False)
    predicate: str | None = None
    valid: bool = True
    """False after a CREATE INDEX CONCURRENTLY that failed: there, maintained, and never used."""
    marks: Marks = marks.NONE
    part: Part | None = None
    """Of a partition: what it is of the index of the whole table."""

    @property
    def path(self) -> tuple[str, ...]:
        return (self.schema, self.name)

    @property
    def sql_name(self) -> str:
        return qualified(self.schema, self.name)


def create(index: Index, goal: Catalog) -> Iterable[str]:
    yield " ".join(_create(index, only=not index.valid and _is_partitioned(index, goal)))
    yield from _afterwards(index)


def online(index: Index) -> Online:
    return Online(alone=(" ".join(_create(index, "CONCURRENTLY ")),), afterwards=tuple(_afterwards(index)))


def _afterwards(index: Index) -> Iterator[str]:
    """What Postgres attaches by itself as long as that of the whole table is in all partitions."""
    whole = partition.whole(index)
    if whole is not None and index.part is not None and not index.part.whole_valid:
        yield partition.attach(index.key, whole)
    yield from marks.made(index)


def _is_partitioned(index: Index, goal: Catalog) -> bool:
    return getattr(goal.objects.get(index.parent), "partition_by", None) is not None


def _create(index: Index, concurrently: str = "", *, only: bool = False) -> Iterator[str]:
    keys = ", ".join(key.sql() for key in index.keys)
    verb = f"CREATE {'UNIQUE ' if index.unique else ''}INDEX {concurrently}{quote(index.name)}"
    yield f"{verb} ON {'ONLY ' * only}{index.table_name} USING {index.method} ({keys})"
    if index.include:
        yield f"INCLUDE {columns(index.include)}"
    if index.nulls_not_distinct:
        yield "NULLS NOT DISTINCT"
    yield from storage.clause(index.options_as_given)
    yield from marks.clause(index.marks)
    if index.predicate is not None:
        yield f"WHERE {settled(index.predicate)}"


def alter(old: Index, new: Index, sides: Sides) -> Iterable[str] | None:
    actions = () if partition.whole(old) is None else storage.actions(old.options, new.options)
    options = [f"ALTER INDEX {new.sql_name} {action}" for action in actions]
    same = replace(old, comment=new.comment, marks=new.marks, part=new.part)
    completed = _completed(old, new, sides)
    if completed:
        same = replace(same, valid=True)
    if (replace(same, options=new.options) if options else same) != new:
        return None
    joined = partition.joined(old, new, sides)
    others = sides.goal.parts(new.parent, Object)
    return None if joined is None else (*joined, *completed, *options, *marks.alter(old, new, others))


def _completed(old: Index, new: Index, sides: Sides) -> tuple[str, ...]:
    """It becomes valid, and used, with the last of its parts."""
    if old.valid or not new.valid:
        return ()
    parts = (item for item in sides.goal.all(Index) if partition.whole(item) == new.key)
    return tuple(partition.attach(item.key, new.key) for item in parts if not _is_part(item.key, new.key, sides.head))


def _is_part(key: Key, of: Key, catalog: Catalog) -> bool:
    item = catalog.objects.get(key)
    return item is not None and partition.whole(item) == of


def needs(index: Index) -> Iterable[Need]:
    whole = partition.whole(index)
    if whole is not None:
        yield Need(index.key, whole, Bond.OWNED)


def begun(index: Index, goal: Catalog) -> Index | None:
    """With the storage parameters of that of the whole table."""
    whole = partition.whole(index)
    like = goal.objects.get(whole) if whole else None
    if not isinstance(like, Index):
        return None
    bare = replace(marks.bare(index), options=like.options, options_as_given=like.options_as_given)
    return partition.as_made(index, bare)


def made_with(index: Index) -> Key | None:
    return index.parent if partition.made_by_itself(index) else None


def drop(index: Index) -> Iterable[str]:
    yield f"DROP INDEX {index.sql_name}"


def rename(old: Index, new: Index) -> Iterable[str] | None:
    same = replace(old, name=new.name, comment=new.comment, part=new.part) == new
    if not same or partition.whole(old) != partition.whole(new):
        return None
    return (f"ALTER INDEX {old.sql_name} RENAME TO {quote(new.name)}",)


_EXPRESSION = "case when a.attname is null then pg_get_indexdef(x.indexrelid, e.attnum, false) end"

_DERIVED = derived_index_name("x.indexrelid", "i.relname", "idx")

KIND = Kind(
    type=Index,
    query=f"""
        select 'pg_class'::regclass, x.indexrelid, 0,
            r.schema as schema,
            r.name as table,
            case r.kind when 'm' then 'materialized view' else 'table' end as relation,
            i.relname as name,
            x.indisunique as unique,
            am.amname as method,
            (
                select json_agg(json_build_object(
                    'column', a.attname,
                    'expression', {_EXPRESSION},
                    'collation', (
                        select format('%I.%I', cn.nspname, c.collname)
                        from pg_collation c join pg_namespace cn on cn.oid = c.collnamespace
                        where c.oid = x.indcollation[e.attnum - 1] and coalesce(
                            c.oid <> a.attcollation,
                            strpos(pg_get_indexdef(x.indexrelid), {_EXPRESSION} || ' COLLATE ') > 0)),
                    'opclass', (
                        select format('%I.%I', ocn.nspname, oc.opcname)
                            || coalesce('(' || array_to_string(e.attoptions, ', ') || ')', '')
                        from pg_opclass oc join pg_namespace ocn on ocn.oid = oc.opcnamespace
                        where oc.oid = x.indclass[e.attnum - 1] and (not oc.opcdefault or e.attoptions is not null)),
                    'descending', x.indoption[e.attnum - 1] & 1 <> 0,
                    'nulls_first', x.indoption[e.attnum - 1] & 2 <> 0) order by e.attnum)
                from pg_attribute e
                left join pg_attribute a on a.attrelid = r.oid and a.attnum = x.indkey[e.attnum - 1] and a.attnum > 0
                where e.attrelid = x.indexrelid and e.attnum between 1 and x.indnkeyatts) as keys,
            {INCLUDE},
            indnullsnotdistinct as nulls_not_distinct,
            {storage.fields("i.reloptions")},
            {marks.fields("i.oid")},
            pg_get_expr(x.indpred, x.indrelid) as predicate,
            x.indisvalid as valid,
            (
                select json_build_object('of', json_build_array(wn.nspname, w.relname), 'derived', {_DERIVED},
                    'whole_valid', wx.indisvalid)
                from pg_inherits h
                join pg_class w on w.oid = h.inhparent
                join pg_index wx on wx.indexrelid = w.oid
                join pg_namespace wn on wn.oid = w.relnamespace
                where h.inhrelid = x.indexrelid) as part,
            {comment("i.oid", "pg_class")} as comment
        from relations r
        join pg_index x on x.indrelid = r.oid
        join pg_class i on i.oid = x.indexrelid
        join pg_am am on am.oid = i.relam
        where r.kind in ('r', 'p', 'm') and not exists (select from pg_constraint c where c.conindid = x.indexrelid
            and c.contype in ('p', 'u', 'x'))""",
    create=create,
    alter=alter,
    drop=drop,
    rename=rename,
    online=online,
    needs=needs,
    made_with=made_with,
    begun=begun,
    named=lambda index: f"INDEX {index.sql_name}",
    namespaces=frozenset({"relation"}),
)
