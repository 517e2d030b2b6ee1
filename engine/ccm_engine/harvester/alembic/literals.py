"""Values that SQLAlchemy does not write as SQL, or not as what they are: bytes, JSON, and arrays."""

import json
from typing import Any

from sqlalchemy import ARRAY, JSON, LargeBinary, Null
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect

from ccm_engine import sql


def teach(dialect: Dialect) -> None:
    """Have the dialect write them."""
    dialect.colspecs = {
        **dialect.colspecs,
        ARRAY: _Array,
        LargeBinary: _Bytes,
        JSON: _Json,
        postgresql.JSON: _Json,
        postgresql.JSONB: _Jsonb,
    }


class _Bytes(LargeBinary):
    """SQLAlchemy would write the bytes as text, and whatever that stands for would be stored."""

    def literal_processor(self, dialect: Dialect) -> Any:  # noqa: ARG002 - as it is called
        return _hexadecimal


class _Array(postgresql.ARRAY[Any]):
    """Without its type an empty array is refused, and one of an enum's labels is one of texts."""

    def literal_processor(self, dialect: Dialect) -> Any:
        process: Any = super().literal_processor(dialect)
        type_ = dialect.type_compiler_instance.process(self)

        def written(value: object) -> str:
            return f"{process(value)}::{type_}"

        return process and written


class _Json(postgresql.JSON[Any]):
    def literal_processor(self, dialect: Dialect) -> Any:  # noqa: ARG002
        def written(value: object) -> str:
            return _json(value, "json", none_as_null=self.none_as_null)

        return written


class _Jsonb(postgresql.JSONB[Any]):
    def literal_processor(self, dialect: Dialect) -> Any:  # noqa: ARG002
        def written(value: object) -> str:
            return _json(value, "jsonb", none_as_null=self.none_as_null)

        return written


def _hexadecimal(value: bytes) -> str:
    return f"'\\x{value.hex()}'::bytea"


def _json(value: object, type_: str, *, none_as_null: bool) -> str:
    """As SQLAlchemy binds it: None is JSON's null, or SQL's where the type says so."""
    if isinstance(value, Null) or (value is None and none_as_null):
        return "NULL"
    said = None if value is JSON.NULL else value
    return f"{sql.literal(json.dumps(said, ensure_ascii=False))}::{type_}"
