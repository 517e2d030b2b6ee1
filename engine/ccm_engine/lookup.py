"""An answer → what it means: what is called `old` in the head, and `new` in the goal."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from ccm_engine import errors
from ccm_engine.answer import KINDS, ROUTINES, Answer
from ccm_engine.catalog import Catalog, Key, Object
from ccm_engine.kinds import kind_of
from ccm_engine.kinds.constraint import Constraint
from ccm_engine.kinds.enum import Enum
from ccm_engine.kinds.kind import InSchema, InTable
from ccm_engine.sql import literal, qualified, quote
from ccm_engine.value import value

_LISTED = 10  # of each side, where an answer fits nothing


@value
class Level:
    """What is renamed together: no name of it is a part of another's."""

    length: int
    """Of the paths."""
    hinted: str | None = None
    """The kind of it for which there are hints in models."""


LEVELS = (Level(length=1), Level(length=2, hinted="table"), Level(length=3, hinted="column"))
"""Schemas, and what stands in no schema; what stands in a schema; what stands in a table, and values of enums."""


@value
class Wish:
    """Something by the key that it has by now and that it is to have."""

    old: Key
    new: Key
    statements: tuple[str, ...]

    def __str__(self) -> str:
        moved = self.old.path[:-1] != self.new.path[:-1]
        return f"~ {self.old} → {'.'.join(self.new.path) if moved else self.new.path[-1]}"


@value
class Names:
    """Everything that can have another name, by its key; the objects keep the names that they had first."""

    objects: Mapping[Key, Object]

    @classmethod
    def of(cls, catalog: Catalog) -> "Names":
        named = {key: item for key, item in catalog.objects.items() if key.kind in KINDS}
        values = {Key("enum value", (*enum.path, value)): enum for enum in catalog.all(Enum) for value in enum.values}
        return cls(objects={**named, **values})

    def after(self, wishes: Iterable[Wish]) -> "Names":
        paths = {(wish.old.kind == "schema", wish.old.path): wish.new.path for wish in wishes if _holds(wish.old)}
        own = {wish.old: wish.new for wish in wishes}
        return Names(objects={own.get(key) or _moved(key, paths): item for key, item in self.objects.items()})


def _holds(key: Key) -> bool:
    """Whether other objects have its name in theirs."""
    return key.kind not in ROUTINES and key.kind != "index" and (key.kind == "schema" or len(key.path) > 1)


def _moved(key: Key, paths: Mapping[tuple[bool, tuple[str, ...]], tuple[str, ...]]) -> Key:
    for length in (1, 2):
        renamed = paths.get((length == 1, key.path[:length]))
        if renamed is not None and len(key.path) > length and not (key.kind in ROUTINES and length > 1):
            return Key(key.kind, (*renamed, *key.path[length:]))
    return key


def _level(key: Key) -> int:
    return 2 if key.kind in ROUTINES else len(key.path)


def _called(key: Key) -> tuple[tuple[str, ...], str]:
    """The names of an object, and the arguments that tell a function apart from its namesakes."""
    if key.kind not in ROUTINES:
        return key.path, ""
    name, bracket, rest = key.path[1].partition("(")
    arguments = bracket + rest or f"({', '.join(key.path[2:])})"
    return (key.path[0], name), arguments


def candidates(answer: Answer, level: Level, here: Names, there: Names) -> Iterator[Wish]:
    """What of that level the answer may mean."""
    for key, item in here.objects.items():
        if key.kind in answer.kinds and _level(key) == level.length and _is_called(answer.old, key, item):
            yield from (wish(key, new, here, there) for new in _targets(answer.new, key, there))


def _is_called(written: tuple[str, ...], key: Key, item: Object) -> bool:
    """By its present name or the one that it had first, with as much of what it stands in as is written."""
    present, arguments = _called(key)
    first = (*item.path, present[-1]) if key.kind == "enum value" else _called(item.key)[0]
    if written[-1] not in {present[-1], present[-1] + arguments} or len(written) > len(present):
        return False
    if len(present) > 2 and len(written) < 2:  # noqa: PLR2004 - a part of a table is named with its table
        return False
    around = zip(written[-2::-1], present[-2::-1], first[-2::-1], strict=False)
    return all(name in either for name, *either in around)


