"""Columns and their types, as type checkers want SQLAlchemy's spelled, and a type for what it has none for."""

from typing import Any, TypeAlias, cast

from sqlalchemy import ARRAY, Enum
from sqlalchemy import Column as AnyColumn
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.types import TypeEngine, UserDefinedType

Column: TypeAlias = AnyColumn[Any]
Type: TypeAlias = TypeEngine[Any]


class Native(UserDefinedType[Any]):
    """A type as Postgres itself spells it; the models have a class of this name as well."""

    def __init__(self, spelling: str) -> None:
        self.spelling = spelling

    def get_col_spec(self, **_: object) -> str:
        return self.spelling


def array(type_: Type) -> ARRAY[Any] | None:
    return cast("ARRAY[Any]", cast("object", type_)) if isinstance(type_, ARRAY) else None


def elements(type_: Type) -> Type:
    """What the elements of an array are of; of any other type, itself."""
    found = array(type_)
    return type_ if found is None else found.item_type


def enum(type_: Type) -> Enum | None:
    """The enum that values, or the elements of arrays, are of."""
    found = elements(type_)
    return found if isinstance(found, Enum) else None


def schema(type_: Enum | DOMAIN) -> str | None:
    """None where it is `public`."""
    return cast("str | None", cast("Any", type_).schema)
