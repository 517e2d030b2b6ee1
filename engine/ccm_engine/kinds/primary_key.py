"""`PRIMARY KEY ("id")`."""

from typing import ClassVar

from ccm_engine.kinds import constraint, key_constraint
from ccm_engine.kinds.kind import Kind
from ccm_engine.value import value


@value
class PrimaryKey(key_constraint.KeyConstraint):
    KIND: ClassVar[str] = "primary key"


def clause(item: PrimaryKey) -> str:
    return key_constraint.clause(item, "PRIMARY KEY")


KIND = Kind(
    type=PrimaryKey,
    query=key_constraint.query("p"),
    parts=key_constraint.parts("p"),
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
