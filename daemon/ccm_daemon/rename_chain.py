"""Two versions of a draft that rename the same thing differently → the renaming from one name to the other."""

from collections.abc import Iterable, Iterator, Mapping

from ccm_engine.harvester.wire import Rename

_Table = tuple[str, str]
"""Schema and name."""


def between(before: Iterable[Rename], after: Iterable[Rename]) -> Iterator[Rename]:
    """From the names that the hints `before` lead to, to those that the hints `after` lead to.

    Both start from the same names; what only one of them renames has its first name in the other.
    """
    here, there = tuple(before), tuple(after)
    old_tables, new_tables = _tables(here), _tables(there)
    for first in old_tables.keys() | new_tables.keys():
        old, new = old_tables.get(first, first[1]), new_tables.get(first, first[1])
        if old != new:
            yield Rename(kind="table", schema=first[0], table=new, old=old, new=new)
    old_columns, new_columns = _columns(here, old_tables), _columns(there, new_tables)
    for table, first_name in old_columns.keys() | new_columns.keys():
        old = old_columns.get((table, first_name), first_name)
        new = new_columns.get((table, first_name), first_name)
        if old != new:
            now = new_tables.get(table, table[1])
            yield Rename(kind="column", schema=table[0], table=now, old=old, new=new)


def _tables(renames: Iterable[Rename]) -> Mapping[_Table, str]:
    return {(one.schema, one.old): one.new for one in renames if one.kind == "table"}


def _columns(renames: Iterable[Rename], tables: Mapping[_Table, str]) -> Mapping[tuple[_Table, str], str]:
    first = {(schema, new): (schema, old) for (schema, old), new in tables.items()}
    return {
        (first.get((one.schema, one.table), (one.schema, one.table)), one.old): one.new
        for one in renames
        if one.kind == "column"
    }
