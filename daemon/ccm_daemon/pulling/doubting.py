"""What models and scripts were to make, and what they make → what had better be left to SQL."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ccm_daemon.pulling.sayable import Doubts, Sayable
from ccm_engine import errors
from ccm_engine.catalog import Catalog, Key, Object
from ccm_engine.kinds import kind_of
from ccm_engine.kinds.column import Column
from ccm_engine.kinds.kind import Sides
from ccm_engine.kinds.ownership import Ownership
from ccm_engine.versions import alike

_APART = frozenset({"index", "unique constraint", "check constraint", "foreign key"})
"""Parts that a table can be without, and get by a statement of their own."""
_MADE = _APART | {"column", "primary key", "sequence ownership"}
"""What only models make of their tables."""


def doubts(made: Catalog, said: Sayable, before: Doubts) -> Doubts:
    """What was doubted before, and whatever of the models no statement beside them can put right."""
    made, goal = alike(made, said.goal)
    wrong = [key for key in said.keys if key in goal.objects and not _can_be_mended(key, made, goal)]
    native = {key for key in wrong if key not in before.native and _is_retyped(key, made, goal)}
    if native:
        return replace(before, native=before.native | native)
    apart = {key for key in wrong if key.kind in _APART}
    tables = {table for key in wrong if key not in apart for table in _tables(key, goal)}
    if not (apart or tables):
        extra = (key for key in made.objects if key not in goal.objects and key.kind in _MADE)
        tables = {table for key in extra for table in _tables(key, made)} & said.keys
    return replace(before, unsaid=before.unsaid | apart | tables)


def of_different(made: Catalog, said: Sayable, before: Doubts) -> Doubts:
    """Every table about which anything differs."""
    made, goal = alike(made, said.goal)
    differing = [key for key in {*made.objects, *goal.objects} if made.objects.get(key) != goal.objects.get(key)]
    tables = {table for side in (made, goal) for key in differing for table in _tables(key, side)}
    return replace(before, unsaid=before.unsaid | (tables & said.keys))


def of_named(text: str, said: Sayable, before: Doubts) -> Doubts:
    """The tables that a refusal names."""
    tables = {key for key in said.keys if key.kind == "table" and key.path[-1] in text}
    return replace(before, unsaid=before.unsaid | tables)


def differences(made: Catalog, goal: Catalog) -> Iterator[str]:
    """One a line, for people."""
    made, goal = alike(made, goal)
    for key in sorted({*made.objects, *goal.objects}):
        is_, should = made.objects.get(key), goal.objects.get(key)
        if is_ is None or should is None:
            yield f"{key} is {'not there' if is_ is None else 'there, and should not be'}"
        elif is_ != should:
            yield from (f"{key} has {field}" for field in _fields(is_, should))


def _fields(is_: Object, should: Object) -> Iterable[str]:
    one, other = is_.compared(), should.compared()
    return (f"{name} {one[name]!r} instead of {other.get(name)!r}" for name in one if one[name] != other.get(name))


def _can_be_mended(key: Key, made: Catalog, goal: Catalog) -> bool:
    is_, should = made.objects.get(key), goal.objects[key]
    if is_ is None or type(is_) is not type(should):
        return False
    if is_ == should:
        return True
    if _is_retyped(key, made, goal):
        return False
    try:
        return kind_of(should).alter(is_, should, Sides(head=made, goal=goal)) is not None
    except errors.CcmError:
        return False


def _is_retyped(key: Key, made: Catalog, goal: Catalog) -> bool:
    is_, should = made.objects.get(key), goal.objects.get(key)
    if not isinstance(is_, Column) or not isinstance(should, Column):
        return False
    return (is_.type, is_.collation) != (should.type, should.collation)


def _tables(key: Key, catalog: Catalog) -> Iterator[Key]:
    """That which it is, or which it is a part of, or which counts by it; of a type, those with columns of it."""
    item = catalog.objects.get(key)
    if item is None:
        return
    if key.kind == "table":
        yield key
    elif item.parent is not None:
        yield item.parent
    elif isinstance(item, Ownership):
        yield item.owner
    elif key.kind in {"enum", "sequence"}:
        users = (catalog.objects.get(need.dependent) for need in catalog.hanging_on(key))
        yield from (user.parent for user in users if isinstance(user, Column))
