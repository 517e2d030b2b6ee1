"""One column of every type that PostgreSQL and SQLAlchemy both know, by SQLAlchemy's name and by Postgres' own."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

from .bases import Plain

Types = Mapping[str, TypeEngine[Any] | type[TypeEngine[Any]]]


class Raw(UserDefinedType[str]):
    """A type that SQLAlchemy has no class for, by its name in SQL."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: object) -> str:
        return self.name


class Shouted(TypeDecorator[str]):
    """A type of the application's own, which Postgres sees as another."""

    impl = sa.String(40)
    cache_ok = True


POSTGRES: Types = {
    "bigint": pg.BIGINT,
    "bit": pg.BIT,
    "bit_5": pg.BIT(5),
    "bit_varying": pg.BIT(varying=True),
    "bit_varying_5": pg.BIT(5, varying=True),
    "boolean": pg.BOOLEAN,
    "bytea": pg.BYTEA,
    "char": pg.CHAR,
    "char_3": pg.CHAR(3),
    "char_collated": pg.CHAR(3, collation="C"),
    "cidr": pg.CIDR,
    "date": pg.DATE,
    "double_precision": pg.DOUBLE_PRECISION,
    "float": pg.FLOAT,
    "float_24": pg.FLOAT(24),
    "float_25": pg.FLOAT(25),
    "inet": pg.INET,
    "integer": pg.INTEGER,
    "interval": pg.INTERVAL,
    "interval_3": pg.INTERVAL(precision=3),
    "interval_year": pg.INTERVAL(fields="YEAR"),
    "interval_year_to_month": pg.INTERVAL(fields="YEAR TO MONTH"),
    "interval_day_to_second_3": pg.INTERVAL(fields="DAY TO SECOND", precision=3),
    "interval_second_0": pg.INTERVAL(fields="SECOND", precision=0),
    "json": pg.JSON,
    "jsonb": pg.JSONB,
    "jsonpath": pg.JSONPATH,
    "macaddr": pg.MACADDR,
    "macaddr8": pg.MACADDR8,
    "money": pg.MONEY,
    "numeric": pg.NUMERIC,
    "numeric_5": pg.NUMERIC(5),
    "numeric_10_2": pg.NUMERIC(10, 2),
    "numeric_3_minus_2": pg.NUMERIC(3, -2),
    "numeric_2_4": pg.NUMERIC(2, 4),
    "oid": pg.OID,
    "real": pg.REAL,
    "regclass": pg.REGCLASS,
    "regconfig": pg.REGCONFIG,
    "smallint": pg.SMALLINT,
    "text": pg.TEXT,
    "text_collated": pg.TEXT(collation="C"),
    "time": pg.TIME,
    "time_0": pg.TIME(precision=0),
    "timetz": pg.TIME(timezone=True),
    "timetz_3": pg.TIME(timezone=True, precision=3),
    "timestamp": pg.TIMESTAMP,
    "timestamp_0": pg.TIMESTAMP(precision=0),
    "timestamptz": pg.TIMESTAMP(timezone=True),
    "timestamptz_3": pg.TIMESTAMP(timezone=True, precision=3),
    "tsquery": pg.TSQUERY,
    "tsvector": pg.TSVECTOR,
    "uuid": pg.UUID,
    "varchar": pg.VARCHAR,
    "varchar_255": pg.VARCHAR(255),
    "varchar_collated": pg.VARCHAR(20, collation="POSIX"),
}

RANGES: Types = {
    "int4range": pg.INT4RANGE,
    "int8range": pg.INT8RANGE,
    "numrange": pg.NUMRANGE,
    "daterange": pg.DATERANGE,
    "tsrange": pg.TSRANGE,
    "tstzrange": pg.TSTZRANGE,
    "int4multirange": pg.INT4MULTIRANGE,
    "int8multirange": pg.INT8MULTIRANGE,
    "nummultirange": pg.NUMMULTIRANGE,
    "datemultirange": pg.DATEMULTIRANGE,
    "tsmultirange": pg.TSMULTIRANGE,
    "tstzmultirange": pg.TSTZMULTIRANGE,
}

