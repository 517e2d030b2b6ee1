"""`CREATE DOMAIN "email" AS text CHECK (…)`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from ccm_engine.catalog import Catalog
from ccm_engine.kinds.expression import settled
from ccm_engine.kinds.kind import InSchema, Kind, Sides
from ccm_engine.sql import quote


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainCheck:
    """A constraint of a domain. `definition` is `CHECK (…)`, as Postgres spells it, without NOT VALID."""

    name: str
    definition: str
    validated: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain(InSchema):
    KIND: ClassVar[str] = "domain"

    type: str
    collation: str | None
    not_null: bool
    default: str | None
    checks: tuple[DomainCheck, ...]


def create(domain: Domain, _goal: Catalog) -> Iterable[str]:
    clauses = [f"CREATE DOMAIN {domain.sql_name} AS {domain.type}"]
    if domain.collation is not None:
        clauses.append(f"COLLATE {domain.collation}")
    if domain.default is not None:
        clauses.append(f"DEFAULT {domain.default}")
    if domain.not_null:
        clauses.append("NOT NULL")
    clauses += [_clause(check) for check in domain.checks if check.validated]
    yield " ".join(clauses)
    yield from (_add(domain, check) for check in domain.checks if not check.validated)


def _clause(check: DomainCheck) -> str:
    return f"CONSTRAINT {quote(check.name)} {settled(check.definition)}"


def _add(domain: Domain, check: DomainCheck) -> str:
    return f"ALTER DOMAIN {domain.sql_name} ADD {_clause(check)}{'' if check.validated else ' NOT VALID'}"


def alter(old: Domain, new: Domain, _sides: Sides) -> Iterable[str] | None:
    if (old.type, old.collation) != (new.type, new.collation):
        return None
    return _alter(old, new)


def _alter(old: Domain, new: Domain) -> Iterator[str]:
    change = f"ALTER DOMAIN {new.sql_name}"
    if old.default != new.default:
        yield f"{change} DROP DEFAULT" if new.default is None else f"{change} SET DEFAULT {new.default}"
    if old.not_null != new.not_null:
        yield f"{change} {'SET' if new.not_null else 'DROP'} NOT NULL"
    gone = [check for check in old.checks if check not in new.checks]
    come = [check for check in new.checks if check not in old.checks]
    validated = [check for check in come if replace(check, validated=False) in gone]
    for check in gone:
        if replace(check, validated=True) not in validated:
            yield f"{change} DROP CONSTRAINT {quote(check.name)}"
    for check in come:
        yield f"{change} VALIDATE CONSTRAINT {quote(check.name)}" if check in validated else _add(new, check)


def drop(domain: Domain) -> Iterable[str]:
    yield f"DROP DOMAIN {domain.sql_name}"


KIND = Kind(
    type=Domain,
    query="""
        select 'pg_type'::regclass, t.oid, 0, json_build_object(
            'schema', t.schema,
            'name', t.typname,
            'type', format_type(t.typbasetype, t.typtypmod),
            'collation', (
                select format('%I.%I', cn.nspname, c.collname)
                from pg_collation c join pg_namespace cn on cn.oid = c.collnamespace, pg_type b
                where c.oid = t.typcollation and b.oid = t.typbasetype and b.typcollation <> t.typcollation),
            'not_null', t.typnotnull,
            'default', pg_get_expr(t.typdefaultbin, 0),
            'checks', (
                select coalesce(json_agg(json_build_object(
                    'name', c.conname,
                    'definition', regexp_replace(pg_get_constraintdef(c.oid), ' NOT VALID$', ''),
                    'validated', c.convalidated) order by c.conname), '[]')
                from pg_constraint c where c.contypid = t.oid and c.contype = 'c'),
            'comment', obj_description(t.oid, 'pg_type'))
        from types t
        where t.typtype = 'd'""",
    parts="""
        select 'pg_constraint'::regclass, c.oid, 'pg_type'::regclass, c.contypid, 0
        from pg_constraint c where c.contypid <> 0""",
    create=create,
    alter=alter,
    drop=drop,
    named=lambda domain: f"DOMAIN {domain.sql_name}",
    namespaces=frozenset({"type"}),
)
