"""`EXCLUDE USING gist ("during" WITH &&)`."""

from dataclasses import dataclass
from typing import ClassVar

from ccm_engine.kinds import constraint
from ccm_engine.kinds.expression import settled
from ccm_engine.kinds.kind import Kind
from ccm_engine.sql import quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion(constraint.Constraint):
    KIND: ClassVar[str] = "exclusion constraint"

    definition: str
    """`EXCLUDE USING gist (during WITH &&) WITH (…) WHERE (…) DEFERRABLE`, as Postgres spells it."""


def clause(exclusion: Exclusion) -> str:
    return f"CONSTRAINT {quote(exclusion.name)} {settled(exclusion.definition)}"


KIND = Kind(
    type=Exclusion,
    query=f"""
        select 'pg_constraint'::regclass, c.oid, 0, json_build_object(
            {constraint.FIELDS},
            'definition', pg_get_constraintdef(c.oid))
        {constraint.FROM} and c.contype = 'x'""",
    parts="""
        select 'pg_class'::regclass, c.conindid, 'pg_constraint'::regclass, c.oid, 0
        from pg_constraint c where c.contype = 'x'""",
    create=lambda item, _goal: constraint.add(item, clause(item)),
    alter=constraint.never_in_place,
    drop=constraint.drop,
    rename=constraint.rename,
    named=constraint.named,
    namespaces=frozenset({"relation"}),
)
