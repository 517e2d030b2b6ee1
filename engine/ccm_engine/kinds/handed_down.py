"""`ALTER TABLE ONLY "parent" DROP COLUMN "a"`: what a child has from its parents, and what of that it keeps."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from ccm_engine import errors
from ccm_engine.catalog import Catalog, Key
from ccm_engine.kinds import partition
from ccm_engine.kinds.kind import InTable, Sides
from ccm_engine.sql import qualified, quote
from ccm_engine.value import value


@value
class Handed(InTable):
    """What parents can hand down: a column, and of constraints a check."""

    local: bool = True
    """Whether it would stay if the parents that it is inherited from went."""
    inherited_from: tuple[tuple[str, str], ...] = ()
    """(schema, name) of each parent of its table that has it."""


H = TypeVar("H", bound=Handed)


def _above(item: Handed, catalog: Catalog) -> tuple[tuple[str, str], ...]:
    """The parents that hand it down to it there."""
    parents = item.inherited_from
    return tuple(parent for parent in parents if Key(item.KIND, (*parent, item.name)) in catalog.objects)


def freed(item: H, sides: Sides) -> H:
    """What becomes of it where parents let go of theirs, which a whole table does not."""
    if item.key not in sides.goal.objects or partition.parents(sides.head.objects[item.parent])[0] is not None:
        return item
    if (left := _above(item, sides.goal)) == item.inherited_from:
        return item
    return replace(item, inherited_from=left, local=item.local or not left)


def _children(item: H, catalog: Catalog) -> list[H]:
    tables = (key for key, table in catalog.objects.items() if (item.schema, item.table) in partition.parents(table)[1])
    keys = (Key(item.KIND, (*table.path, item.name)) for table in tables)
    return [catalog.objects[key] for key in keys if key in catalog.objects]  # type: ignore[misc]


def left_below(item: Handed, sides: Sides) -> bool:
    """Whether a child that has it from its parents alone keeps it."""
    return any(
        not child.local and child.key in sides.goal.objects and not _above(child, sides.goal)
        for child in _children(item, sides.head)
        if not partition.moves(child.parent, sides)
    )


def dropped(item: H, drop: str, sides: Sides, again: Callable[[H, Sides], Iterable[str]]) -> Iterator[str]:
    """From the whole family; where some of the children keep it, from the others alone."""
    if not left_below(item, sides):
        yield f"ALTER TABLE {item.table_name} {drop}"
        return
    yield f"ALTER TABLE ONLY {item.table_name} {drop}"
    for child in _children(item, sides.head):
        if not child.local and child.key not in sides.goal.objects and not partition.moves(child.parent, sides):
            yield from again(child, sides)


def must_be_reachable(old: H, new: H, sides: Sides) -> None:
    """Raises `errors.NotHandedDown` or `errors.NotOnceMore`."""
    if partition.moves(new.parent, sides):
        attached = partition.parents(sides.goal.objects[new.parent])[0] is not None
        possible = attached or new.local or not old.local
    else:
        possible = old.local == new.local or not new.inherited_from
    if not possible:
        raise refused(str(new.key), new.inherited_from, local=new.local)


def must_be_partition(of: tuple[str, str] | None, item: Handed) -> None:
    """To inherit leaves what is there the table's own; to become a partition does not.

    Raises `errors.NotHandedDown` or `errors.NotOnceMore`.
    """
    if of is None:
        raise refused(str(item.key), item.inherited_from, local=False)


def refused(
    what: str, parents: tuple[tuple[str, str], ...], *, local: bool
) -> errors.NotHandedDown | errors.NotOnceMore:
    refusal = errors.NotOnceMore if local else errors.NotHandedDown
    return refusal(object=what, parents=", ".join(qualified(*parent) for parent in parents))


def misnamed(what: str, old: str, new: str) -> errors.NotCalledOtherwise:
    return errors.NotCalledOtherwise(object=what, old=quote(old), new=quote(new))
