"""The enums of a schema → Python classes, each called like its type."""

import re
from collections.abc import Iterable, Mapping
from keyword import iskeyword

from sqlalchemy import Enum, MetaData

from ccm_engine.codegen import typed

Key = tuple[str | None, str | None]
"""Schema and name of the type."""
_MEMBER = re.compile(r"[A-Z][A-Z0-9_]*\Z")


def classes(metadata: MetaData, taken: Iterable[str]) -> dict[Key, str]:
    """What the class of each is called, of those whose values can be called something."""
    names: dict[Key, str] = {}
    for enum in every(metadata).values():
        if members(enum.enums):
            used = {*taken, *names.values()}
            names[key(enum)] = _free(_class_name(enum.name or ""), used)
    return names


def every(metadata: MetaData) -> dict[Key, Enum]:
    found = (typed.enum(column.type) for table in metadata.tables.values() for column in table.columns)
    unsorted = {key(enum): enum for enum in found if enum is not None}
    return {each: unsorted[each] for each in sorted(unsorted, key=lambda each: (each[0] or "", each[1] or ""))}


def key(enum: Enum) -> Key:
    return typed.schema(enum), enum.name


def members(values: Iterable[str]) -> Mapping[str, str]:
    """Each value by the name of its member; none where not every value can have a name of its own."""
    pairs = [(_member(value), value) for value in values]
    names = {name for name, _ in pairs}
    return dict(pairs) if len(names) == len(pairs) and all(map(_MEMBER.match, names)) else {}


def declared(name: str, values: Iterable[str]) -> str:
    lines = [f"    {member} = {value!r}" for member, value in members(values).items()]
    return "\n".join((f"class {name}(str, enum.Enum):", *lines))


def _member(value: str) -> str:
    name = re.sub(r"\W", "_", value).upper()
    return f"V{name}" if name[:1].isdigit() else name


def _class_name(name: str) -> str:
    words = re.sub(r"\W", "_", name).split("_")
    found = "".join(word[:1].upper() + word[1:] for word in words)
    return f"Enum{found}" if not found[:1].isalpha() or iskeyword(found) else found


def _free(name: str, used: Iterable[str]) -> str:
    while name in used:
        name += "_"
    return name
