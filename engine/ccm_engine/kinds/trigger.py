"""`CREATE TRIGGER "stamp" BEFORE UPDATE OF "name" ON "user" FOR EACH ROW EXECUTE FUNCTION "stamp"()`."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar

from ccm_engine.catalog import Bond, Catalog, Key, Need
from ccm_engine.kinds.expression import settled
from ccm_engine.kinds.kind import InTable, Kind, Sides
from ccm_engine.sql import qualified, quote
from ccm_engine.value import value


@value
class Trigger(InTable):
    KIND: ClassVar[str] = "trigger"

    constraint: bool = False
    event: str
    """`BEFORE INSERT OR UPDATE OF name`, as Postgres spells it."""
    action: str
    """What follows the table: `FOR EACH ROW WHEN ((new.a > 0)) EXECUTE FUNCTION f('x')`, as Postgres spells it."""
    enabled: str = "ENABLE"
    """DISABLE, ENABLE REPLICA, ENABLE ALWAYS: what ALTER TABLE says of it."""
    otherwise: tuple[tuple[str, str, str], ...] = ()
    """(schema, name, what ALTER TABLE says of it) of each partition in which that differs from the whole table."""


def create(trigger: Trigger, goal: Catalog) -> Iterable[str]:
    verb = "CREATE CONSTRAINT TRIGGER" if trigger.constraint else "CREATE TRIGGER"
    yield f"{verb} {quote(trigger.name)} {trigger.event} ON {trigger.table_name} {settled(trigger.action)}"
    yield from _enable(replace(trigger, enabled="ENABLE", otherwise=()), trigger, goal)


def _enable(old: Trigger, new: Trigger, goal: Catalog) -> Iterator[str]:
    """For the whole table, which says it of all partitions, then for those in which it is otherwise."""
    before = {(schema, table): enabled for schema, table, enabled in old.otherwise}
    after = {(schema, table): enabled for schema, table, enabled in new.otherwise}
    name = quote(new.name)
    if old.enabled != new.enabled:
        kind = "FOREIGN TABLE" if new.relation == "foreign table" else "TABLE"
        yield f"ALTER {kind} {new.table_name} {new.enabled} TRIGGER {name}"
        before = {}
    for table in sorted(before.keys() | after.keys()):
        enabled = after.get(table, new.enabled)
        if before.get(table, new.enabled) != enabled and Key("table", table) in goal.objects:
            yield f"ALTER TABLE ONLY {qualified(*table)} {enabled} TRIGGER {name}"


def alter(old: Trigger, new: Trigger, sides: Sides) -> Iterable[str] | None:
    """CREATE OR REPLACE TRIGGER came with 14, and is not for constraint triggers."""
    if replace(old, enabled=new.enabled, otherwise=new.otherwise, comment=new.comment) != new:
        return None
    return _enable(old, new, sides.goal)


def needs(trigger: Trigger) -> Iterable[Need]:
    for schema, table, _ in trigger.otherwise:
        yield Need(trigger.key, Key("table", (schema, table)), Bond.USES)


def drop(trigger: Trigger) -> Iterable[str]:
    yield f"DROP TRIGGER {quote(trigger.name)} ON {trigger.table_name}"


def rename(old: Trigger, new: Trigger) -> Iterable[str] | None:
    """The constraint behind a constraint trigger would keep its name."""
    if new.constraint or replace(old, name=new.name, comment=new.comment) != new:
        return None
    return (f"ALTER TRIGGER {quote(old.name)} ON {new.table_name} RENAME TO {quote(new.name)}",)


def _enabled(column: str) -> str:
    words = "when 'D' then 'DISABLE' when 'R' then 'ENABLE REPLICA' when 'A' then 'ENABLE ALWAYS' else 'ENABLE'"
    return f"case {column} {words} end"


_OTHERWISE = f"""(
                with recursive parts as (
                    select z.oid, z.tgrelid, z.tgenabled from pg_trigger z where z.tgparentid = t.oid
                    union all
                    select z.oid, z.tgrelid, z.tgenabled from pg_trigger z join parts on z.tgparentid = parts.oid)
                select json_agg(json_build_array(pn.nspname, pc.relname, {_enabled("parts.tgenabled")})
                    order by pn.nspname, pc.relname)
                from parts join pg_class pc on pc.oid = parts.tgrelid join pg_namespace pn on pn.oid = pc.relnamespace
                where parts.tgenabled <> t.tgenabled)"""

KIND = Kind(
    type=Trigger,
    present="exists (select from pg_trigger where not tgisinternal)",
    query=f"""
        select 'pg_trigger'::regclass, t.oid, 0,
            r.schema as schema,
            r.name as table,
            case r.kind when 'v' then 'view' when 'f' then 'foreign table' else 'table' end as relation,
            t.tgname as name,
            t.tgconstraint <> 0 as constraint,
            substr(d.definition, d.head + 1, d.place - d.head - 1) as event,
            substr(d.definition, d.place + length(d.place_name)) as action,
            {_enabled("t.tgenabled")} as enabled,
            coalesce(case when r.kind = 'p' then {_OTHERWISE} end, '[]') as otherwise,
            obj_description(t.oid, 'pg_trigger') as comment
        from relations r
        join pg_trigger t on t.tgrelid = r.oid and not t.tgisinternal and t.tgparentid = 0
        cross join lateral (
            select s.definition, s.place_name, strpos(s.definition, s.place_name) as place, length(format(
                'CREATE %sTRIGGER %I ', case when t.tgconstraint <> 0 then 'CONSTRAINT ' end, t.tgname)) as head
            from (select pg_get_triggerdef(t.oid), format(' ON %I.%I ', r.schema, r.name)) s (definition, place_name)
            ) d""",
    parts="""
        select 'pg_constraint'::regclass, t.tgconstraint, 'pg_trigger'::regclass, t.oid, 0
        from pg_trigger t where t.tgconstraint <> 0 and not t.tgisinternal""",
    create=create,
    alter=alter,
    drop=drop,
    rename=rename,
    needs=needs,
    named=lambda trigger: f"TRIGGER {quote(trigger.name)} ON {trigger.table_name}",
)
