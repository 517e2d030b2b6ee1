"""`CREATE EVENT TRIGGER "audit" ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION "audit"()`."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from ccm_engine.catalog import Catalog, Object
from ccm_engine.kinds.kind import Kind, Sides
from ccm_engine.sql import literal, qualified, quote
from ccm_engine.value import value


@value
class EventTrigger(Object):
    KIND: ClassVar[str] = "event trigger"

    name: str
    event: str
    tags: tuple[str, ...] = ()
    function_schema: str
    function: str
    enabled: str = "ENABLE"
    """DISABLE, ENABLE REPLICA, ENABLE ALWAYS: what ALTER EVENT TRIGGER says of it."""

    @property
    def path(self) -> tuple[str, ...]:
        return (self.name,)


def create(trigger: EventTrigger, _goal: Catalog) -> Iterable[str]:
    tags = f" WHEN TAG IN ({', '.join(map(literal, trigger.tags))})" if trigger.tags else ""
    function = qualified(trigger.function_schema, trigger.function)
    yield f"CREATE EVENT TRIGGER {quote(trigger.name)} ON {trigger.event}{tags} EXECUTE FUNCTION {function}()"
    if trigger.enabled != "ENABLE":
        yield _enable(trigger)


def _enable(trigger: EventTrigger) -> str:
    return f"ALTER EVENT TRIGGER {quote(trigger.name)} {trigger.enabled}"


def alter(old: EventTrigger, new: EventTrigger, _sides: Sides) -> Iterable[str] | None:
    if replace(old, enabled=new.enabled, comment=new.comment) != new:
        return None
    return (_enable(new),) if old.enabled != new.enabled else ()


def drop(trigger: EventTrigger) -> Iterable[str]:
    yield f"DROP EVENT TRIGGER {quote(trigger.name)}"


KIND = Kind(
    type=EventTrigger,
    present="exists (select from pg_event_trigger)",
    query="""
        select 'pg_event_trigger'::regclass, e.oid, 0,
            e.evtname as name,
            quote_ident(e.evtevent) as event,
            coalesce(to_json(e.evttags), '[]') as tags,
            pn.nspname as function_schema,
            p.proname as function,
            case e.evtenabled when 'D' then 'DISABLE' when 'R' then 'ENABLE REPLICA' when 'A' then 'ENABLE ALWAYS'
                else 'ENABLE' end as enabled,
            obj_description(e.oid, 'pg_event_trigger') as comment
        from pg_event_trigger e
        join pg_proc p on p.oid = e.evtfoid
        join pg_namespace pn on pn.oid = p.pronamespace
        where not exists (
            select from members m where m.classid = 'pg_event_trigger'::regclass and m.objid = e.oid)""",
    create=create,
    alter=alter,
    drop=drop,
    pervasive=True,
    named=lambda trigger: f"EVENT TRIGGER {quote(trigger.name)}",
)
