"""`EXCLUDE USING gist ("during" WITH &&)`."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from ccm_engine.catalog import Catalog, Key, Object
from ccm_engine.kinds import constraint, marks, partition
from ccm_engine.kinds.expression import settled
from ccm_engine.kinds.kind import Kind, Sides
from ccm_engine.kinds.marks import Marks
from ccm_engine.sql import quote
from ccm_engine.value import value


@value
class Exclusion(constraint.Constraint):
    KIND: ClassVar[str] = "exclusion constraint"

    definition: str
    """`EXCLUDE USING gist (during WITH &&) WITH (…) WHERE (…) DEFERRABLE`, as Postgres spells it."""
    marks: Marks = marks.NONE


def clause(exclusion: Exclusion) -> str:
    return f"CONSTRAINT {quote(exclusion.name)} {settled(exclusion.definition)}"


def create(exclusion: Exclusion, _goal: Catalog) -> Iterable[str]:
    yield from constraint.add(exclusion, clause(exclusion))
    yield from marks.alter(replace(exclusion, marks=marks.NONE), exclusion, ())


def alter(old: Exclusion, new: Exclusion, sides: Sides) -> Iterable[str] | None:
    rest = constraint.never_in_place(replace(old, marks=new.marks), new, sides)
    others = sides.goal.parts(new.parent, Object)
    return None if rest is None else (*rest, *marks.alter(old, new, others))


def made_with(exclusion: Exclusion) -> Key | None:
    return exclusion.parent if partition.made_by_itself(exclusion) else None


KIND = Kind(
    type=Exclusion,
    present="exists (select from pg_constraint where contype = 'x')",
    query=f"""
        select 'pg_constraint'::regclass, c.oid, 0,
            {constraint.FIELDS},
            {constraint.NOT_HANDED_DOWN},
            {constraint.part(constraint.derived_index_name("c.conindid", "c.conname", "excl"))},
            pg_get_constraintdef(c.oid) as definition,
            {marks.fields("c.conindid", comment="obj_description(c.conindid, 'pg_class')")}
        {constraint.FROM} and c.contype = 'x'""",
    parts="""
        select 'pg_class'::regclass, c.conindid, 'pg_constraint'::regclass, c.oid, 0
        from pg_constraint c where c.contype = 'x'""",
    create=create,
    alter=alter,
    drop=constraint.drop,
    rename=constraint.rename,
    named=constraint.named,
    needs=constraint.needs,
    made_with=made_with,
    namespaces=frozenset({"relation"}),
)
