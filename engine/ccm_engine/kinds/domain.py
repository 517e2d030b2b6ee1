"""`CREATE DOMAIN "email" AS text CHECK (…)`.

Its default and its constraints change in place. The type below does not: then a new domain is made, and the columns
that use it move over.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import ClassVar

from ccm_engine.catalog import Catalog, Key
from ccm_engine.kinds import typename
from ccm_engine.kinds.expression import settled
from ccm_engine.kinds.kind import InTypes, Kind, Sides, outgoing
from ccm_engine.sql import literal, quote
from ccm_engine.value import value


@value
class DomainCheck:
    """A constraint of a domain. `definition` is `CHECK (…)`, as Postgres spells it, without NOT VALID."""

    name: str
    definition: str
    validated: bool = True
    comment: str | None = None


@value
class Domain(InTypes):
    KIND: ClassVar[str] = "domain"

    type: str
    type_schema: str | None = None
    """Where the type below (for an array, that of the elements) is the user's own: its schema and name."""
    type_name: str | None = None
    collation: str | None
    not_null: bool
    not_null_name: str | None = None
    """The name of its constraint (from 17 on), where it is not the one that Postgres derives."""
    not_null_comment: str | None = None
    default: str | None
    checks: tuple[DomainCheck, ...]


def create(domain: Domain, _goal: Catalog) -> Iterable[str]:
    below = typename.spelled(domain.type, domain.type_schema, domain.type_name)
    clauses = [f"CREATE DOMAIN {domain.sql_name} AS {below}"]
    if domain.collation is not None:
        clauses.append(f"COLLATE {domain.collation}")
    if domain.default is not None:
        clauses.append(f"DEFAULT {domain.default}")
    if domain.not_null:
        clauses.append(_not_null(domain))
    clauses += [_clause(check) for check in domain.checks if check.validated]
    yield " ".join(clauses)
    yield from (_add(domain, check) for check in domain.checks if not check.validated)
    yield from _comments(replace(domain, checks=(), not_null_comment=None), domain)


def _not_null(domain: Domain) -> str:
    return f"CONSTRAINT {quote(domain.not_null_name)} NOT NULL" if domain.not_null_name else "NOT NULL"


def _clause(check: DomainCheck) -> str:
    return f"CONSTRAINT {quote(check.name)} {settled(check.definition)}"


def _add(domain: Domain, check: DomainCheck) -> str:
    return f"ALTER DOMAIN {domain.sql_name} ADD {_clause(check)}{'' if check.validated else ' NOT VALID'}"


def alter(old: Domain, new: Domain, _sides: Sides) -> Iterable[str] | None:
    return None if _below(old) != _below(new) else _alter(old, new)


def _below(domain: Domain) -> tuple[str | None, ...]:
    return domain.type, domain.type_schema, domain.type_name, domain.collation


def _alter(old: Domain, new: Domain) -> Iterator[str]:
    change = f"ALTER DOMAIN {new.sql_name}"
    if old.default != new.default:
        yield f"{change} DROP DEFAULT" if new.default is None else f"{change} SET DEFAULT {new.default}"
    yield from (f"{change} {action}" for action in _nullability(old, new))
    kept = dict(_kept(old, new))
    yield from (f"{change} {action}" for action in _constraints(old, kept, new))
    checks = tuple(replace(check, name=kept[check.name]) for check in old.checks if check.name in kept)
    yield from _comments(replace(old, checks=checks), new)


def _nullability(old: Domain, new: Domain) -> Iterator[str]:
    if old.not_null and not new.not_null:
        yield "DROP NOT NULL"
    elif new.not_null and not old.not_null:
        yield f"ADD {_not_null(new)}" if new.not_null_name else "SET NOT NULL"
    elif old.not_null_name != new.not_null_name:
        yield f"RENAME CONSTRAINT {quote(_name_of_not_null(old))} TO {quote(_name_of_not_null(new))}"


def _kept(old: Domain, new: Domain) -> Iterator[tuple[str, str]]:
    """The constraints that need not be made anew, and what each is to be called."""
    after = {check.name: check for check in new.checks}
    come = [check for check in new.checks if check.name not in {check.name for check in old.checks}]
    for check in old.checks:
        candidates = [after[check.name]] if check.name in after else come
        same = next((item for item in candidates if _becomes(check, item)), None)
        if same is not None:
            come = [item for item in come if item is not same]
            yield check.name, same.name


def _becomes(check: DomainCheck, other: DomainCheck) -> bool:
    return check.definition == other.definition and check.validated <= other.validated


