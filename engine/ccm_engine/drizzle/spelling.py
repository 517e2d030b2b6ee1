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

SECTIONS = ("tables", "enums", "schemas", "sequences", "roles", "policies", "views", "_meta")


@value
class Spelling:
    """The sections as they stand in a file, and what they describe."""

    catalog: Catalog
    sections: Mapping[str, object]


def following(previous: Spelling | None, catalog: Catalog) -> Spelling:
    """The sections for a catalog that follows; a table that stays has the very same object as before."""
    if previous is None:
        return Spelling(catalog=catalog, sections={"tables": _tables(catalog), **_others(catalog)})
    before, after = _others(previous.catalog), _others(catalog)
    written = {name: carried(previous.sections.get(name, {}), before[name], after[name]) for name in after}
    kept = {name: item for name, item in previous.sections.items() if name not in {"tables", *written}}
    return Spelling(catalog=catalog, sections={"tables": _carried_tables(previous, catalog), **written, **kept})


def _others(catalog: Catalog) -> Mapping[str, object]:
    return cast("Mapping[str, object]", projection.sections(catalog, projection.serial_columns(catalog)))


def _tables(catalog: Catalog) -> Mapping[str, object]:
    serials = _serials(catalog)
    return {projection.dotted(item.key): _projected(item, catalog, serials) for item in projection.tables(catalog)}


def _carried_tables(previous: Spelling, catalog: Catalog) -> Mapping[str, object]:
    old = cast("Mapping[str, object]", previous.sections.get("tables", {}))
    serials, before_serials = _serials(catalog), _serials(previous.catalog)
    known = {projection.dotted(item.key) for each in (previous.catalog, catalog) for item in projection.tables(each)}
    tables = {name: table for name, table in old.items() if name not in known}  # to us it is no table, or not there
    for item in projection.tables(catalog):
        name, then = projection.dotted(item.key), previous.catalog.objects.get(item.key)
        if not isinstance(then, Table):
            tables[name] = _projected(item, catalog, serials)
        elif name not in old:
            continue  # Drizzle was never told of it, and would drop it
        elif _is_same(item.key, (previous.catalog, before_serials), (catalog, serials)):
            tables[name] = old[name]
        else:
            before = _projected(then, previous.catalog, before_serials)
            tables[name] = carried(old[name], before, _projected(item, catalog, serials))
    return tables


_Serials = Mapping[Key, frozenset[Key]]


def _is_same(key: Key, before: tuple[Catalog, _Serials], after: tuple[Catalog, _Serials]) -> bool:
    (one, one_serials), (other, other_serials) = before, after
    return (
        one.objects[key] == other.objects[key]
        and one.children.get(key) == other.children.get(key)
        and one_serials.get(key) == other_serials.get(key)
    )


def _serials(catalog: Catalog) -> _Serials:
    """By table, the columns that `serial` describes."""
    of_table: dict[Key, frozenset[Key]] = {}
    for column in projection.serial_columns(catalog):
        table = Key("table", column.path[:2])
        of_table[table] = of_table.get(table, frozenset()) | {column}
    return of_table


_known: dict[int, tuple[Table, tuple[Object, ...], frozenset[Key], object]] = {}
_REMEMBERED = 2**17  # tables


def _projected(table: Table, catalog: Catalog, serials: _Serials) -> object:
    """What was projected before, and is the same object still, is not projected again."""
    parts, own = catalog.children.get(table.key, ()), serials.get(table.key, frozenset[Key]())
    known = _known.get(id(table))
    if known is not None and known[0] is table and known[1] is parts and known[2] == own:
        return known[3]
    section = projection.project_table(table, catalog, own)
    if len(_known) >= _REMEMBERED:
        _known.clear()
    _known[id(table)] = (table, parts, own, section)
    return section
