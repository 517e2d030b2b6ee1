"""Enums and domains: in a schema and not, with and without a table, with awkward names and labels."""

import enum
from decimal import Decimal

from sqlalchemy import ARRAY, Column, Enum, Integer, Numeric, Table, Text, text
from sqlalchemy.dialects.postgresql import DOMAIN, ENUM, VARCHAR

from .bases import LONGEST, Plain, Shop


class Colour(enum.Enum):
    """Postgres knows the names, in upper case: SQLAlchemy's default."""

    RED = "red"
    GREEN = "green"
    LIME = "green"  # noqa: PIE796  an alias, which gets no label of its own


class Size(enum.StrEnum):
    """Postgres knows the values."""

    SMALL = "s"
    LARGE = "l"


def _values(members: type[enum.Enum]) -> list[str]:
    return [str(member.value) for member in members]


colour = Enum(Colour, name="colour")
size = Enum(Size, name="size", schema="app", values_callable=_values)
awkward = Enum(
    "it's", 'say "hi"', "100 %", "back\\slash", "", " ", "a,b", "{x}", ":colon", "--> statement-breakpoint",
    "déjà vu ☕", "l" * 63,
    name='Awkward "Words" 100 %',
)  # fmt: skip
shared = ENUM("on", "off", name="shared", metadata=Plain.metadata)
unused = ENUM("used", "by", "no", "table", name="unused", schema="Mixed Case", metadata=Plain.metadata)
empty = ENUM(name="empty", metadata=Plain.metadata)

Table(
    "enums",
    Plain.metadata,
    Column("colour", colour, server_default="RED"),
    Column("size", size, nullable=False, server_default=text("'s'")),
    Column("awkward", awkward, server_default="it's"),
    Column[str]("shared", shared),
    Column("longest", Enum("x", "y", name=LONGEST)),
    Column("colours", ARRAY(colour), server_default=text("'{RED,GREEN}'")),
    Column("sizes", ARRAY(size, dimensions=2)),
    Column(
        "all_awkward", ARRAY(awkward), server_default=text("""ARRAY['it''s', 'a,b']::"Awkward ""Words"" 100 %"[]""")
    ),
    Column("checked", Enum("a", "it's", "5 %", name="checked", native_enum=False, create_constraint=True)),
    Column("unchecked", Enum(Size, native_enum=False, length=40)),
)
Table("enums_again", Plain.metadata, Column[str]("shared", shared), Column("size", size), Column("colour", colour))
Table("enums", Shop.metadata, Column("colour", Enum(Colour, name="colour", schema="Shop Floor")))

positive = DOMAIN("positive", Integer, check="VALUE > 0", not_null=True, metadata=Plain.metadata)
price = DOMAIN(
    "Price",
    Numeric(10, 2),
    default=text("0.00"),
    constraint_name="not below nothing",
    check=text("VALUE >= 0 AND VALUE <> 99.99"),
    schema="app",
    metadata=Plain.metadata,
)
code = DOMAIN(
    "code", VARCHAR(8), collation="C", default="it's 100 % \\d", check=r"VALUE ~ '^[^%''\\]+$' OR VALUE LIKE '%\%'"
)
plain = DOMAIN("plain", Text, metadata=Plain.metadata)
words = DOMAIN("words", ARRAY(Text), check="cardinality(VALUE) < 10", metadata=Plain.metadata)
warm = DOMAIN("warm", shared, default="on", check="VALUE <> 'off'", metadata=Plain.metadata)
small = DOMAIN("small", positive, check="VALUE < 100", metadata=Plain.metadata)

Table(
    "domains",
    Plain.metadata,
    Column[int]("positive", positive, primary_key=True, autoincrement=False),
    Column[Decimal]("price", price, nullable=False),
    Column[str]("code", code, server_default="x"),
    Column[str]("plain", plain, unique=True),
    Column[list[str]]("words", words),
    Column[str]("warm", warm),
    Column[int]("small", small),
    Column("prices", ARRAY[Decimal](price)),
)
