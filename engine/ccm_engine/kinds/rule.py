"""`CREATE RULE "log" AS ON INSERT TO "account" DO ALSO …`."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar

from ccm_engine.catalog import Catalog
from ccm_engine.kinds.expression import settled
from ccm_engine.kinds.kind import InTable, Kind, Sides
from ccm_engine.sql import quote
from ccm_engine.value import value


@value
class Rule(InTable):
    KIND: ClassVar[str] = "rule"

    event: str
    """`INSERT`, `UPDATE`, `DELETE`."""
    action: str
    """What follows the table, as `pg_get_ruledef` spells it: `WHERE (…) DO INSTEAD (…)`."""
    enabled: str = "ENABLE"
    """As ALTER TABLE says it: `DISABLE`, `ENABLE REPLICA`, `ENABLE ALWAYS`."""


def create(rule: Rule, _goal: Catalog) -> Iterable[str]:
    yield _create(rule, "CREATE")
    yield from _enabled("ENABLE", rule)


def _create(rule: Rule, verb: str) -> str:
    head = f"{verb} RULE {quote(rule.name)} AS ON {rule.event} TO {rule.table_name}"
    return f"{head}\n{settled(rule.action)}"


def _enabled(before: str, rule: Rule) -> Iterator[str]:
    if rule.enabled != before:
        yield f"ALTER TABLE {rule.table_name} {rule.enabled} RULE {quote(rule.name)}"


def alter(old: Rule, new: Rule, _sides: Sides) -> Iterable[str]:
    if (old.event, old.action) != (new.event, new.action):
        yield _create(new, "CREATE OR REPLACE")
    yield from _enabled(old.enabled, new)


def drop(rule: Rule) -> Iterable[str]:
    yield f"DROP {named(rule)}"


def rename(old: Rule, new: Rule) -> Iterable[str] | None:
    if replace(old, name=new.name, comment=new.comment) != new:
        return None
    return (f"ALTER {named(old)} RENAME TO {quote(new.name)}",)


def named(rule: Rule) -> str:
    return f"RULE {quote(rule.name)} ON {rule.table_name}"


KIND = Kind(
    type=Rule,
    present="exists (select from pg_rewrite where rulename <> '_RETURN' and oid >= 16384)",
    query="""
        select 'pg_rewrite'::regclass, w.oid, 0,
            r.schema as schema,
            r.name as table,
            case r.kind when 'v' then 'view' else 'table' end as relation,
            w.rulename as name,
            e.event as event,
            ltrim(substr(rtrim(pg_get_ruledef(w.oid), ';'), 1 + length(
                format(E'CREATE RULE %I AS\\n    ON %s TO %I.%I', w.rulename, e.event, r.schema, r.name))), E' \\n')
                as action,
            case w.ev_enabled when 'D' then 'DISABLE' when 'R' then 'ENABLE REPLICA'
                when 'A' then 'ENABLE ALWAYS' else 'ENABLE' end as enabled,
            obj_description(w.oid, 'pg_rewrite') as comment
        from relations r
        join pg_rewrite w on w.ev_class = r.oid and w.rulename <> '_RETURN'
        cross join lateral (
            select case w.ev_type when '2' then 'UPDATE' when '3' then 'INSERT' when '4' then 'DELETE' end
            ) e (event)""",
    create=create,
    alter=alter,
    drop=drop,
    rename=rename,
    named=named,
)
