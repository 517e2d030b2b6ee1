"""Types that must be made anew under columns that stay → the head as it is once they are put aside under other names.

In that head they are other types, which are gone from the goal: so the new ones are made, the columns move over,
what else hangs on the old ones is dropped and made anew, and they are dropped, all by the ordinary rules.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, count
from typing import TypeAlias, TypeVar

from ccm_engine.catalog import Catalog, Key, Need, Object
from ccm_engine.kinds import declared_needs, kind_of
from ccm_engine.kinds.column import Column
from ccm_engine.kinds.composite import Attribute, Composite
from ccm_engine.kinds.domain import Domain, hangs_by_type
from ccm_engine.kinds.kind import Sides, outgoing
from ccm_engine.kinds.range_type import RangeType
from ccm_engine.kinds.stored import TYPES, is_stored
from ccm_engine.sql import qualified
from ccm_engine.value import value

Name: TypeAlias = tuple[bool | str, ...]
"""Whether it is that of a collation, the schema, and the name."""


@value
class Aside:
    head: Catalog
    pairs: tuple[tuple[Object, Object], ...] = ()
    """Each as it was, and as it is put aside."""

    @property
    def keys(self) -> frozenset[Key]:
        return frozenset(new.key for _, new in self.pairs)


def put_aside(head: Catalog, goal: Catalog) -> Aside:
    due = _with_what_is_made_of_them(_due(head, goal), head, goal)
    if not due:
        return Aside(head=head)
    suffix = _suffix(head, goal)
    pairs = {key: _put_aside(head.objects[key], goal.objects[key], suffix) for key in sorted(due)}
    names = {key: new.key for key, new in pairs.items()}
    called: dict[Name, str] = {(old.KIND == "collation", *path): name for old, path, name in _names(pairs, head)}
    objects = [_calling(pairs.get(key, item), called, suffix) for key, item in head.objects.items()]
    needs = {_among(need, names) for need in head.needs} | set(declared_needs(objects))
    return Aside(
        head=Catalog.of(objects, needs=needs, unmodelled=head.unmodelled, major=head.major),
        pairs=tuple((head.objects[key], new) for key, new in pairs.items()),
    )


def _put_aside(old: Object, new: Object, suffix: str) -> Object:
    put = kind_of(old).put_aside
    return old if put is None else put(old, new, suffix)


def _suffix(head: Catalog, goal: Catalog) -> str:
    """What no name ends with yet."""
    names = {name for side in (head, goal) for key in side.objects for name in key.path[-1:]}
    suffixes = chain(["__old"], (f"__old{number}" for number in count(2)))
    return next(suffix for suffix in suffixes if not any(name.endswith(suffix) for name in names))


def _due(head: Catalog, goal: Catalog) -> set[Key]:
    """Those that Postgres cannot alter in place."""
    sides = Sides(head=head, goal=goal)
    changed = {
        key: (item, goal.objects[key])
        for key, item in head.objects.items()
        if key.kind in TYPES and key in goal.objects and goal.objects[key] != item
    }
    anew = (key for key, (old, new) in changed.items() if kind_of(old).alter(old, new, sides) is None)
    return {key for key in anew if is_stored(head, key)}


def _with_what_is_made_of_them(due: set[Key], head: Catalog, goal: Catalog) -> set[Key]:
    made_of: dict[Key, list[Key]] = {}
    for need in head.needs if due else ():
        if need.dependent.kind in TYPES and need.on.kind in TYPES and need.dependent in goal.objects:
            item = head.objects[need.dependent]
            if not isinstance(item, Domain) or hangs_by_type(item, need.on):
                made_of.setdefault(need.on, []).append(need.dependent)
    found = list(due)
    while found:
        more = [key for key in made_of.get(found.pop(), ()) if key not in due]
        due |= set(more)
        found += more
    return due


def _names(pairs: Mapping[Key, Object], head: Catalog) -> Iterator[tuple[Object, tuple[str, ...], str]]:
    """What is put aside, each name that it has, and what that becomes."""
    for key, new in pairs.items():
        old = head.objects[key]
        yield old, old.path, new.path[-1]
        if isinstance(old, RangeType) and isinstance(new, RangeType) and old.multirange_there and new.multirange_there:
            yield old, old.multirange_there, new.multirange_there[1]


def _calling(item: Object, called: Mapping[Name, str], suffix: str) -> Object:
    """What is made of types, as it calls them and its collation then."""
    match item:
        case Column():
            item = _with_type(item, called)
            collations = {_bare(f"{key[1]}.{key[2]}") for key in called if key[0]}
            if item.collation is not None and _bare(item.collation) in collations:
                return replace(item, collation=outgoing(item.collation, suffix))  # it only has to differ
            return item
        case Domain():
            return _with_type(item, called)
        case Composite():
            return replace(item, attributes=tuple(_with_type(attribute, called) for attribute in item.attributes))
        case _:
            return item


T = TypeVar("T", Column, Domain, Attribute)


def _with_type(item: T, called: Mapping[Name, str]) -> T:
    schema, name = item.type_schema or "", called.get((False, item.type_schema or "", item.type_name or ""))
    if name is None:
        return item
    return replace(item, type=qualified(schema, name) + "[]" * item.type.endswith("[]"), type_name=name)


def _bare(collation: str) -> str:
    return collation.replace('"', "")


def _among(need: Need, names: Mapping[Key, Key]) -> Need:
    return need._replace(dependent=names.get(need.dependent, need.dependent), on=names.get(need.on, need.on))
