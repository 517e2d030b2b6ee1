"""Changes → the order in which Postgres accepts them.

What no rule of `ccm_engine.rules` decides is ordered so that a person can read it: what is made before what is dropped,
kinds in the order of `ccm_engine.kinds`, names by alphabet.
"""

import heapq
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import TypeGuard

from ccm_engine import errors, kinship
from ccm_engine.catalog import Bond, Catalog, Key, Object
from ccm_engine.diff import Alter, Change, Create, Drop, Rename
from ccm_engine.kind_rules import is_routine
from ccm_engine.kinds import RANK, kind_of
from ccm_engine.rules import RULES, what_its_text_names_is_made_first
from ccm_engine.situation import Pair, Situation


def order(changes: tuple[Change, ...], head: Catalog, goal: Catalog) -> tuple[Change, ...]:
    """The changes that get statements of their own, in an order that Postgres accepts.

    A part of what is made or dropped as a whole (a column of a new table) has no statement of its own, unless
    that would leave a circle. A circle is broken, in this order: constraints are dropped on their own; a routine that a
    text names and that is there already is not waited for; something in it is made as a stub, or becomes one before it
    is dropped; what a text only names is not waited for.

    Raises `errors.DependencyCycle` where a circle is left that Postgres cannot break.
    """
    apart = False
    given_up: set[Pair] = set()
    while True:
        now = Situation.of(changes, head, goal)
        pairs = {pair for rule in (*RULES, *kinship.RULES) for pair in rule(now)}
        hints = set(what_its_text_names_is_made_first(now)) - pairs - given_up
        whole = {change: change if apart and _separable(change) else _whole(change, now) for change in changes}
        try:
            return _sorted(changes, pairs | hints, whole)
        except CycleError:
            circle = _circle(changes, pairs | hints, whole)
            inside = {(first, then) for first, then in hints if (whole[first], whole[then]) in set(pairwise(circle))}
            there = {(first, then) for first, then in inside if isinstance(first, Alter) and is_routine(first.new.key)}
            stubbed = _with_a_stub(changes, circle)
            if not apart and any(_separable(change) for change in changes):
                apart = True
            elif there:
                given_up |= there
            elif stubbed is not None:
                changes = stubbed
            elif inside:
                given_up |= inside
            else:
                raise errors.DependencyCycle(circle=", ".join(str(change) for change in circle)) from None


def _circle(changes: tuple[Change, ...], pairs: set[Pair], whole: Mapping[Change, Change]) -> list[Change]:
    """One of those there are, and always the same: each change precedes the next, and the last is the first."""
    try:
        _sorted(changes, sorted(pairs, key=lambda pair: tuple(map(_reading_order, pair))), whole)
    except CycleError as error:
        circle: list[Change] = error.args[1]
        return circle
    return []


def _with_a_stub(changes: tuple[Change, ...], circle: list[Change]) -> tuple[Change, ...] | None:
    """The changes with one of the circle in two: the stub, or what lets go, and what is behind it."""
    for change, following in pairwise(circle):
        pieces = _pieces(change, following)
        if pieces:
            return tuple(piece for other in changes for piece in (pieces if other is change else (other,)))
    return None


def _pieces(change: Change, following: Change) -> tuple[Change, ...]:
    match change, following:
        case Alter(old=item, new=new), Drop(old=on):
            if _less(free := kind_of(item).released(item, on.key), item, new):
                return Alter(old=item, new=free), Alter(old=free, new=new)
        case Create(new=item), _:
            if _less(stub := kind_of(item).stub(item), item):
                return Create(new=stub), Alter(old=stub, new=item)
        case Drop(old=item), _ if getattr(item, "parsed", True):  # of other bodies, Postgres knows nothing they need
            if _less(stub := kind_of(item).stub(item), item):
                return Alter(old=item, new=stub), Drop(old=stub, rebuilt=change.rebuilt)
        case _:
            pass
    return ()


def _less(piece: Object | None, *items: Object) -> TypeGuard[Object]:
    """Whether there is such a piece, and it is not the whole."""
    return piece is not None and piece not in items


def _sorted(changes: tuple[Change, ...], pairs: Iterable[Pair], whole: Mapping[Change, Change]) -> tuple[Change, ...]:
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
    own = now.head.objects[key].parent
    for need in sorted(now.head.needs_of(key), key=lambda need: need.on != own):
        if need.on != own and key.kind != "table" and kinship.left(key, now):
            continue
        taken_along = need.bond in {Bond.PART, Bond.OWNED} and need._replace(bond=Bond.USES) not in now.head.needs
        if taken_along and need.on in now.dropped:
            return _dropped_with(need.on, now)
    return now.dropped[key]


def _separable(change: Change) -> bool:
    return isinstance(change, Drop) and change.old.KIND.endswith(("constraint", "foreign key", "rule", "policy"))


def _reading_order(change: Change) -> tuple[int, int, Key]:
    match change:
        case Rename(new=item):
            return 0, RANK[item.KIND], item.key
        case Create(new=item) | Alter(new=item):
            return 1, RANK[item.KIND], item.key
        case Drop(old=item):
            return 2, -RANK[item.KIND], item.key
