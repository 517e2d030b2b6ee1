"""Snapshots of Drizzle Kit, put together from a few words."""

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


def snapshot(**sections: Json) -> Json:
    """A whole file; `tables` and the like are by name, and go under the key that Drizzle gives them."""
    head = {"id": "b", "prevId": "a", "version": "7", "dialect": "postgresql"}
    empty: Json = {"tables": {}, "enums": {}, "schemas": {}, "sequences": {}, "roles": {}, "policies": {}, "views": {}}
    return {**head, **empty, **sections, "_meta": {"columns": {}, "schemas": {}, "tables": {}}}


def table(name: str, *columns: Json, schema: str = "", **parts: object) -> Json:
    """A section `tables` with one table."""
    listed = {it["name"]: it for it in columns}
    plain: Json = {"name": name, "schema": schema, "columns": listed, "indexes": {}, "foreignKeys": {}}
    rest: Json = {"compositePrimaryKeys": {}, "uniqueConstraints": {}, "policies": {}, "checkConstraints": {}}
    return {f"{schema or 'public'}.{name}": {**plain, **rest, "isRLSEnabled": False, **parts}}


def column(name: str, type_: str, **more: object) -> Json:
    return {"name": name, "type": type_, "primaryKey": False, "notNull": False, **more}


def index(name: str, *keys: Json, **more: object) -> Json:
    plain: Json = {"name": name, "columns": list(keys), "isUnique": False, "concurrently": False, "method": "btree"}
    return {name: {**plain, "with": {}, **more}}


def key(expression: str, **more: object) -> Json:
    return {"expression": expression, "isExpression": False, "asc": True, "nulls": "last", **more}


def foreign_key(name: str, columns: tuple[str, str], to: str, **more: object) -> Json:
    source, target = columns
    plain: Json = {"name": name, "tableFrom": "t", "tableTo": to, "columnsFrom": [source], "columnsTo": [target]}
    return {name: {**plain, "onDelete": "no action", "onUpdate": "no action", **more}}


def policy(name: str, **more: object) -> Json:
    return {name: {"name": name, "as": "PERMISSIVE", "for": "ALL", "to": ["public"], **more}}


def view(name: str, **more: object) -> Json:
    plain: Json = {"columns": {}, "name": name, "schema": "public", "isExisting": False, "materialized": False}
    return {f"public.{name}": {**plain, **more}}


def enum(name: str, *values: str, schema: str = "public") -> Json:
    return {f"{schema}.{name}": {"name": name, "schema": schema, "values": list(values)}}


def sequence(name: str, *, schema: str = "public", **more: object) -> Json:
    numbers = {"increment": "1", "startWith": "1", "minValue": "1", "maxValue": "9223372036854775807", "cache": "1"}
    return {f"{schema}.{name}": {"name": name, "schema": schema, **numbers, "cycle": False, **more}}


def identity(name: str, **more: object) -> Json:
    return {"type": "always", **sequence(name, maxValue="2147483647")[f"public.{name}"], **more}
