"""How a column gets its value: serials, sequences, identities, generation expressions, and every kind of default."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Computed,
    Date,
    FetchedValue,
    Identity,
    Integer,
    Numeric,
    Sequence,
    SmallInteger,
    String,
    Table,
    Text,
    TextClause,
    cast,
    false,
    func,
    literal,
    null,
    true,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import DateTime, TypeEngine

from .bases import LONGEST, LONGEST_IN_BYTES, Plain
from .column_types import Raw

# -- numbers that count by themselves ------------------------------------------

for _name, _type in {"serial": Integer, "bigserial": BigInteger, "smallserial": SmallInteger}.items():
    Table(f"counted_by_{_name}", Plain.metadata, Column("id", _type, primary_key=True))

Table("Counted, Quoted", Plain.metadata, Column("ID", Integer, primary_key=True), schema="Mixed Case")
Table(f"t{LONGEST[1:]}", Plain.metadata, Column(f"c{LONGEST[1:]}", Integer, primary_key=True))
Table(f"t{LONGEST_IN_BYTES[1:]}", Plain.metadata, Column(f"c{LONGEST_IN_BYTES[1:]}", BigInteger, primary_key=True))

bare = Sequence("bare")
every_option = Sequence(
    "every option", start=100, increment=-5, minvalue=-1000, maxvalue=100, cycle=True, cache=7, data_type=SmallInteger,
    schema="app", metadata=Plain.metadata,
)  # fmt: skip
unbounded = Sequence("unbounded", nominvalue=True, nomaxvalue=True, data_type=BigInteger, metadata=Plain.metadata)
shared = Sequence("shared_by_two", start=5, metadata=Plain.metadata)

Table(
    "counted_by_sequence",
    Plain.metadata,
    Column("id", Integer, bare, primary_key=True),
    Column("shared", Integer, shared, server_default=shared.next_value()),
    Column("again", BigInteger, server_default=shared.next_value()),
    Column("quoted", SmallInteger, server_default=every_option.next_value()),
    Column("spelt", Text, server_default=sql("'no. ' || nextval('\"app\".\"every option\"'::regclass)::text")),
)

Table(
    "counted_by_identity",
    Plain.metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("by_default", BigInteger, Identity()),
    Column(
        "every option",
        SmallInteger,
        Identity(start=100, increment=-5, minvalue=-1000, maxvalue=100, cycle=True, cache=7),
    ),
    Column("unbounded", BigInteger, Identity(always=True, start=7, nominvalue=True, nomaxvalue=True), unique=True),
)

# -- values that follow from others ----------------------------------------------

Table(
    "generated",
    Plain.metadata,
    Column("qty", Integer, nullable=False),
    Column("price", Numeric(10, 2)),
    Column("body % of", Text),
    Column("data", pg.JSONB),
    Column("total", Numeric(12, 2), Computed("qty * price", persisted=True)),
    Column("rest", Integer, Computed("qty % 10", persisted=True), nullable=False, index=True),
    Column("label", Text, Computed("""'it''s ' || upper("body % of") || E' \\\\ ' || '5 %'""", persisted=True)),
    Column("words", pg.TSVECTOR, Computed("""to_tsvector('english', coalesce("body % of", ''))""", persisted=True)),
    Column("key", Text(collation="C"), Computed("data ->> 'key'", persisted=True), unique=True),
    Column("kind", Text, Computed("CASE WHEN qty > 9 THEN 'big' ELSE 'small' END", persisted=True)),
)

# -- values to begin with -----------------------------------------------------------


class utcnow(FunctionElement[datetime]):  # noqa: N801  a function, written as the recipe in SQLAlchemy's manual has it
    """The time in UTC: an expression of the application's own, with a compiler of its own."""

    type = DateTime()
    inherit_cache = True


@compiles(utcnow, "postgresql")
def _utcnow(_element: utcnow, _compiler: SQLCompiler, **_: object) -> str:
    return "TIMEZONE('utc', CURRENT_TIMESTAMP)"


STRINGS = (
    "", " ", "it's", "'", '"', "100 % %s %(x)s %%", r"C:\new\table\'", "line\nbreak\ttab", "déjà vu ☕", "$$ $1 $body$",
    ":name ::text", "a;b", "-- no comment", "/* nor this */", "{}", "--> statement-breakpoint", "x;\n-- ccm: commit\ny",
)  # fmt: skip

