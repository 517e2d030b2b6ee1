"""What a Drizzle Kit version 7 snapshot is made of, as types.

The facts are drizzle-kit 0.31's own (`src/serializer/pgSchema.ts`). Its validator calls a whole file malformed for
one unknown key inside any of these objects; only in `Meta`, `Identity`, `Generated`, `IndexColumn` and in an index's
`with` does it tolerate one.
"""

from typing import Literal, Never, NotRequired, TypeAlias, TypedDict

Value: TypeAlias = str | int | float | bool

Nothing: TypeAlias = dict[str, Never]
"""A section that is always empty."""


class Sequence(TypedDict):
    """Numbers stand as text: a bigint does not fit into a number of JavaScript."""

    name: str
    schema: str
    increment: str
    startWith: str
    minValue: str
    maxValue: str
    cache: str
    cycle: bool


class Identity(Sequence):
    """`name` is that of the sequence behind the column."""

    type: Literal["always", "byDefault"]


# `as` and `with` are keywords of Python: hence the other way to write a TypedDict.
Generated = TypedDict("Generated", {"as": str, "type": Literal["stored"]})


class Column(TypedDict):
    name: str
    type: str
    """As drizzle-orm prints it: `varchar(255)`, `timestamp (3)`, `numeric(10, 2)`, an enum by its bare name."""
    typeSchema: NotRequired[str]
    """Where the type is the user's own."""
    primaryKey: bool
    """Where the primary key is this column alone, under the name that Postgres gives it."""
    notNull: bool
    default: NotRequired[Value]
    """A string is SQL: `now()`, or `'pending'` with its quotes."""
    generated: NotRequired[Generated]
    identity: NotRequired[Identity]


class IndexColumn(TypedDict):
    expression: str
    """The name of a column, or SQL where `isExpression`."""
    isExpression: bool
    asc: bool
    nulls: Literal["first", "last"]
    opclass: NotRequired[str]


Index = TypedDict(
    "Index",
    {
        "name": str,
        "columns": list[IndexColumn],
        "isUnique": bool,
        "where": NotRequired[str],
        "concurrently": bool,
        "method": str,
        "with": dict[str, Value],
    },
)


class ForeignKey(TypedDict):
    name: str
    tableFrom: str
    tableTo: str
    schemaTo: NotRequired[str]
    """Absent where it is `public`."""
    columnsFrom: list[str]
    columnsTo: list[str]
    onDelete: str
    onUpdate: str


class PrimaryKey(TypedDict):
    name: str
    columns: list[str]


class Unique(TypedDict):
    name: str
    nullsNotDistinct: bool
    columns: list[str]


class Check(TypedDict):
    name: str
    value: str


Policy = TypedDict(
    "Policy",
    {
        "name": str,
        "as": Literal["PERMISSIVE", "RESTRICTIVE"],
        "for": Literal["ALL", "SELECT", "INSERT", "UPDATE", "DELETE"],
        "to": list[str],
        "using": NotRequired[str],
        "withCheck": NotRequired[str],
        "on": NotRequired[str],
        "schema": NotRequired[str],
    },
)
"""`to` is by alphabet. `on`, as in `"app"."table"`, and `schema` stand where the table is none of the schema's own."""


class Role(TypedDict):
    name: str
    createDb: bool
    createRole: bool
    inherit: bool


View = TypedDict(
    "View",
    {
        "columns": dict[str, Column],
        "definition": NotRequired[str],
        "name": str,
        "schema": str,
        "isExisting": bool,
        "with": NotRequired[dict[str, Value]],
        "withNoData": NotRequired[bool],
        "materialized": bool,
        "tablespace": NotRequired[str],
        "using": NotRequired[str],
    },
)
"""`columns` are those that are plainly selected; `isExisting` is one that Drizzle uses and does not make."""


class Table(TypedDict):
    name: str
    schema: str
    """Empty for `public`."""
    columns: dict[str, Column]
    indexes: dict[str, Index]
    foreignKeys: dict[str, ForeignKey]
    compositePrimaryKeys: dict[str, PrimaryKey]
    uniqueConstraints: dict[str, Unique]
    policies: dict[str, Policy]
    checkConstraints: dict[str, Check]
    isRLSEnabled: bool


class Enum(TypedDict):
    name: str
    schema: str
    values: list[str]


class Meta(TypedDict):
    """Drizzle's notes on renames, which it has given up writing."""

    columns: Nothing
    schemas: Nothing
    tables: Nothing


class Sections(TypedDict):
    """What of a schema is in no table; each object under its name, `schema.name` where it has one."""

    enums: dict[str, Enum]
    schemas: dict[str, str]
    sequences: dict[str, Sequence]
    roles: dict[str, Role]
    policies: dict[str, Policy]
    views: dict[str, View]
    _meta: Meta


class Projection(Sections):
    """The sections of a snapshot that describe a schema."""

    tables: dict[str, Table]
