"""`UNIQUE ("email")`, as a constraint; a unique index is an index."""

from typing import ClassVar

from ccm_engine.kinds import constraint, key_constraint
from ccm_engine.kinds.kind import Kind
from ccm_engine.value import value


@value
class Unique(key_constraint.KeyConstraint):
    KIND: ClassVar[str] = "unique constraint"


def clause(item: Unique) -> str:
    return key_constraint.clause(item, "UNIQUE")


KIND = Kind(
    type=Unique,
    present="exists (select from pg_constraint where contype = 'u' and oid >= 16384)",
    query=key_constraint.query("u"),
    parts=key_constraint.parts("u"),
    create=lambda item, _goal: key_constraint.create(item, clause(item)),
    alter=key_constraint.alter,
    drop=constraint.drop,
    rename=constraint.rename,
    named=constraint.named,
    needs=constraint.needs,
    made_with=key_constraint.made_with,
    begun=key_constraint.begun,
    namespaces=frozenset({"relation"}),
)
