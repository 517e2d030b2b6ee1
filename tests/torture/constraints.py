"""Constraints of every form: keys, unique, check, exclusion, and foreign keys with each action, also in cycles."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import INET, INT4RANGE, TSRANGE, ExcludeConstraint

from .bases import LONGEST, Plain, loose

# -- keys and unique constraints ---------------------------------------------------

target = Table(
    "keys",
    Plain.metadata,
    Column("a", Integer),
    Column("b", Integer),
    Column("c", Text, unique=True),
    Column("d", Text),
    Column("e", Integer),
    PrimaryKeyConstraint("b", "a", name="a Key", postgresql_include=["d"]),
    UniqueConstraint("a", "b"),
    UniqueConstraint("a", "e", name="unique of two"),
    UniqueConstraint("d", name="nulls_not_distinct", postgresql_nulls_not_distinct=True),
    UniqueConstraint("e", name="nulls_distinct", postgresql_nulls_not_distinct=False, postgresql_include=["c", "d"]),
    UniqueConstraint("a", "d", name="deferrable", deferrable=True),
    UniqueConstraint("d", "a", name="deferred", deferrable=True, initially="DEFERRED"),
    UniqueConstraint("e", "a", name="immediate", deferrable=True, initially="IMMEDIATE"),
)

Table(
    "deferred_key",
    Plain.metadata,
    Column("id", Integer, autoincrement=False),
    PrimaryKeyConstraint("id", deferrable=True, initially="DEFERRED"),
)

Table(LONGEST, Plain.metadata, Column(LONGEST, Integer, unique=True), CheckConstraint(f"{LONGEST} > 0"), schema=LONGEST)

# -- checks --------------------------------------------------------------------------

Table(
    "checks",
    Plain.metadata,
    Column("a", Integer, CheckConstraint("a > 0")),
    Column("b", Integer, CheckConstraint("b BETWEEN 1 AND 10", name="of a column")),
    Column("c", Text, nullable=False),
    CheckConstraint("a < b"),
    CheckConstraint("a <> b"),
    CheckConstraint("a + b > 1 OR (a IS NULL AND b IS NULL)", name="of_two"),
    CheckConstraint("c <> 'it''s' AND c LIKE '5 %' AND c !~ '^\\\\d'", name='it\'s "5 %"'),
    CheckConstraint("c IN ('x', 'y', 'z') OR a = ANY (ARRAY[1, 2])", name="a_list"),
    CheckConstraint(func.length(literal_column("c")) < 10, name="from_expression"),
    CheckConstraint("true", name="valid_all_the_same", postgresql_not_valid=True),
)

# -- exclusion --------------------------------------------------------------------------

bookings = Table(
    "exclusions",
    Plain.metadata,
    Column("room", Integer),
    Column("during", TSRANGE),
    Column("from", Integer),
    Column("to", Integer),
    Column("address", INET),
    Column("cancelled", Integer),
    ExcludeConstraint(("during", "&&")),
    ExcludeConstraint(
        ("during", "&&"),
        (func.int4range(literal_column("room"), literal_column("room"), "[]"), "="),
        name="no two % at once",
        where=text("cancelled IS NULL"),
        deferrable=True,
        initially="DEFERRED",
    ),
    ExcludeConstraint(("room", "="), name="by_hash", using="hash"),
    ExcludeConstraint(("room", "="), name="by_btree", using="btree", where=text("cancelled = 0")),
    ExcludeConstraint(("address", "&&"), name="with_operator_class", ops={"address": "inet_ops"}),
    ExcludeConstraint(
        (literal_column('int4range("from", "to")', INT4RANGE), "-|-"), name="of_expression", deferrable=True
    ),
)

# -- foreign keys -----------------------------------------------------------------------

Table("twin", Plain.metadata, Column("id", Integer, primary_key=True), Column("x", Integer, ForeignKey("app.twin.id")))
Table("twin", Plain.metadata, Column("id", Integer, primary_key=True), schema="app")

Table(
    "references",
    Plain.metadata,
    Column("a", Integer),
    Column("b", Integer),
    Column("e", Integer, server_default="1"),
    Column("unnamed", Text, ForeignKey(target.c.c)),
    Column("parent", Integer, ForeignKey("references.a", ondelete="CASCADE")),
    Column("across", Integer, ForeignKey("app.twin.id", name="Across", onupdate="CASCADE", ondelete="SET DEFAULT")),
    UniqueConstraint("a"),
    *(
        ForeignKeyConstraint(
            ["b", "a"],
            ["keys.b", "keys.a"],
            name=f"{action} %".lower(),
            ondelete=action,
            onupdate=action,
            match=match,
        )
        for action, match in (
            ("CASCADE", None),
            ("SET NULL", "FULL"),
            ("SET DEFAULT", "SIMPLE"),
            ("RESTRICT", None),
            ("NO ACTION", None),
        )
    ),
    ForeignKeyConstraint(["a", "e"], ["keys.a", "keys.e"], name="set_null_one", ondelete="SET NULL (e)"),
    ForeignKeyConstraint(["e", "a"], ["keys.e", "keys.a"], name="set_default_two", ondelete="SET DEFAULT (e, a)"),
    ForeignKeyConstraint(["e"], ["keys.e"], name="fk deferrable", deferrable=True),
    ForeignKeyConstraint(["e"], ["keys.e"], name="fk deferred", deferrable=True, initially="DEFERRED"),
    ForeignKeyConstraint(
        ["e"], ["keys.e"], name="fk not valid", use_alter=True, postgresql_not_valid=True, onupdate="SET NULL"
    ),
    schema=None,
)

# A cycle that is broken by hand, and one that SQLAlchemy has to break.
Table(
    "egg",
    Plain.metadata,
    Column("id", Integer, primary_key=True),
    Column("laid_by", Integer, ForeignKey("hen.id", name="egg_laid_by", use_alter=True)),
)
Table(
    "hen",
    Plain.metadata,
    Column("id", Integer, primary_key=True),
    Column("came_from", Integer, ForeignKey("egg.id", name="hen_came_from")),
)
for _here, _there in (("left", "right"), ("right", "left")):
    Table(
        _here,
        Plain.metadata,
        Column("id", Integer, primary_key=True),
        Column("other", Integer, ForeignKey(f"{_there}.id", deferrable=True, initially="DEFERRED")),
    )


def _refer_to_another_metadata(metadata: MetaData) -> Table:
    return Table("loose", metadata, Column("a", Integer), Column[str]("c", ForeignKey(target.c.c)), schema="select")


_refer_to_another_metadata(loose)
