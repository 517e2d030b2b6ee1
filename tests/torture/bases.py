"""Where the torture models live: two declarative bases, a bare metadata, and the schemas that they need."""

from typing import Literal

from sqlalchemy import MetaData, Table, event
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.schema import DDL, CreateSchema, ExecutableDDLElement

LONGEST = "exactly_sixty_three_bytes_which_is_as_long_as_a_name_can_be_now"
LONGEST_IN_BYTES = "é" * 31 + "e"  # 32 characters, 63 bytes


class Plain(DeclarativeBase):
    """The base of most tables; constraints are named by hand, or by Postgres."""

    metadata = MetaData()


class Shop(DeclarativeBase):
    """A base with a schema of its own, and with names that follow from the tables' names."""

    metadata = MetaData(
        schema="Shop Floor",
        naming_convention={
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "ix": "ix_%(column_0_N_label)s",
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        },
    )


loose = MetaData()


def ddl(statement: str) -> ExecutableDDLElement:
    """SQL for an event: %(table)s, %(schema)s and %(fullname)s are filled in, and a percent sign is written twice."""
    return DDL(statement)  # type: ignore[no-untyped-call]  # SQLAlchemy has not annotated it


def run(moment: Literal["before_create", "after_create"], target: Table | MetaData, *statements: str) -> None:
    """Have SQLAlchemy run SQL around the creation of a table, or of all that a metadata holds."""
    for statement in statements:
        event.listen(target, moment, ddl(statement))


METADATAS = (Plain.metadata, Shop.metadata, loose)

for _schema in ("app", "select", "Mixed Case", "été 100 %", 'say "hi"', LONGEST):
    event.listen(Plain.metadata, "before_create", CreateSchema(_schema, if_not_exists=True))
event.listen(Shop.metadata, "before_create", CreateSchema("Shop Floor"))
