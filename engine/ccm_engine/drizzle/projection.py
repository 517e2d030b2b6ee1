"""The projection of a catalog onto what a Drizzle Kit version 7 snapshot can say.

Drizzle Kit compares a snapshot with its TypeScript schema almost as text, so everything is spelled here as drizzle-orm
prints it, and an expression as `drizzle-kit pull` copies it from Postgres. What Drizzle has no word for is left out:
comments, collations, domains, extensions, functions, triggers, partitions, exclusion constraints, INCLUDE, NULLS NOT
DISTINCT of an index, indexes of materialized views, deferrable, NOT VALID and MATCH FULL constraints, the expression of
a virtual column, storage and parents of a table. Nothing is lost by that: our own reader takes the whole catalog, which
stands beside it in the same file.
"""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from typing import Literal, TypeAlias, cast

from ccm_engine.catalog import Bond, Catalog, Key, Need
from ccm_engine.drizzle import form as drizzle
from ccm_engine.drizzle.columns import NUMBER, SERIALS, number, project_column, project_numbers
from ccm_engine.drizzle.views import project_view
from ccm_engine.kinds.check import Check
from ccm_engine.kinds.column import Column
from ccm_engine.kinds.enum import Enum
from ccm_engine.kinds.foreign_key import ForeignKey
from ccm_engine.kinds.index import Index, IndexKey
from ccm_engine.kinds.materialized_view import MaterializedView
from ccm_engine.kinds.ownership import Ownership
from ccm_engine.kinds.policy import Policy
from ccm_engine.kinds.primary_key import PrimaryKey
from ccm_engine.kinds.role import Role
from ccm_engine.kinds.schema import Schema
from ccm_engine.kinds.sequence import Sequence
from ccm_engine.kinds.table import Table
from ccm_engine.kinds.unique import Unique
from ccm_engine.kinds.view import View


def project(catalog: Catalog) -> drizzle.Projection:
    """The sections of a snapshot that describe a schema, as values that `json` can write."""
    serials = serial_columns(catalog)
    projected = {dotted(item.key): project_table(item, catalog, serials) for item in tables(catalog)}
    return {"tables": projected, **sections(catalog, serials)}


def tables(catalog: Catalog) -> Iterator[Table]:
    """Those that Drizzle may know: it would drop the partitions of a table, which no schema of its can name."""
    return (item for item in catalog.all(Table) if item.partition_of is None)


def sections(catalog: Catalog, serials: Mapping[Key, Key]) -> drizzle.Sections:
    """All but the tables, and the sequences of those columns that `serial` describes."""
    implied = set(serials.values())
    sequences = (item for item in catalog.all(Sequence) if item.key not in implied)
    views: tuple[View | MaterializedView, ...] = (*catalog.all(View), *catalog.all(MaterializedView))
    return {
        "enums": {dotted(item.key): _enum(item) for item in catalog.all(Enum)},
        "schemas": {item.name: item.name for item in catalog.all(Schema) if item.name != "public"},
        "sequences": {dotted(item.key): project_numbers(item.schema, item.name, item.numbers) for item in sequences},
        "roles": {item.name: _role(item) for item in catalog.all(Role)},
        "policies": {},
        "views": {dotted(item.key): project_view(item) for item in views},
        "_meta": {"columns": {}, "schemas": {}, "tables": {}},
    }


def dotted(key: Key) -> str:
    """How a section calls an object."""
    return ".".join(key.path)


def project_table(table: Table, catalog: Catalog, serials: Container[Key]) -> drizzle.Table:
    """A table with all that stands in its section; `serials` are the columns that `serial` describes."""
    columns = sorted(catalog.parts(table.key, Column), key=lambda item: item.position)
    keys = tuple(catalog.parts(table.key, PrimaryKey))
    simple = {item.columns for item in keys if _is_simple(item)}
    return {
        "name": table.name,
        "schema": "" if table.schema == "public" else table.schema,
        "columns": {
            item.name: project_column(item, primary=(item.name,) in simple, serial=item.key in serials)
            for item in columns
        },
        "indexes": {item.name: _index(item) for item in catalog.parts(table.key, Index)},
        "foreignKeys": {item.name: _foreign_key(item) for item in catalog.parts(table.key, ForeignKey)},
        "compositePrimaryKeys": {item.name: _primary_key(item) for item in keys if not _is_simple(item)},
        "uniqueConstraints": {item.name: _unique(item) for item in catalog.parts(table.key, Unique)},
        "policies": {item.name: _policy(item) for item in catalog.parts(table.key, Policy)},
        "checkConstraints": {item.name: _check(item) for item in catalog.parts(table.key, Check)},
        "isRLSEnabled": table.row_security,
    }


_NEXTVAL = re.compile(r"nextval\('(?:[^']|'')*'::regclass\)")


