"""What passes between the daemon and the codegen: one JSON document each way."""

import json
from dataclasses import asdict
from typing import TypedDict, cast

from ccm_engine.value import value


@value
class Column:
    """What SQLAlchemy does not see, or sees otherwise, when it reads a column."""

    name: str
    type: str
    """As SQL: `varchar(255)`, `"mood"[]`."""
    default: str | None = None
    """As SQL, without a cast that only repeats the type."""
    generated: str | None = None
    """The expression of a generated column."""
    serial: bool = False
    """Whether `SERIAL` is how SQLAlchemy makes its sequence."""
    native: bool = False
    """Whether SQLAlchemy's own type for it would not do."""
    domain: bool = False
    """Whether it is of a domain, which is made elsewhere."""


@value
class Check:
    name: str
    expression: str


@value
class Index:
    name: str
    keys: tuple[str, ...]
    """Each a column's name, or SQL where it is more than a column."""
    plain: tuple[bool, ...]
    """Whether it is no more than a column."""
    where: str | None = None


@value
class Table:
    schema: str
    name: str
    columns: tuple[Column, ...]
    checks: tuple[Check, ...]
    indexes: tuple[Index, ...]
    unlogged: bool


@value
class Request:
    """Which tables to write models of, and where they are: `database`, on the server of `url`."""

    url: str
    database: str
    tables: tuple[Table, ...]


@value
class Models:
    """A Python module, and the names in it that others may want."""

    text: str
    names: tuple[str, ...]


@value
class Lacking:
    """A module that is not installed."""

    module: str


Answer = Models | Lacking


class _Column(TypedDict):
    name: str
    type: str
    default: str | None
    generated: str | None
    serial: bool
    native: bool
    domain: bool


class _Check(TypedDict):
    name: str
    expression: str


class _Index(TypedDict):
    name: str
    keys: list[str]
    plain: list[bool]
    where: str | None


class _Table(TypedDict):
    schema: str
    name: str
    columns: list[_Column]
    checks: list[_Check]
    indexes: list[_Index]
    unlogged: bool


class _Request(TypedDict):
    url: str
    database: str
    tables: list[_Table]


def encode_request(request: Request) -> bytes:
    return json.dumps(asdict(request)).encode()


def decode_request(text: bytes) -> Request:
    raw = cast("_Request", json.loads(text))
    return Request(url=raw["url"], database=raw["database"], tables=tuple(map(_table, raw["tables"])))


def _table(raw: _Table) -> Table:
    return Table(
        schema=raw["schema"],
        name=raw["name"],
        columns=tuple(Column(**column) for column in raw["columns"]),
        checks=tuple(Check(**check) for check in raw["checks"]),
        indexes=tuple(map(_index, raw["indexes"])),
        unlogged=raw["unlogged"],
    )


def _index(raw: _Index) -> Index:
    return Index(name=raw["name"], keys=tuple(raw["keys"]), plain=tuple(raw["plain"]), where=raw["where"])


def encode(answer: Answer) -> bytes:
    return json.dumps(asdict(answer)).encode()


def decode(text: bytes) -> Answer:
    raw = cast("dict[str, str | list[str]]", json.loads(text))
    if "module" in raw:
        return Lacking(module=str(raw["module"]))
    return Models(text=str(raw["text"]), names=tuple(raw["names"]))
