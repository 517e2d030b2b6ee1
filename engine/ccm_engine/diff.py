"""Two catalogs → changes, renames resolved.

An object that only one side has is created or dropped; one that differs is altered where Postgres can, else
dropped and made anew together with what hangs on it, and with nothing else. What holds data is never made anew.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ccm_engine.aside import put_aside
from ccm_engine.catalog import Bond, Catalog, Key, Object
from ccm_engine.kinds import RANK, kind_of
from ccm_engine.kinds.kind import Sides
from ccm_engine.remake import remake
from ccm_engine.versions import alike


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
    head, goal = alike(head, goal)
    if head == goal:
        return ()
    aside = put_aside(head, goal)
    head = aside.head
    gone = {key: item for key, item in head.objects.items() if not _stays(item, goal)}
    come = {key: item for key, item in goal.objects.items() if not _stays(item, head)}
    renames = {rename.old.key: rename for rename in _renames(head, goal, gone, come)}
    for rename in renames.values():
        del gone[rename.old.key], come[rename.new.key]
    sides = Sides(head=head, goal=goal)
    altered = {
        key: (old, goal.objects[key])
        for key, item in head.objects.items()
        if _stays(item, goal) and (old := kind_of(item).followed(item, sides)) != goal.objects[key]
    }
    remade = remake(head, goal, gone, altered, aside.keys)
    for key in remade.released:
        altered.setdefault(key, (head.objects[key], goal.objects[key]))
    return (
        *(Rename(old=old, new=new) for old, new in aside.pairs),
        *(rename for key, rename in renames.items() if key not in remade.rebuilt),
        *(Drop(old=item) for item in gone.values()),
        *(Drop(old=head.objects[key], rebuilt=True) for key in remade.rebuilt),
        *(
            alter
            for key, (old, new) in altered.items()
            if key not in remade.rebuilt
            for alter in _alterations(old, new, remade.released.get(key, ()))
        ),
        *(creation for item in come.values() for creation in _creations(item, goal)),
        *(Create(new=renames[key].new if key in renames else goal.objects[key]) for key in remade.rebuilt),
    )


def _creations(item: Object, goal: Catalog) -> Iterator[Create | Alter]:
    begun = kind_of(item).begun(item, goal)
    yield Create(new=begun or item)
    if begun is not None:
        yield Alter(old=begun, new=item)


def _stays(item: Object, other: Catalog) -> bool:
    """Whether the other side has it as well: the columns of a table are not those of a foreign table of its name."""
    same = other.objects.get(item.key)
    return same is not None and (item.parent and item.parent.kind) == (same.parent and same.parent.kind)


def _alterations(old: Object, new: Object, released_from: Iterable[Key]) -> Iterator[Alter]:
    kind = kind_of(old)
    halfway = kind.halfway(old, new) or old
    for on in released_from:
        halfway = kind.released(halfway, on) or halfway
    if halfway is not old:
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
