"""`SET DATA TYPE varchar(5) USING "a"::text`: values as those of another of Postgres' own types, none of them cut off.

An explicit cast to a type with a length cuts silently; what is assigned to it and does not fit is an error. So a text
is cast to `text`, and Postgres does the rest. What is no text is cast explicitly: an assignment cast may be missing.
"""

import re

from ccm_engine.kinds.conversion import base

TEXTS = frozenset({"text", "character varying", "character"})
_BITS = frozenset({"bit", "bit varying"})
_INTEGERS = ("smallint", "integer", "bigint")
_FRACTIONS = frozenset({"numeric", "double precision", "real"})
_WITHOUT_ZONE = frozenset({"timestamp without time zone", "date", "time without time zone"})
_ZONED = "timestamp with time zone"
_SIX = frozenset({"timestamp without time zone", _ZONED, "time without time zone", "time with time zone", "interval"})
_SIX_DIGITS = 6
"""Of a second, where no precision is given."""


def using(value: str, old: str, new: str, spelled: str) -> str | None:
    """The words after USING, None where it takes none. `spelled` is the new type, or a domain over it."""
    before, after = base(old), base(new)
    brackets = "[]" * after.endswith("[]")
    one, other = before.removesuffix("[]"), after.removesuffix("[]")
    if other in TEXTS:
        return None if one in TEXTS and not _narrower(old, new) else f"{value}::text{brackets}"
    if {one, other} <= _BITS:
        return None
    if one in TEXTS or (one, other) == ("inet", "cidr"):
        return f"{value}::text{brackets}::{spelled}"
    if one in _INTEGERS and other in _INTEGERS and _INTEGERS.index(one) <= _INTEGERS.index(other):
        return None
    if {one, other} in ({"boolean", "smallint"}, {"boolean", "bigint"}):
        return f"{value}::integer{brackets}::{spelled}"
    if brackets:
        return None if before == after else f"{value}::{spelled}"
    return _number(value, old, new, spelled) if before in _FRACTIONS else _time(value, old, new, spelled)


def _number(value: str, old: str, new: str, spelled: str) -> str | None:
    before, after = base(old), base(new)
    if after in _INTEGERS:
        return f"round({value})::{spelled}"
    if before != after:
        return f"{value}::{spelled}"
    if not _narrower(old, new):
        return None
    precision, scale = _modifiers(new)
    had = _modifiers(old)
    rounds = not had or scale < had[1]
    overflows = not had or precision - scale < had[0] - had[1]
    rounded = f"round({value}, {scale})" if rounds else value
    return f"{rounded}::{spelled}" if overflows else rounded


def _time(value: str, old: str, new: str, spelled: str) -> str | None:
    """What has no time zone is in UTC, whatever the session's is, in which Postgres would take it to be."""
    before, after = base(old), base(new)
    if before == after:
        return f"{value}::{spelled}" if _narrower(old, new) else None
    if before == _ZONED and after in _WITHOUT_ZONE:
        utc = f"{value} AT TIME ZONE 'UTC'"
        return f"({utc})::{spelled}" if after != "timestamp without time zone" or "(" in new else utc
    if after == _ZONED and before in _WITHOUT_ZONE:
        stamp = value if before.startswith("timestamp") else f"{value}::timestamp"
        utc = f"{stamp} AT TIME ZONE 'UTC'"
        return f"({utc})::{spelled}" if "(" in new else utc
    return f"{value}::{spelled}"


def _modifiers(type_: str) -> tuple[int, ...]:
    """(10, 2) of `numeric(10,2)`; none where nothing limits it."""
    found = re.search(r"\((.*?)\)", type_)
    return tuple(int(number) for number in found[1].split(",")) if found else ()


def _whole_digits(modifiers: tuple[int, ...]) -> int:
    """Those before the decimal point, of (precision, scale); of a length alone, that is as good."""
    return modifiers[0] - sum(modifiers[1:])


def _narrower(old: str, new: str) -> bool:
    had, has = _modifiers(old), _modifiers(new)
    if not has:
        return False
    if not had:
        return not (base(new) in _SIX and has[0] >= _SIX_DIGITS)
    return has[-1] < had[-1] or _whole_digits(has) < _whole_digits(had)
