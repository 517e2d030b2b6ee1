"""`CHECK ("price" > 0)`."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from ccm_engine.catalog import EMPTY, Catalog
from ccm_engine.kinds import constraint
from ccm_engine.kinds.expression import settled
from ccm_engine.kinds.kind import Kind, Online, Sides
from ccm_engine.sql import quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(constraint.Constraint):
    KIND: ClassVar[str] = "check constraint"

    definition: str
    """`CHECK ((price > 0)) NO INHERIT`, as Postgres spells it, without NOT VALID."""
    validated: bool = True


def clause(check: Check) -> str:
    return f"CONSTRAINT {quote(check.name)} {settled(check.definition)}{'' if check.validated else ' NOT VALID'}"


def create(check: Check, _goal: Catalog) -> Iterable[str]:
    return constraint.add(check, clause(check))


def alter(old: Check, new: Check, sides: Sides) -> Iterable[str] | None:
    if replace(old, comment=new.comment, validated=True) == new:
        return () if old.validated else validate(new)
    return constraint.never_in_place(old, new, sides)


def online(check: Check) -> Online:
    """Added without looking at the rows, which are checked afterwards, under a lock that lets others write."""
    if not check.validated or check.definition.endswith("NOT ENFORCED"):
        return Online(first=tuple(create(check, EMPTY)))
    return Online(first=tuple(create(replace(check, validated=False), EMPTY)), afterwards=tuple(validate(check)))


def validate(item: constraint.Constraint) -> Iterable[str]:
    return (f"ALTER TABLE {item.table_name} VALIDATE CONSTRAINT {quote(item.name)}",)


KIND = Kind(
    type=Check,
    query=f"""
        select 'pg_constraint'::regclass, c.oid, 0, json_build_object(
            {constraint.FIELDS},
            'definition', regexp_replace(pg_get_constraintdef(c.oid), ' NOT VALID$', ''),
            'validated', {constraint.VALIDATED})
        {constraint.FROM} and c.contype = 'c'""",
    create=create,
    alter=alter,
    drop=constraint.drop,
    rename=constraint.rename,
    named=constraint.named,
    online=online,
    made_with=lambda check: check.parent if check.validated else None,  # CREATE TABLE would make it valid
)