def _targets(written: tuple[str, ...], old: Key, there: Names) -> Iterator[Key]:
    """The key that something of that kind has in the goal under the new name, moved to the schema that is written."""
    names, arguments = _called(old)
    name = written[-1].partition("(")[0] if old.kind in ROUTINES else written[-1]
    within = names[:-1]
    if len(written) > 1 and len(within) == 1:
        within = written[:-1]
    elif within[len(within) - len(written) + 1 :] != written[:-1]:
        return
    for key in there.objects:
        if key.kind == old.kind and key != old and _called(key) == ((*within, name), arguments):
            yield key


def wish(old: Key, new: Key, here: Names, there: Names) -> Wish:
    return Wish(old=old, new=new, statements=tuple(_statements(old, new, here, there)))


def _statements(old: Key, new: Key, here: Names, there: Names) -> Iterator[str]:
    item, names, wanted = here.objects[old], _called(old)[0], _called(new)[0]
    to = quote(wanted[-1])
    match item:
        case Enum() if old.kind == "enum value":
            yield f"ALTER TYPE {qualified(*names[:2])} RENAME VALUE {literal(names[2])} TO {literal(wanted[2])}"
        case InTable() if old.kind == "column":
            yield f"ALTER TABLE {qualified(*names[:2])} RENAME COLUMN {quote(names[2])} TO {to}"
        case Constraint():
            yield f"ALTER TABLE {qualified(*names[:2])} RENAME CONSTRAINT {quote(names[2])} TO {to}"
        case _:
            present = old
            if names[:-1] != wanted[:-1]:
                schema = Key("schema", wanted[:-1])
                if schema not in here.objects and schema in there.objects:
                    yield from kind_of(there.objects[schema]).create(there.objects[schema], _NOTHING)
                yield f"ALTER {_named(item, old)} SET SCHEMA {quote(wanted[0])}"
                present = Key(old.kind, (wanted[0], *old.path[1:]))
            if names[-1] != wanted[-1]:
                yield f"ALTER {_named(item, present)} RENAME TO {to}"


def _named(item: Object, key: Key) -> str:
    """As Postgres finds it by now."""
    match item, key.path:
        case InTable(), (schema, table, _):
            return kind_of(item).named(replace(item, schema=schema, table=table))
        case InTable() | InSchema(), (schema, *_):  # an index stands beside its table
            return kind_of(item).named(replace(item, schema=schema))
        case _:
            return kind_of(item).named(item)


_NOTHING = Catalog.of(())


def must_be_one(answer: Answer, meant: list[Wish], here: Names, there: Names) -> None:
    """Raises `errors.RenameUnknown` or `errors.RenameAmbiguous`."""
    if not meant:
        gone = [key for key in here.objects if key not in there.objects and key.kind in answer.kinds]
        come = [key for key in there.objects if key not in here.objects and key.kind in answer.kinds]
        old, new = ".".join(answer.old), ".".join(answer.new)
        raise errors.RenameUnknown(text=answer.text, old=old, new=new, gone=_listed(gone), come=_listed(come))
    if len(meant) > 1:
        listing = "\n".join(f"    {str(wish).removeprefix('~ ')}" for wish in meant)
        raise errors.RenameAmbiguous(text=answer.text, listing=listing)


def _listed(keys: list[Key]) -> str:
    """Without the parts of what is listed itself."""
    whole = {key.path for key in keys}
    alone = [key for key in keys if key.path[:-1] not in whole]
    lines = [f"    {key}" for key in islice(alone, _LISTED)]
    more = [f"    and {len(alone) - _LISTED} more"] if len(alone) > _LISTED else []
    return "\n".join([*lines, *more]) or "    nothing"
