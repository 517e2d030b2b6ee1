"""How the values of a column become values of another type."""

import re

_COMPARABLE = (
    {"smallint", "integer", "bigint"},
    {"real", "double precision"},
    {"text", "character varying"},
    {"date", "timestamp without time zone", "timestamp with time zone"},
)
"""Types that an operator family of btree compares with each other: a foreign key may lead from one to another."""


def base(type_: str) -> str:
    """A type without its modifiers: `character varying` of `character varying(255)`."""
    return re.sub(r"\(.*?\)", "", type_)


def comparable(one: str, other: str) -> bool:
    return base(one) == base(other) or any({base(one), base(other)} <= family for family in _COMPARABLE)


def cast(value: str, type_: str, *, to_array: bool, through_text: bool) -> str:
    """`value` as one of `type_`; a single one becomes the only element of an array."""
    if to_array:
        return f"ARRAY[{value}]::{type_}"
    text = "text[]" if type_.endswith("[]") else "text"
    return f"{value}::{text}::{type_}" if through_text and type_ != text else f"{value}::{type_}"
