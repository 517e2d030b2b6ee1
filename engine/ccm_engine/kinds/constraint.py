"""What the kinds of table constraints have in common: their name and place, and how they come and go."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ccm_engine.kinds.kind import InTable, Sides
from ccm_engine.sql import quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint(InTable):
    """A constraint of a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferrable(Constraint):
    deferrable: bool = False
    initially_deferred: bool = False

    def deferral(self) -> Iterable[str]:
        if self.deferrable:
            yield "DEFERRABLE"
        if self.initially_deferred:
            yield "INITIALLY DEFERRED"


def add(constraint: Constraint, clause: str) -> Iterable[str]:
    yield f"ALTER TABLE {constraint.table_name} ADD {clause}"


def drop(constraint: Constraint) -> Iterable[str]:
    yield f"ALTER TABLE {constraint.table_name} DROP CONSTRAINT {quote(constraint.name)}"


def never_in_place(old: Constraint, new: Constraint, _sides: Sides) -> Iterable[str] | None:
    """Nothing but the comment of most constraints can be changed."""
    return () if replace(old, comment=new.comment) == new else None


def rename(old: Constraint, new: Constraint) -> Iterable[str] | None:
    if replace(old, name=new.name, comment=new.comment) != new:
        return None
    change = f"ALTER TABLE {new.table_name} RENAME CONSTRAINT"
    return (f"{change} {quote(old.name)} TO {quote(new.name)}",)


def named(constraint: Constraint) -> str:
    return f"CONSTRAINT {quote(constraint.name)} ON {constraint.table_name}"


# The fields that every constraint has, for the `json_build_object` of a kind's query.
FIELDS = """
    'schema', r.schema,
    'table', r.name,
    'relation', case r.kind when 'f' then 'foreign table' else 'table' end,
    'name', c.conname,
    'comment', obj_description(c.oid, 'pg_constraint')"""

# Constraints of the user's tables; those that a parent table hands down are the parent's.
FROM = """
    from relations r join pg_constraint c on c.conrelid = r.oid and c.conislocal
    where r.kind in ('r', 'p', 'f')"""


# NOT ENFORCED came with 18, and is never validated.
ENFORCED = "coalesce((to_jsonb(c) ->> 'conenforced')::bool, true)"
VALIDATED = f"(c.convalidated or not {ENFORCED})"


def column_names(table: str, numbers: str) -> str:
    """SQL for the names of an array of column numbers, in its order, as JSON."""
    return f"""(
        select coalesce(json_agg(a.attname order by k.position), '[]')
        from unnest({numbers}) with ordinality k (number, position)
        join pg_attribute a on a.attrelid = {table} and a.attnum = k.number)"""
