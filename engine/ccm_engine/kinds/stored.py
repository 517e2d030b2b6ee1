"""Whether rows of tables hold values of a type: then a new type is made beside it, and their columns move over."""

from ccm_engine.catalog import Catalog, Key

TYPES = frozenset({"enum", "domain", "composite type", "range type", "collation"})
"""The kinds that columns, and each other, are made of."""


def is_stored(catalog: Catalog, type_: Key) -> bool:
    """Whether a column hangs on it, be it through other types that are made of it."""
    seen, found = {type_}, [type_]
    made_of: dict[Key, list[Key]] = {}
    for need in catalog.needs:
        if need.on.kind in TYPES and (need.dependent.kind in TYPES or need.dependent.kind == "column"):
            made_of.setdefault(need.on, []).append(need.dependent)
    while found:
        for other in made_of.get(found.pop(), ()):
            if other.kind == "column":
                return True
            if other not in seen:
                seen.add(other)
                found.append(other)
    return False
