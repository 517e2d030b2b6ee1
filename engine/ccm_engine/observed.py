"""What a server said of its schema, row by row → `Catalog`."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from ccm_engine.beside import Address
from ccm_engine.catalog import Bond, Catalog, Key, Need, Object, Unmodelled
from ccm_engine.kinds import KINDS, declared_needs, decode, kind_of
from ccm_engine.value import value

Row: TypeAlias = tuple[int, str]
"""The number of the kind in `KINDS`, and the values of its columns as a JSON array."""
Label: TypeAlias = tuple[Row, Row | None]
"""A row, and that of the object which it is about: where two servers say both, the objects are equal."""


@value
class Observed:
    """What a schema holds, and how it hangs together."""

    own: Mapping[Address, Row]
    """What has an address of its own."""
    found: tuple[tuple[Address, Row], ...]
    """What is said about something that has an address (`Kind.about`): a grant."""
    kinds: tuple[int, ...]
    """The numbers of the kinds that were asked for."""
    wholes: Mapping[Address, Address]
    """Of each address, that of the object that it is or belongs to."""
    depends: tuple[tuple[Address, Address, bool], ...]
    """(dependent, on, whether automatically)."""
    unmodelled: tuple[Unmodelled, ...]
    major: int

    def at(self, address: Address) -> Address | None:
        """That of the object that `pg_depend` speaks of."""
        return self.wholes.get(address) or self.wholes.get((*address[:2], 0))

    def whole(self, address: Address) -> Address | None:
        """That of the object that somebody speaks about who names this address."""
        nearest = address if address in self.own else (*address[:2], 0)
        return nearest if nearest in self.own else self.wholes.get(address)


def labels(observed: Observed) -> tuple[Label, ...]:
    """All that objects follow from, wherever it is, in the order of the rows."""
    return (
        *((row, None) for row in observed.own.values()),
        *((row, _subject(observed, address)) for address, row in observed.found),
    )


def _subject(observed: Observed, address: Address) -> Row | None:
    whole = observed.whole(address)
    return None if whole is None else observed.own[whole]


def catalog(observed: Observed) -> Catalog:
    """All that was said."""
    objects = {address: decode(KINDS[number].name, text) for address, (number, text) in observed.own.items()}
    keys = {address: item.key for address, item in objects.items()}
    about = list(_all_told(observed, keys))
    everything = (*objects.values(), *(whole for _, whole in about if whole is not None))
    parents = {item.key: item.parent for item in everything}
    return Catalog.of(
        everything,
        needs={*declared_needs(everything), *_depends(observed, keys, parents)},
        unmodelled=(*observed.unmodelled, *(_unmodelled(item) for item, whole in about if whole is None)),
        major=observed.major,
    )


def only(observed: Observed, include: frozenset[str]) -> Observed:
    """The rows of those kinds that are always of interest, and of the opt-in kinds named."""
    left_out = {number for number, kind in enumerate(KINDS) if kind.opt_in and kind.name not in include}
    if left_out.isdisjoint(number for (number, _), _ in labels(observed)):
        return observed
    own = {address: row for address, row in observed.own.items() if row[0] not in left_out}
    return replace(
        observed,
        own=own,
        found=tuple((address, row) for address, row in observed.found if row[0] not in left_out),
        wholes={address: whole for address, whole in observed.wholes.items() if whole in own},
    )


def without_objects(observed: Observed) -> Catalog:
    """What is to be reported, where no object is to be told."""
    unknown = Observed(
        own={},
        kinds=observed.kinds,
        found=tuple((at, row) for at, row in observed.found if observed.whole(at) is None),
        wholes={},
        depends=(),
        unmodelled=observed.unmodelled,
        major=observed.major,
    )
    return Catalog.of((), unmodelled=catalog(unknown).unmodelled, major=observed.major)


def told(row: Row, subject: Key | None) -> tuple[Object, Object | None]:
    """What a row says, and what that is of the object which it is about, if any kind models that one."""
    number, text = row
    kind = KINDS[number]
    item = decode(kind.name, text)
    return item, item if kind.about is None else kind.about(item, subject)


def _all_told(observed: Observed, keys: Mapping[Address, Key]) -> Iterator[tuple[Object, Object | None]]:
    for address, row in observed.found:
        whole = observed.whole(address)
        yield told(row, None if whole is None else keys[whole])


def _unmodelled(item: Object) -> Unmodelled:
    kind = kind_of(item)
    return Unmodelled(kind.name, kind.named(item))


def _depends(observed: Observed, keys: Mapping[Address, Key], parents: Mapping[Key, Key | None]) -> Iterator[Need]:
    known = {address: keys[whole] for address, whole in observed.wholes.items()}
    for address, on_address, automatically in observed.depends:
        dependent = known.get(address) or known.get((*address[:2], 0))
        on = known.get(on_address) or known.get((*on_address[:2], 0))
        if dependent is None or on is None or dependent == on or parents[dependent] == on:
            continue
        if dependent.kind == "sequence" and on.kind == "column":
            continue  # declared by the ownership, as OWNED
        # a generated column, by its expression, depends automatically on the columns it reads, and yet DROP COLUMN
        # refuses to take it along; so does an exclusion constraint by its index
        part = automatically and address[2] == 0 and address in observed.own
        yield Need(dependent, on, Bond.PART if part else Bond.USES)
