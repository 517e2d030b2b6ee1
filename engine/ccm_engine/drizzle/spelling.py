"""Drizzle's sections of a snapshot that follows another: what has not changed is spelled as it was.

Drizzle Kit compares its TypeScript schema with them almost as text, and an expression has many spellings. Its own
outlives what we write after it, as long as its object stays the same.
"""

from collections.abc import Mapping
from typing import cast

from ccm_engine.catalog import Catalog, Key, Object
from ccm_engine.drizzle import projection
from ccm_engine.drizzle.carry import carried
from ccm_engine.kinds.table import Table
from ccm_engine.value import value


@value
class Spelling:
    """The sections as they stand in a file, and what they describe."""

    catalog: Catalog
    sections: Mapping[str, object]


@value
class _Side:
    """A catalog, with the columns that `serial` describes: each with its sequence, and those of each table."""

    catalog: Catalog
    serials: Mapping[Key, Key]
    of_table: Mapping[Key, frozenset[Key]]

    @classmethod
    def of(cls, catalog: Catalog) -> "_Side":
        serials, of_table = projection.serial_columns(catalog), dict[Key, frozenset[Key]]()
        for column in serials:
            table = Key("table", column.path[:2])
            of_table[table] = of_table.get(table, frozenset()) | {column}
        return cls(catalog=catalog, serials=serials, of_table=of_table)

    def others(self) -> Mapping[str, object]:
        return cast("Mapping[str, object]", projection.sections(self.catalog, self.serials))


def following(previous: Spelling | None, catalog: Catalog) -> Spelling:
    """The sections for a catalog that follows; a table that stays has the very same object as before."""
    now = _Side.of(catalog)
    if previous is None:
        tables = {projection.dotted(item.key): _projected(item, now) for item in projection.tables(catalog)}
        return Spelling(catalog=catalog, sections={"tables": tables, **now.others()})
    then, after = _Side.of(previous.catalog), now.others()
    before = then.others()
    written = {name: carried(previous.sections.get(name, {}), before[name], after[name]) for name in after}
    kept = {name: item for name, item in previous.sections.items() if name not in {"tables", *written}}
    tables = _tables(cast("Mapping[str, object]", previous.sections.get("tables", {})), then, now)
    return Spelling(catalog=catalog, sections={"tables": tables, **written, **kept})


def _tables(old: Mapping[str, object], then: _Side, now: _Side) -> dict[str, object]:
    names = {item.key: projection.dotted(item.key) for item in projection.tables(now.catalog)}
    known = {*names.values(), *(projection.dotted(item.key) for item in projection.tables(then.catalog))}
    tables = {name: table for name, table in old.items() if name not in known}  # to us it is no table, or not there
    for key, name in names.items():
        item, before = now.catalog.objects[key], then.catalog.objects.get(key)
        if not isinstance(item, Table):
            continue
        if not isinstance(before, Table):
            tables[name] = _projected(item, now)
        elif name not in old:
            continue  # Drizzle was never told of it, and would drop it
        elif _is_same(key, then, now):
            tables[name] = old[name]
        else:
            tables[name] = carried(old[name], _projected(before, then), _projected(item, now))
    return tables


def _is_same(key: Key, then: _Side, now: _Side) -> bool:
    table, other = then.catalog.objects[key], now.catalog.objects[key]
    parts, others = then.catalog.children.get(key), now.catalog.children.get(key)
    is_same = (table is other or table == other) and (parts is others or parts == others)
    return is_same and then.of_table.get(key) == now.of_table.get(key)


_known: dict[int, tuple[Table, tuple[Object, ...], frozenset[Key], object]] = {}
_REMEMBERED = 2**17  # tables


def _projected(table: Table, side: _Side) -> object:
    """What was projected before, and is the same object still, is not projected again."""
    parts, own = side.catalog.children.get(table.key, ()), side.of_table.get(table.key, frozenset[Key]())
    known = _known.get(id(table))
    if known is not None and known[0] is table and known[1] is parts and known[2] == own:
        return known[3]
    section = projection.project_table(table, side.catalog, own)
    if len(_known) >= _REMEMBERED:
        _known.clear()
    _known[id(table)] = (table, parts, own, section)
    return section
