"""The type of a column as drizzle-orm prints it, taken apart: `mood[3][2]` is `mood` and `[3][2]`."""

import re

_DIMENSIONS = re.compile(r"(?:\[\d*\])*$")

_NATIVE = (
    " bigint bigserial bit boolean bytea char cidr date geometry halfvec inet integer interval json jsonb line macaddr "
    "macaddr8 numeric point real serial smallint smallserial sparsevec text time timestamp uuid varchar vector "
)


def parts(type_: str) -> tuple[str, str]:
    """The type of the elements, and the dimensions, empty where it is no array."""
    element = _DIMENSIONS.sub("", type_)
    return element, type_[len(element) :]


def is_native(element: str) -> bool:
    """Whether drizzle-orm has a type of that name, in whatever letters."""
    return f" {element.lower()} " in _NATIVE
