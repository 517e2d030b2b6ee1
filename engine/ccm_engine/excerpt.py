"""The part of two catalogs that the way from one to the other can touch: the cost of a proof follows the change.

It holds what differs, whatever hangs on that on either side, and all that these need to exist; of a table that is only
needed, its columns and what else stands in its CREATE TABLE.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from itertools import chain

from ccm_engine.catalog import Catalog, Key
from ccm_engine.kinds import KINDS, grant, kind_of
from ccm_engine.kinds.stored import TYPES

_PERVASIVE = tuple(kind for kind in KINDS if kind.pervasive)


def excerpt(head: Catalog, goal: Catalog) -> tuple[Catalog, Catalog]:
    """The same part of both; plan and proof of the excerpts are those of the wholes."""
    sides = (head, goal)
    keys = {*_others(head, goal), *_others(goal, head)}
    if keys:
        keys |= {item.key for side in sides for kind in _PERVASIVE for item in side.all(kind.type)}
    more = keys
    while more := {key for side in sides for key in _dependents(side, more)} - keys:
        keys |= more
    by_word = cache(partial(_by_word, sides))
    more = keys
    while (
        more := {
            key
            for side in sides
            for key in (
                *_needed(side, more),
                *_named(side, more, by_word),
                *_owned(side, more),
                *_made_with(side, more, keys),
            )
        }
        - keys
    ):
        keys |= more
    return _part(head, keys), _part(goal, keys)


def _others(side: Catalog, other: Catalog) -> Iterator[Key]:
    """What is not the same there. Most of it is by being the same object, which takes the shortest to see."""
    there = set(map(id, other.objects.values()))
    return (key for key, item in side.objects.items() if id(item) not in there and other.objects.get(key) != item)


def _dependents(side: Catalog, keys: set[Key]) -> Iterator[Key]:
    tables = {Key("table", key.path[:2]) for key in keys if key.kind == "column"}
    yield from (need.dependent for key in keys for need in side.hanging_on(key))
    for need in (need for table in tables for need in side.hanging_on(table)):
        if holds_rows(need.dependent, need.on):
            yield need.dependent


def holds_rows(dependent: Key, table: Key) -> bool:
    """Whether it is by the type of the rows of a table that it hangs on that, and so on each of its columns."""
    return dependent.kind in {"column", *TYPES} and dependent.path[:2] != table.path


def _needed(side: Catalog, keys: set[Key]) -> Iterator[Key]:
    return (need.on for key in keys for need in side.needs_of(key))


def _by_word(sides: Iterable[Catalog]) -> dict[str, set[Key]]:
    found: dict[str, set[Key]] = {}
    for key, item in chain.from_iterable(side.objects.items() for side in sides):
        if item.parent is None:
            found.setdefault(item.word, set()).add(key)
    return found


def _named(side: Catalog, keys: set[Key], by_word: Callable[[], Mapping[str, set[Key]]]) -> Iterator[Key]:
    """What the body of a function names, which Postgres looks up when it is made."""
    for item in (side.objects[key] for key in keys if key in side.objects):
        for word in kind_of(item).words(item):
            yield from by_word().get(word, ())


def _owned(side: Catalog, keys: set[Key]) -> Iterator[Key]:
    """Whose it is what somebody may do something with: the owner is called so, and may do what others may not."""
    items = (side.objects[key] for key in keys if key in side.objects)
    return (key for item in items if isinstance(item, grant.Grant) for key in grant.ownerships(item))


def _made_with(side: Catalog, keys: set[Key], all_: set[Key]) -> Iterator[Key]:
    """What stands in the CREATE TABLE of a table that is needed: its parts, and the sequences of its columns."""
    parts = (item for key in keys for item in side.children.get(key, ()))
    hanging = (side.objects.get(need.dependent) for key in keys for need in side.hanging_on(key))
    found = (item for item in chain(parts, hanging) if item is not None)
    return (item.key for item in found if kind_of(item).made_with(item) in all_)


def _part(catalog: Catalog, keys: set[Key]) -> Catalog:
    return Catalog.of(
        (catalog.objects[key] for key in keys if key in catalog.objects),
        needs=(need for key in keys for need in catalog.needs_of(key) if need.on in keys),
        unmodelled=catalog.unmodelled,
        major=catalog.major,
    )
