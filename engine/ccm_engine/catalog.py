"""What a Postgres schema is: every object by key, immutable, comparable, with a fingerprint.

A catalog holds what Postgres itself says of a schema, in Postgres' own spelling. Two catalogs are equal when
their objects are; how the objects hang together (`needs`) follows from them, and is kept beside them because
the snapshot on disk has no server to ask.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, field, fields, replace
from enum import StrEnum
from itertools import chain
from operator import itemgetter
from types import MappingProxyType
from typing import ClassVar, NamedTuple, TypeVar, cast

from ccm_engine.value import value


class Key(NamedTuple):
    """How an object is told apart: its kind, and its path from the schema down."""

    kind: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind} {'.'.join(self.path)}"


@value
class Object:
    """What every object of a schema has. Each kind in `ccm_engine.kinds` derives its own dataclass from this."""

    KIND: ClassVar[str] = "object"

    comment: str | None = None

    @property
    def path(self) -> tuple[str, ...]:
        raise NotImplementedError(self.KIND)

    @property
    def key(self) -> Key:
        return Key(self.KIND, self.path)

    @property
    def word(self) -> str:
        """How a text that does not say of which kind it speaks calls it."""
        return self.path[-1]

    @property
    def parent(self) -> Key | None:
        """The object this one is a part of: a column's table."""
        return None

    def compared(self) -> dict[str, object]:
        """What equality compares, as plain values."""
        values = asdict(self)
        return {item.name: values[item.name] for item in fields(self) if item.compare}


class Bond(StrEnum):
    """How one object hangs on another."""

    USES = "uses"  # exists after it, is dropped before it
    PART = "part"  # exists after it, is dropped along with it
    OWNED = "owned"  # may exist before it, is dropped along with it: a sequence and the column that owns it
    TIED = "tied"  # exists after it, is dropped before it, and yet lets it be altered: that ownership and that column


class Need(NamedTuple):
    """`dependent` hangs on `on`."""

    dependent: Key
    on: Key
    bond: Bond

    @property
    def handed_down(self) -> bool:
        """Whether it is that of a child's column, or check, for that of its parent's."""
        return self.bond is Bond.PART and self.dependent.kind == self.on.kind


