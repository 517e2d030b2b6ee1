"""`CREATE TRIGGER "stamp" BEFORE UPDATE OF "name" ON "user" FOR EACH ROW EXECUTE FUNCTION "stamp"()`."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from ccm_engine.catalog import Catalog
from ccm_engine.kinds.expression import settled
from ccm_engine.kinds.kind import InTable, Kind, Sides
from ccm_engine.sql import quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger(InTable):
    KIND: ClassVar[str] = "trigger"

    constraint: bool = False
    event: str
    """`BEFORE INSERT OR UPDATE OF name`, as Postgres spells it."""
    action: str
    """What follows the table: `FOR EACH ROW WHEN ((new.a > 0)) EXECUTE FUNCTION f('x')`, as Postgres spells it."""
    enabled: str = "ENABLE"
    """DISABLE, ENABLE REPLICA, ENABLE ALWAYS: what ALTER TABLE says of it."""


def create(trigger: Trigger, _goal: Catalog) -> Iterable[str]:
    verb = "CREATE CONSTRAINT TRIGGER" if trigger.constraint else "CREATE TRIGGER"
    yield f"{verb} {quote(trigger.name)} {trigger.event} ON {trigger.table_name} {settled(trigger.action)}"
    if trigger.enabled != "ENABLE":
        yield _enable(trigger)


def _enable(trigger: Trigger) -> str:
    kind = "FOREIGN TABLE" if trigger.relation == "foreign table" else "TABLE"
    return f"ALTER {kind} {trigger.table_name} {trigger.enabled} TRIGGER {quote(trigger.name)}"


def alter(old: Trigger, new: Trigger, _sides: Sides) -> Iterable[str] | None:
    """CREATE OR REPLACE TRIGGER came with 14, and is not for constraint triggers."""
    if replace(old, enabled=new.enabled, comment=new.comment) != new:
        return None
    return (_enable(new),) if old.enabled != new.enabled else ()


def drop(trigger: Trigger) -> Iterable[str]:
    yield f"DROP TRIGGER {quote(trigger.name)} ON {trigger.table_name}"


def rename(old: Trigger, new: Trigger) -> Iterable[str] | None:
    """The constraint behind a constraint trigger would keep its name."""
    if new.constraint or replace(old, name=new.name, comment=new.comment) != new:
        return None
    return (f"ALTER TRIGGER {quote(old.name)} ON {new.table_name} RENAME TO {quote(new.name)}",)


KIND = Kind(
    type=Trigger,
    present="exists (select from pg_trigger where not tgisinternal)",
    query="""
        select 'pg_trigger'::regclass, t.oid, 0,
            r.schema as schema,
            r.name as table,
            case r.kind when 'v' then 'view' when 'f' then 'foreign table' else 'table' end as relation,
            t.tgname as name,
            t.tgconstraint <> 0 as constraint,
            substr(d.definition, d.head + 1, d.place - d.head - 1) as event,
            substr(d.definition, d.place + length(d.place_name)) as action,
            case t.tgenabled when 'D' then 'DISABLE' when 'R' then 'ENABLE REPLICA' when 'A' then 'ENABLE ALWAYS'
                else 'ENABLE' end as enabled,
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
    named=lambda trigger: f"TRIGGER {quote(trigger.name)} ON {trigger.table_name}",
)
