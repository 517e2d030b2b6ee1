"""Catalogs of servers of different versions → what both versions have a word for."""

from dataclasses import replace

from ccm_engine.catalog import Catalog
from ccm_engine.kinds import not_null
from ccm_engine.kinds.column import Column


def alike(one: Catalog, other: Catalog) -> tuple[Catalog, Catalog]:
    """Both as they are, unless only one of them comes from a server on which a NOT NULL has a name."""
    majors = {catalog.major for catalog in (one, other) if catalog.major}
    if len({major >= not_null.SINCE for major in majors}) <= 1:
        return one, other
    return _unnamed(one), _unnamed(other)


def _unnamed(catalog: Catalog) -> Catalog:
    objects = (
        replace(item, not_null_as=not_null.PLAIN) if isinstance(item, Column) else item
        for item in catalog.objects.values()
    )
    return Catalog.of(objects, needs=catalog.needs, unmodelled=catalog.unmodelled, major=catalog.major)
