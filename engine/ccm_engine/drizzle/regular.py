"""A snapshot as a file may hold it → the same as drizzle-kit 0.31 writes it today, with nothing left out."""

from collections.abc import Iterable
from typing import TypeVar

from ccm_engine.drizzle import form as drizzle
from ccm_engine.drizzle import shape
from ccm_engine.drizzle.column_types import is_native, parts
from ccm_engine.language import translated as _

_PUBLIC = "public"
_Enums = frozenset[tuple[str, str]]

Item = TypeVar("Item")


def regular(given: shape.Snapshot) -> drizzle.Projection:
    """The sections of a snapshot. Raises ValueError where one name is there twice."""
    enums = frozenset((item.within or _PUBLIC, item.name) for item in given.enums.values())
    return {
        "tables": _keyed("tables", ((_key(it), _table(it, enums)) for it in given.tables.values())),
        "enums": _keyed("enums", ((_key(it), _enum(it)) for it in given.enums.values())),
        "schemas": given.schemas,
        "sequences": _keyed(
            "sequences", ((_key(it), _sequence(it, it.within or _PUBLIC, 64)) for it in given.sequences.values())
        ),
        "roles": {key: _role(it) for key, it in given.roles.items()},
        "policies": {key: _policy(it) for key, it in given.policies.items()},
        "views": _keyed("views", ((_key(it), _view(it, enums)) for it in given.views.values())),
        "_meta": {"columns": {}, "schemas": {}, "tables": {}},
    }


def _key(given: shape.Table | shape.Enum | shape.Sequence | shape.View) -> str:
    """The key that an object has in its section, whatever it had."""
    return f"{given.within or _PUBLIC}.{given.name}"


def _keyed(section: str, pairs: Iterable[tuple[str, Item]]) -> dict[str, Item]:
    found: dict[str, Item] = {}
    for key, item in pairs:
        if key in found:
            raise ValueError(_("{section}: {key} is there twice").format(section=section, key=key))
        found[key] = item
    return found


# -- tables -------------------------------------------------------------------------


def _table(given: shape.Table, enums: _Enums) -> drizzle.Table:
    schema = given.within or _PUBLIC
    uniques = {key: _unique(item) for key, item in given.unique_constraints.items()}
    for column in given.columns.values():
        if column.is_unique:
            name = column.unique_name or f"{given.name}_{column.name}_unique"
            said: drizzle.Unique = {
                "name": name,
                "nullsNotDistinct": bool(column.nulls_not_distinct),
                "columns": [column.name],
            }
            uniques.setdefault(name, said)
    return {
        "name": given.name,
        "schema": "" if schema == _PUBLIC else schema,
        "columns": {key: _column(item, schema, enums) for key, item in given.columns.items()},
        "indexes": {key: _index(item) for key, item in given.indexes.items()},
        "foreignKeys": {key: _foreign_key(item) for key, item in given.foreign_keys.items()},
        "compositePrimaryKeys": {
            key: {"name": item.name, "columns": item.columns} for key, item in given.composite_primary_keys.items()
        },
        "uniqueConstraints": uniques,
        "policies": {key: _policy(item) for key, item in given.policies.items()},
        "checkConstraints": {
            key: {"name": item.name, "value": item.value} for key, item in given.check_constraints.items()
        },
        "isRLSEnabled": given.row_security,
    }


def _column(given: shape.Column, schema: str, enums: _Enums) -> drizzle.Column:
    said: drizzle.Column = {
        "name": given.name,
        "type": given.type,
        "primaryKey": given.primary_key,
        "notNull": given.not_null,
    }
    type_schema = given.type_schema or _schema_of(given.type, enums)
    if type_schema is not None:
        said["typeSchema"] = type_schema
    if given.default is not None:
        said["default"] = given.default
    if given.generated is not None:
        said["generated"] = {"as": given.generated.expression, "type": given.generated.type}
    if given.identity is not None:
        numbers = _sequence(given.identity, schema, _BITS.get(given.type, 64))
        said["identity"] = {**numbers, "type": given.identity.type}
    return said


