"""Expressions as Postgres spells them → a spelling that it reads back the same.

Its own is not always one. `a BETWEEN 1 AND 9 AND b` is stored as one AND within another, and printed with parentheses
that Postgres looks through when it reads them (makeAndExpr, in its sources): so they are taken away wherever an
expression is read. `status IN ('a', 'b')` over a varchar is stored as an array of varchar that is converted as
a whole, and printed as `(ARRAY['a'::character varying, …])::text[]`; read again, that converts each element. Without
the conversion written out, Postgres puts it where it was.
"""

import re
from collections.abc import Iterator, Mapping
from typing import cast

FIELDS = frozenset(
    {
        *("action", "arguments", "body", "bound", "checks", "default", "definition", "expressions", "generated"),
        *("keys", "partition_by", "predicate", "row_filter", "using", "with_check"),
    }
)
"""Those that hold expressions, of whichever kind."""

_STRING = r"'(?:[^']|'')*'"
_NAME = r'"(?:[^"]|"")*"'
_CONVERTED = re.compile(rf"({_STRING}|{_NAME})|\((ARRAY\[(?:{_STRING}|{_NAME}|[^\[\]'\"])*\])\)::text\[\]")


def settled(expression: str) -> str:
    """The same expression, such that Postgres prints of it what it printed to begin with."""
    return _CONVERTED.sub(lambda found: found[1] or found[2], expression)


_TOKEN = re.compile(rf"{_STRING}|{_NAME}|[()]|\w+|\s+|.", re.DOTALL)


def flattened(expression: str) -> str:
    """The same expression, where it begins an AND with an AND, or an OR with an OR, as one."""
    return "".join(_text(_groups(iter(_TOKEN.findall(expression)))))


def all_flattened(values: Mapping[str, object]) -> dict[str, object]:
    """The fields of an object, those with expressions flattened; the source text of a function is none."""
    names = FIELDS if values.get("parsed", True) else FIELDS - {"body"}
    return {name: _deeply(value) if name in names else value for name, value in values.items()}


def _deeply(value: object) -> object:
    match value:
        case str():
            return flattened(value) if " AND " in value or " OR " in value else value
        case list():
            return [_deeply(item) for item in cast("list[object]", value)]
        case dict():
            return {name: _deeply(item) for name, item in cast("dict[str, object]", value).items()}
        case _:
            return value


_Group = list["str | _Group"]
"""What stands between two parentheses: tokens, and further groups."""


def _groups(tokens: Iterator[str], *, inside: bool = False) -> _Group:
    group: _Group = []
    for word in tokens:
        if inside and word == ")":
            break
        group.append(_joined(_groups(tokens, inside=True)) if word == "(" else word)
    return group


def _joined(group: _Group) -> _Group:
    """Without the parentheses of its first operand, where that is of the same kind."""
    first, *rest = group or [""]
    if isinstance(first, str) or len(rest) < _OPERATOR:
        return group
    operator = rest[1]
    if operator not in {"AND", "OR"} or operator not in first or "BETWEEN" in first:
        return group
    return [*first, *rest]


_OPERATOR = 2  # a blank comes before it


def _text(group: _Group) -> Iterator[str]:
    for item in group:
        if isinstance(item, str):
            yield item
        else:
            yield from ("(", *_text(item), ")")
