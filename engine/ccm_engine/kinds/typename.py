"""`"app"."mood"[]`: how a type is called, quoted and qualified where it is the user's own."""

from ccm_engine.sql import type_name
from ccm_engine.value import value

_SHORT = (
    ("character varying", "varchar"),
    ("character(", "char("),
    (" without time zone", ""),
)


@value
class TypeName:
    """What a column, an attribute, or a domain is a value of."""

    type: str
    """As `format_type` spells it: `character varying(255)`."""
    schema: str | None
    name: str | None

    @property
    def is_array(self) -> bool:
        return self.type.endswith("[]")


def spelled(type_: str, schema: str | None, name: str | None) -> str:
    """The type as people write it: `varchar(255)`, `timestamp`, `"mood"[]`."""
    if schema is not None and name is not None:
        return type_name(schema, name) + "[]" * type_.endswith("[]")
    if type_.startswith('"'):
        return type_
    for long, short in _SHORT:
        type_ = type_.replace(long, short)
    return type_


def join(oid: str) -> str:
    """SQL that joins `own`, the user's own type (for an array, that of the elements) with that number, if it is one."""
    return f"""
        left join pg_type of_elements on of_elements.oid = {oid}
        left join pg_type element on element.oid = of_elements.typelem and element.typarray = {oid}
        left join types own on own.oid = coalesce(element.oid, {oid})"""


def fields(oid: str, modifier: str) -> str:
    """The fields of such a type, for a query that has joined it."""
    return f"""
            format_type({oid}, {modifier}) as type,
            own.schema as type_schema,
            own.typname as type_name"""


def collation(oid: str, type_: str) -> str:
    """SQL for a collation, quoted and qualified, where it is not the type's own."""
    return f"""(
                select format('%I.%I', cn.nspname, c.collname)
                from pg_collation c
                join pg_namespace cn on cn.oid = c.collnamespace
                join pg_type b on b.oid = {type_}
                where c.oid = {oid} and b.typcollation <> c.oid)"""
