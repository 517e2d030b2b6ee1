"""`CREATE POLICY "own" ON "account" AS PERMISSIVE FOR SELECT TO PUBLIC USING (…) WITH CHECK (…)`."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar

from ccm_engine.catalog import Bond, Catalog, Key, Need
from ccm_engine.kinds.expression import settled
from ccm_engine.kinds.kind import InTable, Kind, Sides
from ccm_engine.sql import quote
from ccm_engine.value import value


@value
class Policy(InTable):
    KIND: ClassVar[str] = "policy"

    permissive: bool = True
    command: str = "ALL"
    """`ALL`, `SELECT`, `INSERT`, `UPDATE`, `DELETE`."""
    roles: tuple[str, ...] = ()
    """By alphabet; none are all: PUBLIC."""
    using: str | None = None
    with_check: str | None = None


def create(policy: Policy, _goal: Catalog) -> Iterable[str]:
    clauses = [f"CREATE {named(policy)}"]
    if not policy.permissive:
        clauses.append("AS RESTRICTIVE")
    if policy.command != "ALL":
        clauses.append(f"FOR {policy.command}")
    if policy.roles:
        clauses.append(_roles(policy))
    yield " ".join((*clauses, *_using(policy), *_with_check(policy)))


def _roles(policy: Policy) -> str:
    return f"TO {', '.join(map(quote, policy.roles)) or 'PUBLIC'}"


def _using(policy: Policy) -> Iterator[str]:
    if policy.using is not None:
        yield f"USING ({settled(policy.using)})"


def _with_check(policy: Policy) -> Iterator[str]:
    if policy.with_check is not None:
        yield f"WITH CHECK ({settled(policy.with_check)})"


def alter(old: Policy, new: Policy, _sides: Sides) -> Iterable[str] | None:
    if (old.permissive, old.command) != (new.permissive, new.command):
        return None
    if (old.using and new.using is None) or (old.with_check and new.with_check is None):
        return None  # ALTER POLICY puts one expression in the place of another, and takes none away
    return _alter(old, new)


def _alter(old: Policy, new: Policy) -> Iterator[str]:
    clauses = [
        *((_roles(new),) if old.roles != new.roles else ()),
        *(_using(new) if old.using != new.using else ()),
        *(_with_check(new) if old.with_check != new.with_check else ()),
    ]
    if clauses:
        yield " ".join((f"ALTER {named(new)}", *clauses))


def drop(policy: Policy) -> Iterable[str]:
    yield f"DROP {named(policy)}"


def rename(old: Policy, new: Policy) -> Iterable[str] | None:
    if replace(old, name=new.name, comment=new.comment) != new:
        return None
    return (f"ALTER {named(old)} RENAME TO {quote(new.name)}",)


def needs(policy: Policy) -> Iterable[Need]:
    """Its roles, which `pg_depend` knows nothing of: they are not the database's."""
    return (Need(policy.key, Key("role", (role,)), Bond.USES) for role in policy.roles)


def named(policy: Policy) -> str:
    return f"POLICY {quote(policy.name)} ON {policy.table_name}"


KIND = Kind(
    type=Policy,
    present="exists (select from pg_policy)",
    query="""
        select 'pg_policy'::regclass, p.oid, 0,
            r.schema as schema,
            r.name as table,
            'table' as relation,
            p.polname as name,
            p.polpermissive as permissive,
            case p.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE'
                when 'd' then 'DELETE' else 'ALL' end as command,
            (
                select coalesce(json_agg(a.rolname order by a.rolname), '[]')
                from pg_roles a where a.oid = any (p.polroles)) as roles,
            pg_get_expr(p.polqual, p.polrelid) as using,
            pg_get_expr(p.polwithcheck, p.polrelid) as with_check,
            obj_description(p.oid, 'pg_policy') as comment
        from relations r join pg_policy p on p.polrelid = r.oid""",
    create=create,
    alter=alter,
    drop=drop,
    rename=rename,
    needs=needs,
    named=named,
)
