"""Two catalogs → changes, renames resolved.

An object that only one side has is created or dropped; one that differs is altered where Postgres can, else
dropped and made anew together with what hangs on it, and with nothing else. What holds data is never made anew.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ccm_engine import errors
from ccm_engine.catalog import Bond, Catalog, Key, Object
from ccm_engine.kinds import RANK, kind_of
from ccm_engine.kinds.column import Column


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Create:
    new: Object

    def __str__(self) -> str:
        return f"+ {self.new.key}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drop:
    old: Object
    rebuilt: bool = False
    """Whether it comes back: dropped only because Postgres cannot alter it, or what it hangs on, in place."""

    def __str__(self) -> str:
        return f"- {self.old.key}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Alter:
    old: Object
    new: Object

    def __str__(self) -> str:
        return f"~ {self.new.key}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rename:
    """The two differ in name alone (and perhaps in comment)."""

    old: Object
    new: Object

    def __str__(self) -> str:
        return f"~ {self.old.key} → {self.new.path[-1]}"


Change: TypeAlias = Create | Drop | Alter | Rename


def diff(head: Catalog, goal: Catalog) -> tuple[Change, ...]:
    """What leads from `head` to `goal`, empty where they are equal.

    Raises `errors.WouldLoseData` where only dropping a table, a column or a sequence that stays would do.
    """
    if head == goal:
        return ()
    gone = {key: item for key, item in head.objects.items() if key not in goal.objects}
    come = {key: item for key, item in goal.objects.items() if key not in head.objects}
    renames = tuple(_renames(gone, come))
    for rename in renames:
        del gone[rename.old.key], come[rename.new.key]
    altered = {
        key: (item, goal.objects[key])
        for key, item in head.objects.items()
        if key in goal.objects and goal.objects[key] != item
    }
    rebuilt = _rebuilt(head, goal, gone, altered)
    return (
        *renames,
        *(Drop(old=item) for item in gone.values()),
        *(Drop(old=head.objects[key], rebuilt=True) for key in rebuilt),
        *(Alter(old=old, new=new) for key, (old, new) in altered.items() if key not in rebuilt),
        *(Create(new=item) for item in come.values()),
        *(Create(new=goal.objects[key]) for key in rebuilt),
    )


def _renames(gone: Mapping[Key, Object], come: Mapping[Key, Object]) -> Iterator[Rename]:
    """Pairs that differ in name alone: constraints and indexes whose table or column was renamed, mostly."""
    candidates: dict[tuple[str, Key | None], list[Object]] = {}
    for new in come.values():
        candidates.setdefault((new.KIND, new.parent), []).append(new)
    for old in gone.values():
        same = candidates.get((old.KIND, old.parent), [])
        match = next((new for new in same if kind_of(old).rename(old, new) is not None), None)
        if match is not None:
            same.remove(match)
            yield Rename(old=old, new=match)


def _rebuilt(
    head: Catalog, goal: Catalog, gone: Mapping[Key, Object], altered: Mapping[Key, tuple[Object, Object]]
) -> tuple[Key, ...]:
    """The objects of both sides that have to be dropped and made anew."""
    dependents: dict[Key, list[Key]] = {}
    for need in head.needs:
        if need.dependent in goal.objects and need.bond is not Bond.OWNED:
            dependents.setdefault(need.on, []).append(need.dependent)
    rebuilt: dict[Key, Key] = {}  # what → because of what
    for key, (old, new) in altered.items():
        kind = kind_of(old)
        if kind.alter(old, new, goal) is None:
            rebuilt[key] = key
        refused = kind.rebuilds(old, new)
        rebuilt |= {other: key for other in dependents.get(key, ()) if other.kind in refused}
    for key in gone:  # an unchanged foreign key over a unique constraint that another one replaces
        rebuilt |= {other: key for other in dependents.get(key, ()) if other not in altered}
    waiting = list(rebuilt)
    while waiting:
        because = waiting.pop()
        for other in dependents.get(because, ()):
            if other not in rebuilt:
                rebuilt[other] = because
                waiting.append(other)
    for key, because in rebuilt.items():
        _must_hold_no_data(head.objects[key], because)
    return tuple(sorted(rebuilt, key=lambda key: (RANK[key.kind], key)))


def _must_hold_no_data(item: Object, because: Key) -> None:
    generated = isinstance(item, Column) and item.generated is not None
    if item.KIND in {"table", "column", "sequence"} and not generated:
        raise errors.WouldLoseData(object=str(item.key), because=str(because))


def describe(changes: Iterable[Change]) -> str:
    """The changes for people, one a line, parts of what comes or goes as a whole left out."""
    whole = {change.new.key for change in changes if isinstance(change, Create)}
    whole |= {change.old.key for change in changes if isinstance(change, Drop)}
    return "\n".join(str(change) for change in changes if _parent(change) not in whole)


def _parent(change: Change) -> Key | None:
    match change:
        case Create(new=item) | Drop(old=item):
            return item.parent
        case Alter() | Rename():
            return None