def _constraints(old: Domain, kept: Mapping[str, str], new: Domain) -> Iterator[str]:
    yield from (f"DROP CONSTRAINT {quote(check.name)}" for check in old.checks if check.name not in kept)
    for one, other in kept.items():
        if one != other:
            yield f"RENAME CONSTRAINT {quote(one)} TO {quote(other)}"
    validated = {kept[check.name]: check.validated for check in old.checks if check.name in kept}
    for check in new.checks:
        if check.name not in validated:
            yield f"ADD {_clause(check)}{'' if check.validated else ' NOT VALID'}"
        elif check.validated and not validated[check.name]:
            yield f"VALIDATE CONSTRAINT {quote(check.name)}"


def _name_of_not_null(domain: Domain) -> str:
    return domain.not_null_name or f"{domain.name}_not_null"


def _comments(old: Domain, new: Domain) -> Iterator[str]:
    before = {check.name: check.comment for check in old.checks}
    for check in new.checks:
        if check.comment != before.get(check.name):
            yield _comment(new, check.name, check.comment)
    if new.not_null and new.not_null_comment != (old.not_null_comment if old.not_null else None):
        yield _comment(new, _name_of_not_null(new), new.not_null_comment)


def _comment(domain: Domain, constraint: str, comment: str | None) -> str:
    text = "NULL" if comment is None else literal(comment)
    return f"COMMENT ON CONSTRAINT {quote(constraint)} ON DOMAIN {domain.sql_name} IS {text}"


def rename(old: Domain, new: Domain) -> Iterable[str] | None:
    nullable = old.not_null and not new.not_null
    if replace(_nullable(old) if nullable else old, name=new.name, comment=new.comment) != new:
        return None
    return (
        *([f"ALTER DOMAIN {old.sql_name} DROP NOT NULL"] if nullable else ()),
        f"ALTER DOMAIN {old.sql_name} RENAME TO {quote(new.name)}",
    )


def _nullable(domain: Domain) -> Domain:
    return replace(domain, not_null=False, not_null_name=None, not_null_comment=None)


def put_aside(old: Domain, _new: Domain, suffix: str) -> Domain:
    """Without its NOT NULL, from whose name Postgres would otherwise keep away when it makes the new one."""
    return replace(_nullable(old), name=outgoing(old.name, suffix))


def released(domain: Domain, on: Key) -> Domain | None:
    """Without its default and its checks, unless it is the type below that hangs on `on`."""
    if hangs_by_type(domain, on) or (domain.default is None and not domain.checks):
        return None
    return replace(domain, default=None, checks=())


def hangs_by_type(domain: Domain, on: Key) -> bool:
    """Not merely by its default or by a check. A multirange goes with its range, which has another name."""
    if on.kind == "collation":
        return domain.collation is not None
    return domain.type_schema is not None and (
        on.path == (domain.type_schema, domain.type_name) or on.kind == "range type"
    )


def drop(domain: Domain) -> Iterable[str]:
    yield f"DROP DOMAIN {domain.sql_name}"


KIND = Kind(
    type=Domain,
    present="exists (select from pg_type where typtype = 'd' and oid >= 16384)",
    query=f"""
        select 'pg_type'::regclass, t.oid, 0,
            t.schema as schema,
            t.typname as name,
            {typename.fields("t.typbasetype", "t.typtypmod")},
            {typename.collation("t.typcollation", "t.typbasetype")} as collation,
            t.typnotnull as not_null,
            nullif(n.conname, t.typname || '_not_null') as not_null_name,
            obj_description(n.oid, 'pg_constraint') as not_null_comment,
            pg_get_expr(t.typdefaultbin, 0) as default,
            (
                select coalesce(json_agg(json_build_object(
                    'name', c.conname,
                    'definition', regexp_replace(pg_get_constraintdef(c.oid), ' NOT VALID$', ''),
                    'validated', c.convalidated,
                    'comment', obj_description(c.oid, 'pg_constraint')) order by c.conname), '[]')
                from pg_constraint c where c.contypid = t.oid and c.contype = 'c') as checks,
            obj_description(t.oid, 'pg_type') as comment
        from types t
        {typename.join("t.typbasetype")}
        left join pg_constraint n on n.contypid = t.oid and n.contype = 'n'
        where t.typtype = 'd'""",
    parts="""
        select 'pg_constraint'::regclass, c.oid, 'pg_type'::regclass, c.contypid, 0
        from pg_constraint c where c.contypid <> 0
        union all
        select 'pg_type'::regclass, t.typarray, 'pg_type'::regclass, t.oid, 0
        from pg_type t where t.typtype = 'd' and t.typarray <> 0""",
    create=create,
    alter=alter,
    drop=drop,
    rename=rename,
    put_aside=put_aside,
    released=released,
    named=lambda domain: f"DOMAIN {domain.sql_name}",
    namespaces=frozenset({"type"}),
)