def _schema_of(type_: str, enums: _Enums) -> str | None:
    """The schema of the enum that a column has without saying where it is: not where drizzle-orm has such a type."""
    name, _dimensions = parts(type_)
    if is_native(name):
        return None
    return min((schema for schema, enum in enums if enum == name), key=lambda it: (it != _PUBLIC, it), default=None)


def _index(given: shape.Index) -> drizzle.Index:
    said: drizzle.Index = {
        "name": given.name,
        "columns": [_index_column(item) for item in given.columns],
        "isUnique": given.is_unique,
        "concurrently": given.concurrently,
        "method": given.method,
        "with": given.options,
    }
    if given.where is not None:
        said["where"] = given.where
    return said


def _index_column(given: shape.IndexColumn) -> drizzle.IndexColumn:
    said: drizzle.IndexColumn = {
        "expression": given.expression,
        "isExpression": given.is_expression,
        "asc": given.asc,
        "nulls": given.nulls or "last",
    }
    if given.opclass is not None:
        said["opclass"] = given.opclass
    return said


def _unique(given: shape.Unique) -> drizzle.Unique:
    return {"name": given.name, "nullsNotDistinct": given.nulls_not_distinct, "columns": given.columns}


def _foreign_key(given: shape.ForeignKey) -> drizzle.ForeignKey:
    said: drizzle.ForeignKey = {
        "name": given.name,
        "tableFrom": given.table_from,
        "tableTo": given.table_to,
        "columnsFrom": given.columns_from,
        "columnsTo": given.columns_to,
        "onDelete": given.on_delete or "no action",
        "onUpdate": given.on_update or "no action",
    }
    if given.schema_to is not None and given.schema_to != _PUBLIC:
        said["schemaTo"] = given.schema_to
    return said


def _policy(given: shape.Policy) -> drizzle.Policy:
    said: drizzle.Policy = {
        "name": given.name,
        "as": given.mode or "PERMISSIVE",
        "for": given.command or "ALL",
        "to": given.to or ["public"],
    }
    if given.using is not None:
        said["using"] = given.using
    if given.with_check is not None:
        said["withCheck"] = given.with_check
    if given.on is not None:
        said["on"] = given.on
    if given.within is not None:
        said["schema"] = given.within
    return said


# -- what is not in a table ---------------------------------------------------------

_BITS = {"smallint": 16, "integer": 32}


def _sequence(given: shape.Numbers, schema: str, bits: int) -> drizzle.Sequence:
    """With what Postgres takes where nothing is said, for a sequence that counts in so many bits."""
    up = not (given.increment or "").startswith("-")
    low = given.min_value or str(1 if up else -(2 ** (bits - 1)))
    high = given.max_value or str(2 ** (bits - 1) - 1 if up else -1)
    return {
        "name": given.name,
        "schema": schema,
        "increment": given.increment or "1",
        "startWith": given.start_with or (low if up else high),
        "minValue": low,
        "maxValue": high,
        "cache": given.cache or "1",
        "cycle": bool(given.cycle),
    }


def _enum(given: shape.Enum) -> drizzle.Enum:
    return {"name": given.name, "schema": given.within or _PUBLIC, "values": given.values}


def _role(given: shape.Role) -> drizzle.Role:
    return {
        "name": given.name,
        "createDb": given.create_db,
        "createRole": given.create_role,
        "inherit": given.inherit,
    }


def _view(given: shape.View, enums: _Enums) -> drizzle.View:
    schema = given.within or _PUBLIC
    said: drizzle.View = {
        "columns": {key: _column(item, schema, enums) for key, item in given.columns.items()},
        "name": given.name,
        "schema": schema,
        "isExisting": given.is_existing,
        "materialized": given.materialized,
    }
    if given.definition is not None:
        said["definition"] = given.definition
    if given.options:
        said["with"] = given.options
    if given.with_no_data:
        said["withNoData"] = True
    if given.tablespace is not None:
        said["tablespace"] = given.tablespace
    if given.using is not None:
        said["using"] = given.using
    return said
