"""The rows of two schemas that the way from one to the other can touch; of the others no object need be made.

What `excerpt` finds among objects is found here among rows that are mostly still text: `pg_depend` says how addresses
hang together, and what an object declares to hang on, its text names. At least what `excerpt` finds is found; all of
it, where that cannot be told without looking at most rows anyway.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from ccm_engine.beside import Address
from ccm_engine.catalog import Key, Need, Object
from ccm_engine.excerpt import holds_rows
from ccm_engine.kinds import KINDS, declared_needs, kind_of
from ccm_engine.kinds.column import Column
from ccm_engine.kinds.grant import Grant
from ccm_engine.kinds.kind import InSchema, InTable
from ccm_engine.kinds.owner import Owner
from ccm_engine.kinds.sequence import Sequence
from ccm_engine.observed import Label, Observed, labels, told

_SEARCHES = 60
"""So many times all texts are searched, at most, before it is quicker to make all objects."""


class _Unclear(Exception):
    """There is more to look at than is left out."""


def is_same(one: Observed, other: Observed) -> bool:
    """Whether both say the same; where they do not, the schemas may be equal and only spelled otherwise."""
    return frozenset(labels(one)) == frozenset(labels(other))


def touched(one: Observed, other: Observed) -> tuple[Observed, Observed]:
    """Both, all rows of them left out that `excerpt` would leave out, or most."""
    sides = (_Side.of(one), _Side.of(other))
    try:
        _close(sides, _dependents, _changed(*sides))
        _close(sides, _needed, [(side, index) for side in sides for index in side.members])
    except _Unclear:
        return one, other
    return sides[0].rest(), sides[1].rest()


@dataclass(slots=True, kw_only=True, eq=False)
class _Side:
    """One of the two. An object is known by the number of its row."""

    observed: Observed
    labels: tuple[Label, ...]
    numbers: Mapping[Label, int]
    own: Mapping[Address, int]
    ends: list[tuple[int | None, int | None]]
    """Of each of `observed.depends`: who hangs on whom."""
    forward: Mapping[int, list[int]]
    backward: Mapping[int, list[int]]
    members: set[int] = field(default_factory=set[int])
    _made: dict[int, Object | None] = field(default_factory=dict[int, Object | None])
    _keys: dict[Key, int] = field(default_factory=dict[Key, int])
    _found: dict[str, list[int]] = field(default_factory=dict[str, list[int]])

    @classmethod
    def of(cls, observed: Observed) -> "_Side":
        every = labels(observed)
        numbers = dict(zip(every, count(), strict=False))
        own = dict(zip(observed.own, count(), strict=False))
        ends = _ends(observed, own)
        forward: defaultdict[int, list[int]] = defaultdict(list)
        backward: defaultdict[int, list[int]] = defaultdict(list)
        for dependent, on in (*ends, *_subjects(observed, own)):
            if dependent is not None and on is not None and dependent != on:
                forward[dependent].append(on)
                backward[on].append(dependent)
        return cls(
            observed=observed, labels=every, numbers=numbers, own=own, ends=ends, forward=forward, backward=backward
        )

    def made(self, number: int) -> Object | None:
        """The object of a row; None where its kind cannot say what it is about."""
        if number not in self._made:
            row, _ = self.labels[number]
            on = self.forward.get(number, ()) if KINDS[row[0]].about is not None else ()
            subject = self.made(on[0]) if on else None
            item = told(row, None if subject is None else subject.key)[1]
            self._made[number] = item
            if item is not None:
                self._keys[item.key] = number
        return self._made[number]

    def naming(self, word: str) -> list[int]:
        """The rows in whose text a word stands, and does not go on."""
        written = json.dumps(word, ensure_ascii=False)[1:-1]
        if written != word or '"' in word or len(self._found) >= _SEARCHES:
            raise _Unclear
        if word not in self._found:
            whole = re.compile(re.escape(word) + r"(?!\w)").search
            self._found[word] = [
                number for number, ((_, text), _) in enumerate(self.labels) if word in text and whole(text)
            ]
        return self._found[word]

    def find(self, key: Key) -> int | None:
        if key not in self._keys:
            for number in self.naming(key.path[-1]):
                self.made(number)
        return self._keys.get(key)

    def declared(self, word: str) -> Iterator[Need]:
        """What the rows that name something declare to hang on."""
        return declared_needs(item for item in map(self.made, self.naming(word)) if item is not None)

    def rest(self) -> Observed:
        """The members alone, and what cannot be told."""
        observed, first = self.observed, len(self.own)
        own = {address: row for number, (address, row) in enumerate(observed.own.items()) if number in self.members}
        found = tuple(
            (address, row)
            for number, (address, row) in enumerate(observed.found, first)
            if number in self.members or number not in self.forward
        )
        depends = tuple(
            bond
            for bond, (dependent, on) in zip(observed.depends, self.ends, strict=True)
            if dependent in self.members and on in self.members
        )
        named = {address for dependent, on, _ in depends for address in (dependent, on)}
        named.update(address for address, _ in found)
        wholes = {address: whole for address in named if (whole := observed.at(address)) in own}
        return replace(observed, own=own, found=found, depends=depends, wholes=wholes)


def _ends(observed: Observed, own: Mapping[Address, int]) -> list[tuple[int | None, int | None]]:
    known = {address: own[whole] for address, whole in observed.wholes.items()}
    number = known.get
    return [  # as `Observed.at` has it
        (number(one) if one in known else number((*one[:2], 0)), number(on) if on in known else number((*on[:2], 0)))
        for one, on, _ in observed.depends
    ]


def _subjects(observed: Observed, own: Mapping[Address, int]) -> Iterator[tuple[int, int | None]]:
    for number, (address, _) in enumerate(observed.found, len(own)):
        whole = observed.whole(address)
        yield number, None if whole is None else own[whole]


_PERVASIVE = {number for number, kind in enumerate(KINDS) if kind.pervasive}


def _changed(one: _Side, other: _Side) -> Iterator[tuple[_Side, int]]:
    """What only one of the two says, and what no proof can leave out."""
    for side, beside in ((one, other), (other, one)):
        yield from ((side, number) for label, number in side.numbers.items() if label not in beside.numbers)
        yield from ((side, number) for number, ((kind, _), _) in enumerate(side.labels) if kind in _PERVASIVE)


def _close(
    sides: tuple[_Side, _Side], step: Callable[[_Side, int], Iterator[int]], more: Iterable[tuple[_Side, int]]
) -> None:
    waiting = list(more)
    seen: set[tuple[int, int]] = set()
    while waiting:
        side, number = waiting.pop()
        if (id(side), number) in seen:
            continue
        seen.add((id(side), number))
        side.members.add(number)
        beside = sides[1] if side is sides[0] else sides[0]
        same = beside.numbers.get(side.labels[number])
        if same is not None:
            waiting.append((beside, same))
        waiting += ((side, other) for other in step(side, number))


def _dependents(side: _Side, number: int) -> Iterator[int]:
    item = side.made(number)
    if item is None:
        return
    if not isinstance(item, InSchema | InTable) or item.path[-1] != item.name:
        raise _Unclear
    yield from side.backward.get(number, ())
    yield from _holding_rows(side, item)
    yield from _found(side, (need.dependent for need in side.declared(item.name) if need.on == item.key))


def _holding_rows(side: _Side, item: Object) -> Iterator[int]:
    """What hangs on a column because it hangs on the type of the rows of its table."""
    table = side.find(item.parent) if isinstance(item, Column) and item.parent else None
    for number in side.backward.get(table, ()) if table is not None else ():
        other = side.made(number)
        if other is not None and item.parent is not None and holds_rows(other.key, item.parent):
            yield number


def _needed(side: _Side, number: int) -> Iterator[int]:
    item = side.made(number)
    if item is None:
        return
    if kind_of(item).words(item):
        raise _Unclear
    yield from side.forward.get(number, ())
    if isinstance(item, Grant):
        subjects = side.forward.get(number, ())
        yield from (other for on in subjects for other in side.backward[on] if isinstance(side.made(other), Owner))
    # an ownership declares what the sequence hangs on
    declared = side.declared(item.name) if isinstance(item, Sequence) else declared_needs((item,))
    yield from _found(side, (need.on for need in declared if need.dependent == item.key))
    if isinstance(item, InSchema):  # what may have parts
        candidates = ((other, side.made(other)) for other in side.naming(item.name))
        yield from (
            other for other, part in candidates if part is not None and kind_of(part).made_with(part) == item.key
        )


def _found(side: _Side, keys: Iterable[Key]) -> Iterator[int]:
    return (number for number in map(side.find, list(keys)) if number is not None)