Table(
    "defaults_that_are_strings",
    Plain.metadata,
    *(Column(f"d{number}", Text, server_default=value) for number, value in enumerate(STRINGS)),
)

Case = tuple[type[TypeEngine[Any]] | TypeEngine[Any], str | ColumnElement[Any] | TextClause | FetchedValue]

EXPRESSIONS: tuple[Case, ...] = (
    (Integer, "0"),
    (Integer, sql("-1")),
    (Integer, sql("1 + 2 * 3")),
    (Integer, sql("(1 + 2) * 3")),
    (Integer, func.coalesce(null(), 5)),
    (Integer, func.length("it's 5 %")),
    (Integer, sql("NULL")),
    (BigInteger, sql("9223372036854775807")),
    (Numeric(10, 2), sql("1.5")),
    (Numeric, sql("'NaN'")),
    (pg.DOUBLE_PRECISION, sql("1e10")),
    (pg.BOOLEAN, true()),
    (pg.BOOLEAN, false()),
    (pg.BOOLEAN, sql("'t'")),
    (String(3), sql("'abcdef'::varchar(3)")),
    (String(3), sql("NULL::varchar(3)")),
    (Text, sql(r"E'tab\there'")),
    (Text, sql("CURRENT_USER")),
    (Text, sql("CASE WHEN random() > 0.5 THEN 'a' ELSE 'b' END")),
    (Text, sql("md5(random()::text || clock_timestamp()::text)")),
    (Text(collation="C"), sql("lower('A' COLLATE \"C\")")),
    (Date, cast(literal("2020-01-02"), Date)),
    (Date, func.current_date()),
    (Date, sql("'2020-01-02'")),
    (DateTime, utcnow()),
    (DateTime, sql("(now() AT TIME ZONE 'utc')")),
    (DateTime(timezone=True), func.now()),
    (DateTime(timezone=True), sql("CURRENT_TIMESTAMP(3)")),
    (DateTime(timezone=True), sql("statement_timestamp() + interval '1 day 02:03'")),
    (pg.INTERVAL, sql("'1 day'")),
    (pg.UUID, func.gen_random_uuid()),
    (pg.UUID, sql("'00000000-0000-0000-0000-000000000000'")),
    (pg.BYTEA, sql(r"'\xdeadbeef'")),
    (pg.BIT(3), sql("B'101'")),
    (pg.INET, sql("'::1/128'")),
    (pg.MONEY, sql("1.25")),
    (pg.INT4RANGE, sql("'[1,10]'")),
    (pg.TSTZRANGE, sql("tstzrange(now(), NULL, '[)')")),
    (pg.ARRAY(Integer), sql("'{}'")),
    (pg.ARRAY(Integer), pg.array([1, 2])),
    (pg.ARRAY(Text), sql("ARRAY[]::text[]")),
    (pg.ARRAY(String(3)), sql("ARRAY['a', 'it''s']::varchar(3)[]")),
    (pg.ARRAY(Integer, dimensions=2), sql("ARRAY[ARRAY[1, 2], ARRAY[3, 4]]")),
    (pg.JSONB, sql("""'{"b": [1, "it''s 5 %", null], "a": {"\\u00e9": 1e3}}'""")),
    (pg.JSONB, cast(literal('{"key": ["it\'s", 1]}'), pg.JSONB)),
    (pg.JSON, sql("""'{"b" : 1,  "a"\\:2}'""")),
    (pg.JSONB, func.jsonb_build_object("a", 1, "b", "x")),
    (pg.TSVECTOR, func.to_tsvector(sql("'english'"), "fat cats")),
    (pg.REGCLASS, sql("'pg_class'")),
    (Raw("point"), sql("point(1, 2)")),
    (Raw("xml"), sql("XMLPARSE(CONTENT '<a/>')")),
    (Integer, FetchedValue()),
)

Table(
    "defaults_that_are_expressions",
    Plain.metadata,
    *(Column(f"d{number}", type_, server_default=default) for number, (type_, default) in enumerate(EXPRESSIONS)),
)
