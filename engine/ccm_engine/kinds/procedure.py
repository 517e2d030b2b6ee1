"""`CREATE PROCEDURE "tidy"("days" integer) LANGUAGE sql AS $$ … $$`."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from ccm_engine.catalog import Catalog
from ccm_engine.kinds import routine
from ccm_engine.kinds.kind import Kind, Sides
from ccm_engine.sql import qualified
from ccm_engine.value import value


@value
class Procedure(routine.Routine):
    KIND: ClassVar[str] = "procedure"

    @property
    def sql_name(self) -> str:
        """With the modes: without them, Postgres looks for arguments that go in as well as for all."""
        return f"{qualified(self.schema, self.name)}({', '.join(f'{a.mode} {a.type}' for a in self.arguments)})"


def create(procedure: Procedure, _goal: Catalog) -> Iterable[str]:
    yield routine.definition("CREATE PROCEDURE", procedure, (), ())


def alter(old: Procedure, new: Procedure, _sides: Sides) -> Iterable[str] | None:
    if not routine.same_signature(old, new) or routine.row(old) != routine.row(new):
        return None
    if not routine.alterable(old, new, "security_definer", "configuration"):
        return (routine.definition("CREATE OR REPLACE PROCEDURE", new, (), ()),)
    actions = " ".join(routine.alterations(old, new))
    return (f"ALTER PROCEDURE {new.sql_name} {actions}",) if actions else ()


def drop(procedure: Procedure) -> Iterable[str]:
    yield f"DROP PROCEDURE {procedure.sql_name}"


def stub(procedure: Procedure) -> Procedure | None:
    """Of the same signature, and it does nothing."""
    if not routine.emptied(procedure):
        return None
    return replace(procedure, language="plpgsql", body=routine.STUB, parsed=False, transforms=(), configuration=())


KIND = Kind(
    type=Procedure,
    present="exists (select from pg_proc where oid >= 16384)",
    query=f"""
        select 'pg_proc'::regclass, p.oid, 0,
            {routine.FIELDS}
        {routine.FROM} {routine.OWN} and p.prokind = 'p'""",
    create=create,
    alter=alter,
    drop=drop,
    named=lambda procedure: f"PROCEDURE {procedure.sql_name}",
    stub=stub,
    words=routine.words,
    namespaces=frozenset({"routine"}),
)
