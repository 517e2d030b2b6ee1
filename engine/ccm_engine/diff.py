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
from ccm_engine.kinds.kind import Sides


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
    renames = {rename.old.key: rename for rename in _renames(head, goal, gone, come)}
    for rename in renames.values():
        del gone[rename.old.key], come[rename.new.key]
    altered = {
        key: (item, goal.objects[key])
        for key, item in head.objects.items()
        if key in goal.objects and goal.objects[key] != item
    }
    rebuilt = _rebuilt(head, goal, gone, altered)
    return (
        *(rename for key, rename in renames.items() if key not in rebuilt),
        *(Drop(old=item) for item in gone.values()),
        *(Drop(old=head.objects[key], rebuilt=True) for key in rebuilt),
        *(alter for key, (old, new) in altered.items() if key not in rebuilt for alter in _alterations(old, new)),
        *(Create(new=item) for item in come.values()),
        *(Create(new=renames[key].new if key in renames else goal.objects[key]) for key in rebuilt),
    )


def _alterations(old: Object, new: Object) -> Iterator[Alter]:
    halfway = kind_of(old).halfway(old, new)
    if halfway is None:
        yield Alter(old=old, new=new)
    else:
        yield Alter(old=old, new=halfway)
        yield Alter(old=halfway, new=new)


def _renames(head: Catalog, goal: Catalog, gone: Mapping[Key, Object], come: Mapping[Key, Object]) -> Iterator[Rename]:
    """Pairs that differ in name alone: constraints, indexes and sequences whose table was renamed, mostly."""
    candidates: dict[tuple[str, Key], list[Object]] = {}
    for new in come.values():
        for home in _homes(new, goal):
            candidates.setdefault((new.KIND, home), []).append(new)
    renamed: dict[Key, Key] = {}
    for old in sorted(gone.values(), key=lambda item: RANK[item.KIND]):  # a sequence takes its ownership along
        homes = (renamed.get(home, home) for home in _homes(old, head))
        same = (new for home in homes for new in candidates.get((old.KIND, home), ()))
        free = (new for new in same if new.key not in renamed.values())
        match = next((new for new in free if kind_of(old).rename(old, new) is not None), None)
        if match is not None:
            renamed[old.key] = match.key
            yield Rename(old=old, new=match)


def _homes(item: Object, catalog: Catalog) -> Iterator[Key]:
    """What it is a part of, or is owned by: what has no home is known by its name alone."""
    return (need.on for need in catalog.needs_of(item.key) if need.bond in {Bond.PART, Bond.OWNED})


def _rebuilt(
    head: Catalog, goal: Catalog, gone: Mapping[Key, Object], altered: Mapping[Key, tuple[Object, Object]]
) -> tuple[Key, ...]:
    """The objects of both sides that have to be dropped and made anew, by their keys in the head."""
    dependents: dict[Key, list[Key]] = {}
    for need in head.needs:
        if need.dependent not in gone and need.bond is not Bond.OWNED:
            dependents.setdefault(need.on, []).append(need.dependent)
    rebuilt: dict[Key, Key] = {}  # what → because of what
    for key, (old, new) in altered.items():
        kind = kind_of(old)
        if kind.alter(old, new, Sides(head=head, goal=goal)) is None:
            rebuilt[key] = key
        rebuilt |= dict.fromkeys(_in_the_way(key, kind.rebuilds(old, new), head, dependents), key)
    for key in gone:  # a foreign key over a unique constraint that another one replaces
        stay = (other for other in dependents.get(key, ()) if other not in altered or other.kind == "foreign key")
        rebuilt |= dict.fromkeys(stay, key)
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


def _in_the_way(key: Key, kinds: frozenset[str], head: Catalog, dependents: Mapping[Key, list[Key]]) -> Iterator[Key]:
    """What must not hang on an object while it is altered: dependents of these kinds, columns only if generated.

    Where the others hang on it by their type, that is altered as well.
    """
    if not kinds:
        return
    for other in dependents.get(key, ()):
        item = head.objects[other]
        if isinstance(item, Column) and item.generated is None:
            yield from _in_the_way(other, kinds & {"column", "foreign key"}, head, dependents)
        elif other.kind in kinds:
            yield other


def _must_hold_no_data(item: Object, because: Key) -> None:
    generated = isinstance(item, Column) and item.generated is not None
    if item.KIND in {"table", "column", "sequence"} and not generated:
        raise errors.WouldLoseData(object=str(item.key), because="it" if because == item.key else str(because))


def describe(changes: Iterable[Change]) -> str:
    """The changes for people, one a line, parts of what comes or goes as a whole left out."""
    whole = {change.new.key for change in changes if isinstance(change, Create)}
    whole |= {change.old.key for change in changes if isinstance(change, Drop)}
    return "\n".join(dict.fromkeys(str(change) for change in changes if _parent(change) not in whole))


def _parent(change: Change) -> Key | None:
    match change:
        case Create(new=item) | Drop(old=item):
            return item.parent
        case Alter() | Rename():
            return None