def serial_columns(catalog: Catalog) -> Mapping[Key, Key]:
    """The columns that `serial` describes, each with its sequence: filled from a sequence that they own."""
    serials: dict[Key, Key] = {}
    for owned in catalog.all(Ownership):
        column = catalog.objects.get(Key("column", (owned.schema, owned.table, owned.column)))
        sequence = Key("sequence", owned.path)
        if not isinstance(column, Column) or not _is_serial(column):
            continue
        if Need(column.key, sequence, Bond.USES) in catalog.needs_of(column.key):
            serials[column.key] = sequence
    return serials


def _is_serial(column: Column) -> bool:
    return column.type in SERIALS and column.not_null and _NEXTVAL.fullmatch(column.default or "") is not None


# -- constraints, indexes, policies ------------------------------------------------


def _is_simple(key: PrimaryKey) -> bool:
    """Whether it is one column's, under the name that Postgres gives it, which has room for 63 bytes."""
    name = key.table.encode()[: 63 - len("_pkey")].decode(errors="ignore") + "_pkey"
    return len(key.columns) == 1 and key.name == name


def _primary_key(key: PrimaryKey) -> drizzle.PrimaryKey:
    return {"name": key.name, "columns": list(key.columns)}


def _unique(unique: Unique) -> drizzle.Unique:
    return {"name": unique.name, "nullsNotDistinct": unique.nulls_not_distinct, "columns": list(unique.columns)}


def _check(check: Check) -> drizzle.Check:
    condition = check.definition[len("CHECK ") : check.definition.rindex(")") + 1]
    return {"name": check.name, "value": _bare(_bare(condition))}


def _foreign_key(key: ForeignKey) -> drizzle.ForeignKey:
    said: drizzle.ForeignKey = {
        "name": key.name,
        "tableFrom": key.table,
        "tableTo": key.target,
        "columnsFrom": list(key.columns),
        "columnsTo": list(key.target_columns),
        "onDelete": key.on_delete.lower(),
        "onUpdate": key.on_update.lower(),
    }
    if key.target_schema != "public":
        said["schemaTo"] = key.target_schema
    return said


def _index(index: Index) -> drizzle.Index:
    said: drizzle.Index = {
        "name": index.name,
        "columns": [_index_column(key) for key in index.keys],
        "isUnique": index.unique,
        "concurrently": False,
        "method": index.method,
        "with": dict(map(_option, index.options_as_given)),
    }
    if index.predicate is not None:
        said["where"] = index.predicate
    return said


def _index_column(key: IndexKey) -> drizzle.IndexColumn:
    opclass = None if key.opclass is None else re.sub(r"^(?:pg_catalog|public)\.", "", key.opclass)
    if key.column is None or key.collation is not None:  # an expression takes along what follows it
        return {"expression": replace(key, opclass=opclass).sql(), "isExpression": True, "asc": True, "nulls": "last"}
    said: drizzle.IndexColumn = {
        "expression": key.column,
        "isExpression": False,
        "asc": not key.descending,
        "nulls": "first" if key.nulls_first else "last",
    }
    if opclass is not None:
        said["opclass"] = opclass
    return said


def _option(text: str) -> tuple[str, drizzle.Value]:
    name, _, value = text.partition("=")
    if value in {"true", "false"}:
        return name, value == "true"
    return name, number(value) if NUMBER.fullmatch(value) else value


_TOKENS = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]""")


def _bare(expression: str) -> str:
    """Without the parentheses around the whole of it, if there are any: not those of `(a)::numeric(10,2)`."""
    depth = 0
    for token in _TOKENS.finditer(expression):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth == 0:
            whole = expression.startswith("(") and token.end() == len(expression)
            return expression[1:-1] if whole else expression
    return expression


_Command: TypeAlias = Literal["ALL", "SELECT", "INSERT", "UPDATE", "DELETE"]


def _policy(policy: Policy) -> drizzle.Policy:
    """In the order of their names as JavaScript sorts them."""
    said: drizzle.Policy = {
        "name": policy.name,
        "as": "PERMISSIVE" if policy.permissive else "RESTRICTIVE",
        "for": cast("_Command", policy.command),
        "to": sorted(policy.roles) or ["public"],
    }
    if policy.using is not None:
        said["using"] = policy.using
    if policy.with_check is not None:
        said["withCheck"] = policy.with_check
    return said


# -- what is not in a table ---------------------------------------------------------


def _enum(enum: Enum) -> drizzle.Enum:
    return {"name": enum.name, "schema": enum.schema, "values": list(enum.values)}


def _role(role: Role) -> drizzle.Role:
    return {
        "name": role.name,
        "createDb": "CREATEDB" in role.attributes,
        "createRole": "CREATEROLE" in role.attributes,
        "inherit": "NOINHERIT" not in role.attributes,
    }
