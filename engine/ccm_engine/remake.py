"""What cannot stay as it is while something else changes: what is rebuilt, and what lets go for a while."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field

from ccm_engine import errors
from ccm_engine.catalog import Bond, Catalog, Key, Object
from ccm_engine.kinds import RANK, kind_of
from ccm_engine.kinds.column import Column
from ccm_engine.kinds.kind import READERS, Sides
from ccm_engine.kinds.table import Table
from ccm_engine.value import value


@value
class Remade:
    """Objects of both sides, by their keys in the head."""

    rebuilt: tuple[Key, ...]
    """Dropped and made anew."""
    released: Mapping[Key, tuple[Key, ...]]
    """Lets go of these, which are dropped and made anew, and then hangs on them again."""


def remake(
    head: Catalog,
    goal: Catalog,
    gone: Mapping[Key, Object],
    altered: Mapping[Key, tuple[Object, Object]],
    aside: Container[Key] = (),
) -> Remade:
    """What stands in the way of what is gone and of what is altered, and what stands in the way of that.

    Raises `errors.WouldLoseData` where it holds data.
    """
    spread = _Spread(head=head, dependents=_dependents(head, gone))
    for key, (old, new) in altered.items():
        kind = kind_of(old)
        if kind.alter(old, new, Sides(head=head, goal=goal)) is None:
            spread.rebuild(key, key)
        for other in spread.in_the_way(key, kind.rebuilds(old, new)):
            spread.reach(other, key)
    for key in gone:  # a foreign key over a unique constraint that another one replaces
        for other in spread.dependents.get(key, ()):
            moves = _moves(head.objects[other], goal.objects.get(other)) or (other in altered and key not in aside)
            if not moves or other.kind == "foreign key":
                spread.reach(other, key)
    for key, because in spread.rebuilt.items():
        if head.objects[key].parent not in spread.rebuilt:
            _must_hold_no_data(head.objects[key], because)
    return Remade(
        rebuilt=tuple(sorted(spread.rebuilt, key=lambda key: (RANK[key.kind], key))),
        released={key: tuple(sorted(on)) for key, on in spread.released.items() if key not in spread.rebuilt},
    )


def _moves(old: Object, new: Object | None) -> bool:
    """From a type, or a collation, that is put aside to the one that takes its place, be it along with its parent."""
    if not isinstance(old, Column) or not isinstance(new, Column):
        return False
    return (old.type, old.collation) != (new.type, new.collation)


def _dependents(head: Catalog, gone: Mapping[Key, Object]) -> dict[Key, list[Key]]:
    dependents: dict[Key, list[Key]] = {}
    for need in head.needs:
        kept = need.handed_down and need.on in gone
        if need.dependent not in gone and need.bond is not Bond.OWNED and not kept:
            dependents.setdefault(need.on, []).append(need.dependent)
    return dependents


@dataclass(slots=True, kw_only=True)
class _Spread:
    """What has been found so far."""

    head: Catalog
    dependents: Mapping[Key, list[Key]]
    rebuilt: dict[Key, Key] = field(default_factory=dict[Key, Key])
    """And what for."""
    released: dict[Key, set[Key]] = field(default_factory=dict[Key, set[Key]])

    def reach(self, key: Key, because: Key) -> None:
        """It hangs on what is dropped."""
        item = self.head.objects[key]
        if kind_of(item).released(item, because) is None:
            self.rebuild(key, because)
        else:
            self.released.setdefault(key, set()).add(because)

    def rebuild(self, key: Key, because: Key) -> None:
        if key not in self.rebuilt:
            self.rebuilt[key] = because
            for other in self.dependents.get(key, ()):
                self.reach(other, key)

    def in_the_way(self, key: Key, kinds: frozenset[str]) -> Iterator[Key]:
        """What must not hang on an object while it is altered: dependents of these kinds, columns only if generated.

        Where the others hang on it by their type, that is altered as well.
        """
        if not kinds:
            return
        for other in self.dependents.get(key, ()):
            item = self.head.objects[other]
            if isinstance(item, Column) and item.generated is None:
                yield from self.in_the_way(other, kinds & (READERS | {"foreign key"}))
            elif other.kind in kinds:
                yield other


def _must_hold_no_data(item: Object, because: Key) -> None:
    """Rows are in the partitions, and these hang on what is partitioned."""
    partitioned = isinstance(item, Table) and item.partition_by is not None
    computed = isinstance(item, Column) and (item.generated is not None or item.relation == "foreign table")
    if kind_of(item).holds_data and not (partitioned or computed):
        raise errors.WouldLoseData(object=str(item.key), because="it" if because == item.key else str(because))