class Unmodelled(NamedTuple):
    """An object that was seen and that no kind models: reported, never ignored."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


O = TypeVar("O", bound=Object)  # noqa: E741 - an object
V = TypeVar("V")


@value
class Catalog:
    """A schema as it is. `major` is the version of the Postgres whose spelling it has.

    It may be megabytes, and is left out where something that holds it is shown.
    """

    objects: MappingProxyType[Key, Object] = field(repr=False)
    """In the order of their keys."""
    children: MappingProxyType[Key, tuple[Object, ...]] = field(compare=False, repr=False)
    needs: frozenset[Need] = field(default=frozenset(), compare=False, repr=False)
    needs_by_dependent: MappingProxyType[Key, tuple[Need, ...]] = field(compare=False, repr=False)
    unmodelled: tuple[Unmodelled, ...] = field(default=(), compare=False)
    major: int = field(default=0, compare=False)
    _needs_by_on: dict[Key, tuple[Need, ...]] = field(
        default_factory=dict[Key, "tuple[Need, ...]"], compare=False, repr=False
    )
    _by_type: dict[type[Object], list[Object]] = field(
        default_factory=dict[type[Object], "list[Object]"], compare=False, repr=False
    )
    """Both made when they are first asked for."""

    @classmethod
    def of(
        cls,
        objects: Iterable[Object],
        *,
        needs: Iterable[Need] = (),
        unmodelled: Iterable[Unmodelled] = (),
        major: int = 0,
    ) -> "Catalog":
        by_key = {item.key: item for item in sorted(objects, key=lambda item: item.key)}
        children: dict[Key, list[Object]] = {}
        for item in by_key.values():
            if item.parent is not None:
                children.setdefault(item.parent, []).append(item)
        hangs_on: dict[Key, list[Need]] = {}
        for need in needs:
            hangs_on.setdefault(need.dependent, []).append(need)
        return cls(
            objects=MappingProxyType(by_key),
            children=MappingProxyType({key: tuple(items) for key, items in children.items()}),
            needs=frozenset(chain.from_iterable(hangs_on.values())),
            needs_by_dependent=MappingProxyType({key: tuple(sorted(items)) for key, items in hangs_on.items()}),
            unmodelled=tuple(sorted(unmodelled)),
            major=major,
        )

    def replacing(self, gone: Collection[Key], part: "Catalog") -> "Catalog":
        """Without the objects that are gone, and with those of another catalog: what that costs follows their number.

        The other one knows the parents of its objects.
        """
        objects = _replaced(self.objects, gone, part.objects)
        if any(key not in self.objects for key in part.objects):
            objects = dict(sorted(objects.items(), key=itemgetter(0)))
        needs = frozenset(need for key in gone for need in self.needs_of(key))
        by_on = dict(self._needs_by_on)
        if by_on:
            _drop(by_on, needs)
            _add(by_on, part.needs)
        return Catalog(
            objects=MappingProxyType(objects),
            children=MappingProxyType(_replaced(self.children, gone, part.children)),
            needs=(self.needs - needs) | part.needs,
            needs_by_dependent=MappingProxyType(_replaced(self.needs_by_dependent, gone, part.needs_by_dependent)),
            unmodelled=self.unmodelled,
            major=self.major,
            _needs_by_on=by_on,
        )

    def sharing(self, other: "Catalog") -> "Catalog":
        """The same catalog, made of the other one's objects where these are the same: to compare them is quick then."""
        objects = {key: _either(item, other.objects.get(key)) for key, item in self.objects.items()}
        children = {
            key: _those(tuple(objects[item.key] for item in items), other.children.get(key, ()))
            for key, items in self.children.items()
        }
        return replace(self, objects=MappingProxyType(objects), children=MappingProxyType(children), _by_type={})

    def all(self, type_: type[O]) -> Iterator[O]:
        """Every object of a kind, in the order of their keys."""
        if not self._by_type:
            for item in self.objects.values():
                self._by_type.setdefault(type(item), []).append(item)
        return cast("Iterator[O]", iter(self._by_type.get(type_, ())))

    def parts(self, parent: Key, type_: type[O]) -> Iterator[O]:
        """The objects of a kind that are parts of one object."""
        return (item for item in self.children.get(parent, ()) if isinstance(item, type_))

    def needs_of(self, dependent: Key) -> tuple[Need, ...]:
        """What one object hangs on."""
        return self.needs_by_dependent.get(dependent, ())

    def hanging_on(self, on: Key) -> tuple[Need, ...]:
        """What hangs on one object."""
        if not self._needs_by_on:
            _add(self._needs_by_on, self.needs)
        return self._needs_by_on.get(on, ())

    def fingerprint(self) -> str:
        """SHA-256 of what equality compares: equal catalogs, and only they, have equal fingerprints."""
        plain = [[str(key), item.compared()] for key, item in self.objects.items()]
        return hashlib.sha256(json.dumps(plain, sort_keys=True, default=str).encode()).hexdigest()


def _replaced(all_: MappingProxyType[Key, V], gone: Iterable[Key], others: Mapping[Key, V]) -> dict[Key, V]:
    left = all_.copy()  # which hashes no key again, as making a dictionary of the pairs would
    for key in gone:
        if key not in others:
            left.pop(key, None)
    left.update(others)
    return left


def _add(by_on: dict[Key, tuple[Need, ...]], needs: Iterable[Need]) -> None:
    more: dict[Key, list[Need]] = {}
    for need in needs:
        more.setdefault(need.on, []).append(need)
    for on, found in more.items():
        by_on[on] = (*by_on.get(on, ()), *found)


def _drop(by_on: dict[Key, tuple[Need, ...]], gone: Collection[Need]) -> None:
    for on in {need.on for need in gone}:
        by_on[on] = tuple(need for need in by_on.get(on, ()) if need not in gone)


def _either(item: Object, other: Object | None) -> Object:
    """The other one, where not even what equality leaves out tells them apart."""
    if other is None or item != other:
        return item
    names = [each.name for each in fields(item) if not each.compare]
    return other if all(getattr(item, name) == getattr(other, name) for name in names) else item


def _those(items: tuple[Object, ...], others: tuple[Object, ...]) -> tuple[Object, ...]:
    """The other ones, where they are the very same."""
    same = len(items) == len(others) and all(one is other for one, other in zip(items, others, strict=True))
    return others if same else items


EMPTY = Catalog.of(())
