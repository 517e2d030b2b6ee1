"""Drizzle's own spelling of what has not changed outlives what we write.

An expression has many spellings, and Drizzle Kit takes another one for a change. What stands in a snapshot was written
from a TypeScript schema that most likely says the same still; what we would write is only as good where that is new.
"""

from typing import cast


def carried(old: object, before: object, after: object) -> object:
    """What to write where `old` stands, whatever its spelling: all three are values of JSON.

    `before` is our projection of what `old` describes, `after` that of what it is to describe. What is the same in
    both stays as it is in `old`, and so does what neither knows of. Objects are taken apart by their keys, those of
    `old` first; a list is one value. An object that `old` leaves out though it was there before stays left out: only
    a file that people wrote by hand made it, no TypeScript schema names it, and Drizzle Kit would drop it.
    """
    if before == after and isinstance(before, bool) == isinstance(after, bool):  # True is 1 to Python
        return old
    if not (isinstance(old, dict) and isinstance(before, dict) and isinstance(after, dict)):
        return after
    return _by_key(cast("dict[str, object]", old), cast("dict[str, object]", before), cast("dict[str, object]", after))


def _by_key(old: dict[str, object], before: dict[str, object], after: dict[str, object]) -> dict[str, object]:
    stay = {
        name: carried(value, before.get(name, _NOTHING), after.get(name, _NOTHING))
        for name, value in old.items()
        if name in after or name not in before
    }
    come = {name: value for name, value in after.items() if name not in old and _is_told(name, before, after)}
    return {**stay, **come}


def _is_told(name: str, before: dict[str, object], after: dict[str, object]) -> bool:
    if name not in before:
        return True
    return not isinstance(after[name], dict) and before[name] != after[name]


_NOTHING = object()  # null is a value of JSON
