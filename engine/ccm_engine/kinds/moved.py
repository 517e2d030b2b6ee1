"""`USING "price"::numeric::"money"`: the value of a column as one of another type."""

from typing import Protocol

from ccm_engine import errors
from ccm_engine.catalog import Catalog, Key
from ccm_engine.kinds import conversion, typename
from ccm_engine.kinds import using as using_
from ccm_engine.kinds.composite import Attribute, Composite
from ccm_engine.kinds.domain import Domain
from ccm_engine.kinds.kind import Sides
from ccm_engine.kinds.typename import TypeName
from ccm_engine.sql import quote

_CUT = frozenset({"character", "bit"})
"""Without a length these mean a length of one, and an explicit conversion cuts what is longer."""


class _Typed(Protocol):
    @property
    def type(self) -> str: ...
    @property
    def type_schema(self) -> str | None: ...
    @property
    def type_name(self) -> str | None: ...


def typed(item: _Typed) -> TypeName:
    return TypeName(type=item.type, schema=item.type_schema, name=item.type_name)


def using(what: str, expression: str, old: TypeName, new: TypeName, sides: Sides) -> str | None:
    """The words after USING that make a column of another type, None where Postgres needs none.

    Raises `errors.TypeWouldLoseData` where it has none.
    """
    type_ = typename.spelled(new.type, new.schema, new.name)
    below, above = _built_in(old, sides.head), _built_in(new, sides.goal)
    array = new.is_array and not old.is_array
    text = above is not None and conversion.base(above).removesuffix("[]") in using_.TEXTS
    if above is not None and text and (array or below is None):
        return f"ARRAY[{expression}]::text[]" if array else using_.using(expression, "", above, type_)
    if below is not None and above is not None and not array:
        words = using_.using(expression, below, above, type_)
        checked = f"{expression}::text" if text and not new.is_array else f"{expression}::{type_}"
        return checked if words is None and new.name is not None else words
    moved = value(expression, old, new, sides)
    if moved is None:
        raise errors.TypeWouldLoseData(object=what, type=type_)
    return moved


def value(expression: str, old: TypeName, new: TypeName, sides: Sides) -> str | None:
    """An expression of the old type as one of the new, or None where Postgres has no words for it."""
    before, after = _rows(old, sides.head), _rows(new, sides.goal)
    if before is not None and after is not None and _shape(before) != _shape(after):
        return None if old.is_array or new.is_array else _row(expression, before, after, new, sides)
    type_ = typename.spelled(new.type, new.schema, new.name)
    to_array = new.is_array and not old.is_array
    below, above = _built_in(old, sides.head), _built_in(new, sides.goal)
    if to_array or below is None or above is None:
        named = old.name is not None or new.name is not None
        return conversion.cast(expression, type_, to_array=to_array, through_text=named)
    plain = conversion.base(above)
    if new.name is None or conversion.base(below) == plain or plain.removesuffix("[]") in _CUT:
        return f"{expression}::{type_}"
    return f"{expression}::{plain}::{type_}"


def _built_in(type_: TypeName, catalog: Catalog) -> str | None:
    """The type of Postgres' own that it is, or that is below it where it is a domain."""
    if type_.schema is None or type_.name is None:
        return type_.type
    domain = catalog.objects.get(Key("domain", (type_.schema, type_.name)))
    below = _built_in(typed(domain), catalog) if isinstance(domain, Domain) else None
    if below is None or (type_.is_array and below.endswith("[]")):
        return None
    return f"{below}[]" if type_.is_array else below


def _rows(type_: TypeName, catalog: Catalog) -> Composite | None:
    item = catalog.objects.get(Key("composite type", (type_.schema or "", type_.name or "")))
    return item if isinstance(item, Composite) else None


def _shape(type_: Composite) -> list[str]:
    return [item.name for item in type_.attributes]


def _row(expression: str, before: Composite, after: Composite, new: TypeName, sides: Sides) -> str | None:
    old = {item.name: item for item in before.attributes}
    values = [_attribute(expression, old.get(item.name), item, sides) for item in after.attributes]
    known = [item for item in values if item is not None]
    row = f"ROW({', '.join(known)})::{typename.spelled(new.type, new.schema, new.name)}"
    return f"CASE WHEN {expression} IS DISTINCT FROM NULL THEN {row} END" if len(known) == len(values) else None


def _attribute(expression: str, old: Attribute | None, new: Attribute, sides: Sides) -> str | None:
    if old is None:
        return "NULL"
    field = f"({expression}).{quote(new.name)}"
    same = (old.type, old.type_name) == (new.type, new.type_name) and new.type_name is None
    return field if same else value(field, typed(old), typed(new), sides)
