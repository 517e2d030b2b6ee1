"""`ALTER INDEX "i" ATTACH PARTITION "i1"`: what makes something of a partition a part of that of the whole table."""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import takewhile
from typing import Protocol, TypeAlias, TypeVar

from ccm_engine.catalog import Catalog, Key, Object
from ccm_engine.kinds.kind import Sides
from ccm_engine.sql import qualified, quote
from ccm_engine.value import value


@value
class Part:
    """What makes an index or a constraint of a partition a part of that of the whole table."""

    of: tuple[str, ...]
    """The path of that of the whole table."""
    derived: bool = False
    """Whether it has the name that Postgres gives it by itself."""
    whole_valid: bool = True
    """Whether that of the whole table has parts in all partitions; if not, it was made ON ONLY the whole table."""


class Member(Protocol):
    """An index or a constraint of what may be a partition."""

    @property
    def part(self) -> Part | None: ...


class Family(Protocol):
    """A table, as far as its parents go."""

    @property
    def partition_of(self) -> tuple[str, str] | None: ...
    @property
    def bound(self) -> str | None: ...
    @property
    def inherits(self) -> tuple[tuple[str, str], ...]: ...


T = TypeVar("T", bound=Object)
Parents: TypeAlias = tuple[tuple[str, str], ...]
"""(schema, name) of each."""


def made_by_itself(item: Member) -> bool:
    """Whether it is there as soon as the partition, or what the whole table has of its kind, is made."""
    return item.part is not None and item.part.derived and item.part.whole_valid


def as_made(item: T, bare: T) -> T | None:
    """What Postgres makes by itself, of which something is to be said that it does not say: `bare` is without that."""
    return bare if made_by_itself(item) and bare != item else None  # type: ignore[arg-type]


def whole(item: Object) -> Key | None:
    """That of the whole table, which it is a part of."""
    part: Part | None = getattr(item, "part", None)
    return None if part is None else Key(item.KIND, part.of)


def moves(table: Key | None, sides: Sides) -> bool:
    """Whether a table that is there leaves a parent, or gets one."""
    old, new = (side.objects.get(table) if table else None for side in (sides.head, sides.goal))
    return old is not None and new is not None and parents(old) != parents(new)


def family(table: Object) -> tuple[object, ...]:
    return (*parents(table), getattr(table, "bound", None))


def parents(table: Object) -> tuple[tuple[str, str] | None, tuple[tuple[str, str], ...]]:
    """What it is a partition of, and what it inherits from."""
    return getattr(table, "partition_of", None), getattr(table, "inherits", ())


def kept(old: Parents, new: Parents) -> Parents:
    """The parents that a child does not leave: it gets its others one after the other, in their order."""
    return tuple(one for one, _ in takewhile(_equal, zip(old, new, strict=False)))


def _equal(pair: tuple[object, object]) -> bool:
    return pair[0] == pair[1]


def cut_by(column: str, table: Object) -> bool:
    """Whether that column is, or may be, in the key that a table is partitioned by."""
    key: str = getattr(table, "partition_by", None) or ""
    name = quote(column)[1:-1]
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", key.partition("(")[2]) is not None


def joined(old: T, new: T, sides: Sides) -> Iterable[str] | None:
    """What makes an index (or the constraint that it is behind) a part of another one; None where Postgres cannot.

    To attach and detach the table does it, and so does making the one that it is to be a part of.
    """
    before, after = whole(old), whole(new)
    if before == after or moves(new.parent, sides):
        return ()
    if before is not None:
        return () if after is not None and _renamed(before, after, sides) else None
    if after is None or after not in sides.head.objects:
        return ()
    return (attach(new.key, after),)


def attach(index: Key, of: Key) -> str:
    return f"ALTER INDEX {_index(of)} ATTACH PARTITION {_index(index)}"


def _index(key: Key) -> str:
    return qualified(key.path[0], key.path[-1])


def _renamed(before: Key, after: Key, sides: Sides) -> bool:
    old, new = sides.head.objects.get(before), sides.goal.objects.get(after)
    return old is not None and new is not None and replace(old, name=after.path[-1], comment=new.comment) == new  # type: ignore[call-arg]


def odd(table: Key, goal: Catalog) -> bool:
    """Whether Postgres would give something of a partition another name than it is to have."""
    parts = (getattr(item, "part", None) for item in goal.children.get(table, ()))
    return any(part is not None and part.whole_valid and not part.derived for part in parts)
