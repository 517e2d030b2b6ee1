"""The objects of a Drizzle Kit snapshot as its files may hold them: what must be there, and what may be left out.

The facts are those of drizzle-kit 0.31's own validator, but for `null`, which stands here for what is left out, and for
options, whose names Postgres judges. Where that validator tolerates a key that it does not know, so does this; in any
other place such a key is a mistake, for who knows what it would change.
"""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from ccm_engine.drizzle.form import Value

NO_VALUE = "no_value"
"""The type of the error about an object or a list where a value belongs."""


def _value(given: object) -> Value:
    if isinstance(given, str | int | float):
        return given
    raise PydanticCustomError(NO_VALUE, "no value")


def _default(given: object) -> Value:
    return "NULL" if given is None else _value(given)  # which hides the default of a domain


def _something(given: object) -> object:
    return None if given == "" else given


Scalar: TypeAlias = Annotated[Value, PlainValidator(_value)]
Default: TypeAlias = Annotated[Value | None, PlainValidator(_default)]
"""None where there is none, which is not `null`."""
Name: TypeAlias = Annotated[str | None, BeforeValidator(_something)]
"""One that may be left out, or be empty, which is the same."""


class Tolerant(BaseModel):
    """Knows its keys, and does not mind others."""

    model_config: ClassVar[ConfigDict] = ConfigDict(strict=True, extra="ignore", alias_generator=to_camel)


class Strict(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(strict=True, extra="forbid", alias_generator=to_camel)


class Numbers(BaseModel):
    name: str
    increment: str | None = None
    start_with: str | None = None
    min_value: str | None = None
    max_value: str | None = None
    cache: str | None = None
    cycle: bool | None = None


class Sequence(Numbers, Strict):
    within: Name = Field(alias="schema")


class Identity(Numbers, Tolerant):
    type: Literal["always", "byDefault"]


class Generated(Tolerant):
    expression: str = Field(alias="as")
    type: Literal["stored"]


class Column(Strict):
    name: str
    type: str
    type_schema: Name = None
    primary_key: bool
    not_null: bool
    default: Default = None
    generated: Generated | None = None
    identity: Identity | None = None
    is_unique: bool | None = None
    unique_name: Name = None
    nulls_not_distinct: bool | None = None


class IndexColumn(Tolerant):
    expression: str
    is_expression: bool
    asc: bool
    nulls: Literal["first", "last"] | None = None
    opclass: Name = None


class Index(Strict):
    name: str
    columns: list[IndexColumn]
    is_unique: bool
    where: Name = None
    concurrently: bool = False
    method: str = "btree"
    options: dict[str, Scalar] = Field(default={}, alias="with")


class ForeignKey(Strict):
    name: str
    table_from: str
    table_to: str
    schema_to: Name = None
    columns_from: list[str]
    columns_to: list[str]
    on_delete: Name = None
    on_update: Name = None


class PrimaryKey(Strict):
    name: str
    columns: list[str]


class Unique(Strict):
    name: str
    columns: list[str]
    nulls_not_distinct: bool = False


class Check(Strict):
    name: str
    value: str


class Policy(Strict):
    name: str
    mode: Literal["PERMISSIVE", "RESTRICTIVE"] | None = Field(default=None, alias="as")
    command: Literal["ALL", "SELECT", "INSERT", "UPDATE", "DELETE"] | None = Field(default=None, alias="for")
    to: list[str] | None = None
    using: str | None = None
    with_check: str | None = None
    on: Name = None
    within: Name = Field(default=None, alias="schema")


class Table(Strict):
    name: str
    within: Name = Field(alias="schema")
    columns: dict[str, Column]
    indexes: dict[str, Index]
    foreign_keys: dict[str, ForeignKey]
    composite_primary_keys: dict[str, PrimaryKey]
    unique_constraints: dict[str, Unique] = {}
    policies: dict[str, Policy] = {}
    check_constraints: dict[str, Check] = {}
    row_security: bool = Field(default=False, alias="isRLSEnabled")


class Enum(Strict):
    name: str
    within: Name = Field(alias="schema")
    values: list[str]


class Role(Strict):
    name: str
    create_db: bool = False
    create_role: bool = False
    inherit: bool = True


class View(Strict):
    name: str
    within: Name = Field(alias="schema")
    columns: dict[str, Column]
    definition: str | None = None
    is_existing: bool
    materialized: bool
    options: dict[str, Scalar] = Field(default={}, alias="with")
    with_no_data: bool = False
    tablespace: Name = None
    using: Name = None


class Meta(Tolerant):
    """Drizzle wants all three, and reads none."""

    columns: dict[str, str]
    schemas: dict[str, str]
    tables: dict[str, str]


class Snapshot(Tolerant):
    id: str
    previous: str = Field(alias="prevId")
    tables: dict[str, Table]
    enums: dict[str, Enum]
    schemas: dict[str, str]
    sequences: dict[str, Sequence] = {}
    roles: dict[str, Role] = {}
    policies: dict[str, Policy] = {}
    views: dict[str, View] = {}
    meta: Meta = Field(alias="_meta")