ARRAYS: Types = {
    "of_bit": pg.ARRAY(pg.BIT(3)),
    "of_char": pg.ARRAY(pg.CHAR(2)),
    "of_integer": pg.ARRAY(pg.INTEGER),
    "of_interval": pg.ARRAY(pg.INTERVAL(fields="DAY TO SECOND", precision=2)),
    "of_jsonb": pg.ARRAY(pg.JSONB),
    "of_multirange": pg.ARRAY(pg.INT4MULTIRANGE),
    "of_numeric": pg.ARRAY(pg.NUMERIC[Decimal](10, 2)),
    "of_range": pg.ARRAY(pg.TSTZRANGE),
    "of_text_in_two_dimensions": pg.ARRAY(pg.TEXT, dimensions=2),
    "of_text_in_three_dimensions": sa.ARRAY(sa.Text, dimensions=3),
    "of_timestamptz": pg.ARRAY(pg.TIMESTAMP(timezone=True, precision=3)),
    "of_timetz": pg.ARRAY(pg.TIME(timezone=True)),
    "of_uuid": pg.ARRAY(pg.UUID),
    "of_varchar": pg.ARRAY(pg.VARCHAR(20)),
    "of_varchar_collated": pg.ARRAY(pg.VARCHAR(20, collation="C"), dimensions=2),
}

GENERIC: Types = {
    "big_integer": sa.BigInteger,
    "boolean": sa.Boolean(create_constraint=True, name="ignored_by_postgres"),
    "date": sa.Date,
    "date_time": sa.DateTime,
    "date_time_with_zone": sa.DateTime(timezone=True),
    "decimal": sa.DECIMAL(8, 3),
    "double": sa.Double,
    "float": sa.Float,
    "float_10": sa.Float(10),
    "integer": sa.Integer,
    "interval": sa.Interval,
    "interval_3": sa.Interval(second_precision=3, day_precision=2),
    "json": sa.JSON,
    "json_none_as_null": sa.JSON(none_as_null=True),
    "large_binary": sa.LargeBinary(100),
    "nchar": sa.NCHAR(5),
    "numeric": sa.Numeric(12, 4, asdecimal=False),
    "pickle": sa.PickleType,
    "small_integer": sa.SmallInteger,
    "string": sa.String,
    "string_30": sa.String(30, collation="ucs_basic"),
    "text": sa.Text,
    "time": sa.Time,
    "time_with_zone": sa.Time(timezone=True),
    "unicode": sa.Unicode(30),
    "unicode_text": sa.UnicodeText,
    "uuid": sa.Uuid,
    "uuid_as_char": sa.Uuid(native_uuid=False),
    "variant": sa.String(30).with_variant(pg.JSONB(), "postgresql"),
    "variant_for_another": sa.String(30).with_variant(sa.Text(), "sqlite"),
    "decorated": Shouted,
    "array_of_decorated": sa.ARRAY(Shouted),
}

UNKNOWN_TO_SQLALCHEMY = (
    *("box", "circle", "line", "lseg", "path", "point", "polygon"),
    *("xml", "pg_lsn", "pg_snapshot", "txid_snapshot", "name", '"char"', "bpchar", "tid", "xid", "xid8", "cid"),
    *("regproc", "regprocedure", "regoper", "regoperator", "regtype", "regrole", "regnamespace", "regcollation"),
    *("regdictionary", "refcursor", "int2vector", "oidvector", "point[]", "pg_catalog.int4", "integer[3][4]"),
)


def _columns(types: Types) -> list[Column[Any]]:
    return [Column(name, type_) for name, type_ in types.items()]


Table("types_of_postgres", Plain.metadata, *_columns(POSTGRES))
Table("types_that_are_ranges", Plain.metadata, *_columns(RANGES))
Table("types_that_are_arrays", Plain.metadata, *_columns(ARRAYS))
Table("types_of_sqlalchemy", Plain.metadata, *_columns(GENERIC))
Table("types_by_name", Plain.metadata, *_columns({name: Raw(name) for name in UNKNOWN_TO_SQLALCHEMY}))
