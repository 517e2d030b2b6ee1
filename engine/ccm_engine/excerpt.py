"""The part of two catalogs that the way from one to the other can touch: the cost of a proof follows the change.

It holds what differs, whatever hangs on that on either side, and all that these need to exist; of a table that is only
needed, its columns and what else stands in its CREATE TABLE.
"""

from collections.abc import Iterator

from ccm_engine.catalog import Catalog, Key
from ccm_engine.kinds import kind_of


def excerpt(head: Catalog, goal: Catalog) -> tuple[Catalog, Catalog]:
    """The same part of both; plan and proof of the excerpts are those of the wholes."""
    sides = (head, goal)
    keys = {
        key
        for side in sides
        for key, item in side.objects.items()
        if _changed(key, head, goal) or kind_of(item).pervasive
    }
    while more := {key for side in sides for key in _dependents(side, keys)}:
        keys |= more
    while more := {key for side in sides for key in (*_needed(side, keys), *_made_with(side, keys))} - keys:
        keys |= more
    return _part(head, keys), _part(goal, keys)


def _changed(key: Key, head: Catalog, goal: Catalog) -> bool:
    old, new = head.objects.get(key), goal.objects.get(key)
    return old is not new and old != new


def _dependents(side: Catalog, keys: set[Key]) -> Iterator[Key]:
    return (need.dependent for need in side.needs if need.on in keys and need.dependent not in keys)


def _needed(side: Catalog, keys: set[Key]) -> Iterator[Key]:
    return (need.on for key in keys for need in side.needs_of(key))


def _made_with(side: Catalog, keys: set[Key]) -> Iterator[Key]:
    """What stands in the CREATE TABLE of a table that is needed."""
    return (key for key, item in side.objects.items() if kind_of(item).made_with(item) in keys)


def _part(catalog: Catalog, keys: set[Key]) -> Catalog:
    return Catalog.of(
        (item for key, item in catalog.objects.items() if key in keys),
        needs=(need for key in keys for need in catalog.needs_of(key) if need.on in keys),
        unmodelled=catalog.unmodelled,
        major=catalog.major,
    )
