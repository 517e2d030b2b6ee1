"""A column of ours → what a Drizzle Kit version 7 snapshot says of it: its type, default, identity and generation."""

import re

from ccm_engine.drizzle import form as drizzle
from ccm_engine.kinds import typename
from ccm_engine.kinds.column import Column, spelled
from ccm_engine.kinds.identity import Identity
from ccm_engine.kinds.sequence import Numbers
from ccm_engine.sql import literal

SERIALS = {"smallint": "smallserial", "integer": "serial", "bigint": "bigserial"}

_NUMBERS = {*SERIALS, "real", "double precision"}
_EXACT_IN_JAVASCRIPT = 2**53

NUMBER = re.compile(r"-?\d[\d.]*(?:e[+-]?\d+)?")
_NUMBER_DEFAULT = re.compile(rf"'?({NUMBER.pattern})'?(?:::[a-z ]+)?")  # a negative one reads '-1'::integer
_TEXT_DEFAULT = re.compile(r"('(?:[^']|'')*')::[^']+")
_ELEMENT = re.compile(r'"(?:[^"\\]|\\.)*"|([^{},"]+)')
_TRUTHS = {"t": "true", "f": "false", "NULL": "NULL"}
_JSON_SPACE = re.compile(r'("(?:[^"\\]|\\.)*")|\s+')


def project_column(column: Column, *, primary: bool, serial: bool) -> drizzle.Column:
    """A column of a table; `serial` is whether the type of that name describes it and the sequence behind it."""
    said: drizzle.Column = {
        "name": column.name,
        "type": SERIALS[column.type] if serial else _type(column),
        "primaryKey": primary,
        "notNull": column.not_null,
    }
    if column.type_schema is not None:
        said["typeSchema"] = column.type_schema
    if column.default is not None and not serial:
        said["default"] = _default(column, column.default)
    if column.generated is not None and not column.virtual:
        said["generated"] = {"as": column.generated, "type": "stored"}
    if column.identity is not None:
        said["identity"] = _identity(column, column.identity)
    return said


def project_result(name: str, type_: str) -> drizzle.Column:
    """A column of a view."""
    spelled_type = _printed(typename.spelled(type_, None, None))
    return {"name": name, "type": spelled_type, "primaryKey": False, "notNull": False}


def number(text: str) -> drizzle.Value:
    """The number as JSON has it; as SQL where JavaScript would round it."""
    if not re.fullmatch(r"-?\d+", text):
        return float(text)
    return int(text) if abs(int(text)) <= _EXACT_IN_JAVASCRIPT else text


def project_numbers(schema: str, name: str, numbers: Numbers) -> drizzle.Sequence:
    """A sequence, be it one of its own or that of an identity."""
    return {
        "name": name,
        "schema": schema,
        "increment": str(numbers.increment),
        "startWith": str(numbers.start),
        "minValue": str(numbers.minimum),
        "maxValue": str(numbers.maximum),
        "cache": str(numbers.cache),
        "cycle": numbers.cycle,
    }


def _type(column: Column) -> str:
    if column.type_name is not None:
        return column.type_name + "[]" * column.type.endswith("[]")
    return _printed(spelled(column))


def _printed(type_: str) -> str:
    return re.sub(r"\((\d+),(-?\d+)\)", r"(\1, \2)", type_).replace("timestamp(", "timestamp (")


def _default(column: Column, text: str) -> drizzle.Value:
    constant_number = _NUMBER_DEFAULT.fullmatch(text)
    if constant_number and column.type in _NUMBERS:
        return number(constant_number[1])
    if constant_number and column.type.startswith("numeric"):  # text to drizzle-orm, for the sake of its digits
        return literal(constant_number[1])
    if text in {"true", "false"}:
        return text == "true"
    constant = _TEXT_DEFAULT.fullmatch(text)
    if constant is None:
        return text
    if column.type in {"json", "jsonb"}:  # drizzle-orm writes JSON.stringify(…) and the cast
        return _JSON_SPACE.sub(r"\1", constant[1]) + "::" + column.type
    return _array(constant[1], column.type.removesuffix("[]")) if column.type.endswith("[]") else constant[1]


def _array(text: str, type_: str) -> str:
    """As drizzle-orm prints one: whatever is no number and no truth stands in quotes."""
    if not text.startswith("'{") or type_ in _NUMBERS:
        return text
    words = _TRUTHS if type_ == "boolean" else {"NULL": "NULL"}

    def printed(found: re.Match[str]) -> str:
        bare: str | None = found[1]
        return found[0] if bare is None else words.get(bare, f'"{bare}"')

    return f"'{_ELEMENT.sub(printed, text[1:-1])}'"


def _identity(column: Column, identity: Identity) -> drizzle.Identity:
    sequence = project_numbers(column.schema, identity.sequence, identity.numbers)
    return {**sequence, "type": "always" if identity.always else "byDefault"}
