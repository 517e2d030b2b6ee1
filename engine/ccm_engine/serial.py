"""`serial` stands for a column and a sequence made together, and is written out where the sequence was there before."""

from dataclasses import replace

from ccm_engine.catalog import Catalog, Key, Object
from ccm_engine.kinds.column import Column
from ccm_engine.kinds.ownership import Ownership
from ccm_engine.kinds.sequence import Sequence


def written_out(head: Catalog, goal: Catalog) -> Catalog:
    """The goal, without `serial` for the sequences that the head has as well."""
    there = {item.key for item in goal.all(Sequence) if item.serial_of is not None and item.key in head.objects}
    columns = {need.on for key in there for need in goal.needs_of(key) if need.on.kind == "column"}
    if not columns - head.objects.keys():
        return goal
    return Catalog.of(
        (_plain(item) if _key(item) in there | columns else item for item in goal.objects.values()),
        needs=goal.needs,
        unmodelled=goal.unmodelled,
        major=goal.major,
    )


def _key(item: Object) -> Key:
    """Of the sequence, for what ties one to its column."""
    return Key("sequence", item.path) if isinstance(item, Ownership) else item.key


def _plain(item: Object) -> Object:
    match item:
        case Column() | Ownership():
            return replace(item, serial=False)
        case Sequence():
            return replace(item, serial_of=None)
        case _:
            return item
