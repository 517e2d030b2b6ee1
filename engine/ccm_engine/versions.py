"""Catalogs of servers of different versions → what both versions have a word for."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ccm_engine.catalog import Catalog, Object
from ccm_engine.kinds import not_null
from ccm_engine.kinds.column import Column
from ccm_engine.kinds.default_privileges import DefaultPrivileges
from ccm_engine.kinds.grant import Grant
from ccm_engine.kinds.privileges import ALL, PUBLIC, Privileges

_CLOSED = 15
"""From then on, Postgres lets not everybody make something in the schema `public`."""

_MAINTAIN = 17
"""The first version that knows this privilege."""

_OF_A_TABLE = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"})
"""Every privilege before."""


def alike(one: Catalog, other: Catalog) -> tuple[Catalog, Catalog]:
    """Both as they are, as far as their servers are of one age."""
    majors = frozenset({one.major, other.major})
    return said_by_all(one, majors), said_by_all(other, majors)


def said_by_all(catalog: Catalog, majors: frozenset[int]) -> Catalog:
    """The catalog without what only some of the versions have a word for: 0 is any."""
    objects: Iterable[Object] = catalog.objects.values()
    apart = [since for since in (_CLOSED, _MAINTAIN, not_null.SINCE) if _differ(majors, since)]
    if not apart:
        return catalog
    if _CLOSED in apart:
        objects = (item for item in objects if not _is_default(item))
    if _MAINTAIN in apart:
        objects = (kept for item in objects for kept in _unmaintained(item))
    if not_null.SINCE in apart:
        objects = (replace(item, not_null_as=not_null.PLAIN) if isinstance(item, Column) else item for item in objects)
    kept = {item.key: item for item in objects}
    needs = (need for need in catalog.needs if need.dependent in kept and need.on in kept)
    return Catalog.of(kept.values(), needs=needs, unmodelled=catalog.unmodelled, major=catalog.major)


def _differ(majors: frozenset[int], since: int) -> bool:
    return len({major >= since for major in majors if major}) > 1


def _is_default(item: Object) -> bool:
    """Whether it is what everybody may do with `public` by default, be it here or there."""
    if not isinstance(item, Grant) or (item.of_kind, item.object, item.grantee) != ("schema", ("public",), PUBLIC):
        return False
    return item.held in {Privileges(held=("USAGE",)), Privileges(held=ALL)}


def _unmaintained(item: Object) -> Iterator[Object]:
    """What is left of a grant, if anything is."""
    if not isinstance(item, Grant | DefaultPrivileges):
        yield item
        return
    held, initially = _without_maintain(item.held), _without_maintain(item.initially)
    if held != initially or held == item.held:
        yield replace(item, held=held, initially=initially)


def _without_maintain(privileges: Privileges) -> Privileges:
    return Privileges(held=_known(privileges.held), grantable=_known(privileges.grantable))


def _known(privileges: tuple[str, ...]) -> tuple[str, ...]:
    rest = tuple(item for item in privileges if item != "MAINTAIN")
    return ALL if frozenset(rest) == _OF_A_TABLE else rest
