"""`FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE`. Never inside CREATE TABLE: tables may refer to
each other in a circle."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar

from ccm_engine.catalog import EMPTY, Bond, Catalog, Key, Need
from ccm_engine.kinds import check, constraint, partition
from ccm_engine.kinds.kind import Kind, Online, Sides
from ccm_engine.sql import columns, qualified, quote
from ccm_engine.value import value


@value
class ForeignKey(constraint.Deferrable):
    KIND: ClassVar[str] = "foreign key"

    columns: tuple[str, ...]
    target_schema: str
    target: str
    target_columns: tuple[str, ...]
    on_update: str = "NO ACTION"
    on_delete: str = "NO ACTION"
    set_columns: tuple[str, ...] = ()
    """The columns that ON DELETE SET NULL or SET DEFAULT is limited to."""
    match_full: bool = False
    validated: bool = True
    enforced: bool = True
    period: bool = False
    """Whether the last columns of both sides are compared as periods."""

    @property
    def target_key(self) -> Key:
        return Key("table", (self.target_schema, self.target))


def clause(item: ForeignKey) -> str:
    target = qualified(item.target_schema, item.target)
    head = f"CONSTRAINT {quote(item.name)} FOREIGN KEY {_columns(item, item.columns)}"
    return " ".join((f"{head} REFERENCES {target} {_columns(item, item.target_columns)}", *_clauses(item)))


def _columns(item: ForeignKey, names: tuple[str, ...]) -> str:
    return f"({', '.join(map(quote, names[:-1]))}, PERIOD {quote(names[-1])})" if item.period else columns(names)


def _clauses(item: ForeignKey) -> Iterator[str]:
    if item.match_full:
        yield "MATCH FULL"
    if item.on_update != "NO ACTION":
        yield f"ON UPDATE {item.on_update}"
    if item.on_delete != "NO ACTION":
        yield f"ON DELETE {item.on_delete}"
    if item.set_columns:
        yield columns(item.set_columns)
    yield from item.deferral()
    if not item.enforced:
        yield "NOT ENFORCED"
    if not item.validated:
        yield "NOT VALID"


def create(item: ForeignKey, _goal: Catalog) -> Iterable[str]:
    return () if partition.made_by_itself(item) else constraint.add(item, clause(item))


def online(item: ForeignKey) -> Online:
    """As with a check: both tables are locked for a moment, and the rows are checked afterwards."""
    if partition.made_by_itself(item):
        return Online()
    if not (item.validated and item.enforced):
        return Online(first=tuple(create(item, EMPTY)))
    return Online(first=tuple(create(replace(item, validated=False), EMPTY)), afterwards=tuple(check.validate(item)))


def alter(old: ForeignKey, new: ForeignKey, sides: Sides) -> Iterable[str] | None:
    if partition.whole(old) == partition.whole(new) is not None:
        rest = replace(new, comment=old.comment, validated=old.validated, enforced=old.enforced)
        rest = replace(rest, deferrable=old.deferrable, initially_deferred=old.initially_deferred, part=old.part)
        return () if rest == old else None  # what is done to that of the whole table is done to it
    if partition.whole(old) is not None and not partition.moves(new.parent, sides):
        return None
    old = replace(old, part=new.part)
    if old.enforced != new.enforced and replace(old, comment=new.comment, enforced=new.enforced, validated=True) == new:
        words = "ENFORCED" if new.enforced else "NOT ENFORCED"
        return (f"ALTER TABLE {new.table_name} ALTER CONSTRAINT {quote(new.name)} {words}",)
    if not old.validated and replace(old, comment=new.comment, validated=True) == new:
        return check.validate(new)
    deferral = replace(old, comment=new.comment, deferrable=new.deferrable, initially_deferred=new.initially_deferred)
    if deferral != new:
        return None
    return () if (old.deferrable, old.initially_deferred) == (new.deferrable, new.initially_deferred) else _defer(new)


def _defer(item: ForeignKey) -> Iterable[str]:
    words = " ".join(item.deferral()) or "NOT DEFERRABLE"
    yield f"ALTER TABLE {item.table_name} ALTER CONSTRAINT {quote(item.name)} {words}"


_ACTIONS = (("a", "NO ACTION"), ("r", "RESTRICT"), ("c", "CASCADE"), ("n", "SET NULL"), ("d", "SET DEFAULT"))


def needs(item: ForeignKey) -> Iterable[Need]:
    yield from constraint.needs(item)
    if item.target_key != item.parent:
        yield Need(item.key, item.target_key, Bond.USES)


def _action(column: str) -> str:
    cases = (f"when '{code}' then '{words}'" for code, words in _ACTIONS)
    return f"case {column} {' '.join(cases)} end"


KIND = Kind(
    type=ForeignKey,
    query=f"""
        select 'pg_constraint'::regclass, c.oid, 0,
            {constraint.FIELDS},
            {constraint.NOT_HANDED_DOWN},
            {constraint.part("c.conname = w.conname")},
            {constraint.column_names("r.oid", "c.conkey")} as columns,
            tn.nspname as target_schema,
            t.relname as target,
            {constraint.column_names("t.oid", "c.confkey")} as target_columns,
            {_action("c.confupdtype")} as on_update,
            {_action("c.confdeltype")} as on_delete,
            case when confdelsetcols is null then '[]' else (
                select coalesce(json_agg(a.attname order by k.position), '[]')
                from unnest(confdelsetcols) with ordinality k (number, position)
                join pg_attribute a on a.attrelid = r.oid and a.attnum = k.number) end as set_columns,
            c.confmatchtype = 'f' as match_full,
            {constraint.VALIDATED} as validated,
            conenforced as enforced,
            conperiod as period,
            c.condeferrable as deferrable,
            c.condeferred as initially_deferred
        from relations r
        join pg_constraint c on c.conrelid = r.oid and c.contype = 'f' and (c.conparentid = 0 or exists (
            select from pg_constraint w where w.oid = c.conparentid and w.conrelid <> c.conrelid))
        join pg_class t on t.oid = c.confrelid
        join pg_namespace tn on tn.oid = t.relnamespace
        where r.kind in ('r', 'p')""",
    parts="""
        select 'pg_trigger'::regclass, t.oid, 'pg_constraint'::regclass, t.tgconstraint, 0
        from pg_trigger t where t.tgconstraint <> 0""",
    create=create,
    alter=alter,
    drop=constraint.drop,
    rename=constraint.rename,
    named=constraint.named,
    needs=needs,
    begun=lambda item, _goal: partition.as_made(item, replace(item, comment=None)),
    online=online,
)
