"""Which statement must precede which, as named rules over dependencies.

Each rule looks at the changes and yields pairs (first, then). What no rule decides is ordered so that a person
can read it: what is made before what is dropped, kinds in the order of `ccm_engine.kinds`, names by alphabet.
"""

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TypeAlias

from ccm_engine import errors
from ccm_engine.catalog import Bond, Catalog, Key, Object
from ccm_engine.diff import Alter, Change, Create, Drop, Rename
from ccm_engine.kinds import RANK, kind_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The changes by the key of what they make, drop, or alter, and both sides."""

    head: Catalog
    goal: Catalog
    created: Mapping[Key, Create]
    dropped: Mapping[Key, Drop]
    altered: Mapping[Key, Alter]
    renamed: Mapping[Key, Rename]
    """By the new key."""


Pair: TypeAlias = tuple[Change, Change]


def what_is_needed_is_made_first(now: Situation) -> Iterator[Pair]:
    for need in now.goal.needs:
        first = now.created.get(need.on) or now.altered.get(need.on) or now.renamed.get(need.on)
        then = now.created.get(need.dependent)
        if first and then and need.bond is not Bond.OWNED:
            yield first, then


def what_is_newly_needed_is_made_before_the_alteration(now: Situation) -> Iterator[Pair]:
    for need in now.goal.needs:
        first, then = now.created.get(need.on), now.altered.get(need.dependent)
        if first and then:
            yield first, then


def dependents_are_dropped_first(now: Situation) -> Iterator[Pair]:
    for need in now.head.needs:
        first, then = now.dropped.get(need.dependent), now.dropped.get(need.on)
        if first and then:
            yield first, then


def dependents_are_dropped_before_the_alteration(now: Situation) -> Iterator[Pair]:
    for need in now.head.needs:
        first, then = now.dropped.get(need.dependent), now.altered.get(need.on)
        if first and then:
            yield first, then


def what_lets_go_is_altered_before_the_drop(now: Situation) -> Iterator[Pair]:
    for need in now.head.needs:
        first, then = now.altered.get(need.dependent), now.dropped.get(need.on)
        if first and then:
            yield first, then


def a_name_is_free_before_it_is_taken(now: Situation) -> Iterator[Pair]:
    takers: dict[tuple[str, ...], Create | Rename] = {}
    incoming: list[Create | Rename] = [*now.created.values(), *now.renamed.values()]
    outgoing: list[Drop | Rename] = [*now.dropped.values(), *now.renamed.values()]
    for taker in incoming:
        takers.update(dict.fromkeys(_names(taker.new), taker))
    for leaver in outgoing:
        for name in _names(leaver.old):
            if name in takers and takers[name] is not leaver:
                yield leaver, takers[name]


def _names(item: Object) -> set[tuple[str, ...]]:
    """The names that an object occupies: its own, and for what is no column, that of a relation of its schema."""
    return {item.path} if item.KIND == "column" else {item.path, (item.path[0], item.path[-1])}


RULES: tuple[Callable[[Situation], Iterator[Pair]], ...] = (
    what_is_needed_is_made_first,
    what_is_newly_needed_is_made_before_the_alteration,
    dependents_are_dropped_first,
    dependents_are_dropped_before_the_alteration,
    what_lets_go_is_altered_before_the_drop,
    a_name_is_free_before_it_is_taken,
)


def order(changes: tuple[Change, ...], head: Catalog, goal: Catalog) -> tuple[Change, ...]:
    """The changes that get statements of their own, in an order that Postgres accepts.

    A part of what is made or dropped as a whole (a column of a new table) has no statement of its own, unless
    that would leave a circle: then constraints are dropped on their own.

    Raises `errors.DependencyCycle` where a circle is left that Postgres cannot break.
    """
    now = Situation(
        head=head,
        goal=goal,
        created={change.new.key: change for change in changes if isinstance(change, Create)},
        dropped={change.old.key: change for change in changes if isinstance(change, Drop)},
        altered={change.new.key: change for change in changes if isinstance(change, Alter)},
        renamed={change.new.key: change for change in changes if isinstance(change, Rename)},
    )
    pairs = {pair for rule in RULES for pair in rule(now)}
    whole = {change: _whole(change, now) for change in changes}
    try:
        return _sorted(changes, pairs, whole)
    except CycleError:
        apart = {change: change if _separable(change) else leader for change, leader in whole.items()}
        try:
            return _sorted(changes, pairs, apart)
        except CycleError as error:
            circle: list[Change] = error.args[1]
            raise errors.DependencyCycle(circle=", ".join(str(change) for change in circle)) from error


def _sorted(changes: tuple[Change, ...], pairs: set[Pair], whole: Mapping[Change, Change]) -> tuple[Change, ...]:
    sorter: TopologicalSorter[Change] = TopologicalSorter({whole[change]: () for change in changes})
    for first, then in pairs:
        if whole[first] is not whole[then]:
            sorter.add(whole[then], whole[first])
    sorter.prepare()
    done: list[Change] = []
    ready: list[tuple[tuple[int, int, Key], int, Change]] = []
    while sorter.is_active():
        for change in sorter.get_ready():
            heapq.heappush(ready, (_reading_order(change), len(done) + len(ready), change))
        change = heapq.heappop(ready)[-1]
        done.append(change)
        sorter.done(change)
    return tuple(done)


def _whole(change: Change, now: Situation) -> Change:
    """The change that this one is carried out by: itself, or that of the whole that it is a part of."""
    match change:
        case Create(new=item):
            table = kind_of(item).made_with(item)
            return now.created.get(table, change) if table else change
        case Drop(old=item):
            return _dropped_with(item.key, now)
        case Alter() | Rename():
            return change


def _dropped_with(key: Key, now: Situation) -> Drop:
    for need in now.head.needs_of(key):
        if need.bond is not Bond.USES and need.on in now.dropped:
            return _dropped_with(need.on, now)
    return now.dropped[key]


def _separable(change: Change) -> bool:
    return isinstance(change, Drop) and change.old.KIND.endswith(("constraint", "foreign key"))


def _reading_order(change: Change) -> tuple[int, int, Key]:
    match change:
        case Rename(new=item):
            return 0, RANK[item.KIND], item.key
        case Create(new=item) | Alter(new=item):
            return 1, RANK[item.KIND], item.key
        case Drop(old=item):
            return 2, -RANK[item.KIND], item.key
