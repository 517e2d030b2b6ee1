"""Which statement must precede which, as named rules over dependencies.

Each rule looks at the changes and yields pairs (first, then). What no rule decides is ordered so that a person
can read it: what is made before what is dropped, kinds in the order of `ccm_engine.kinds`, names by alphabet.
"""

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from typing import TypeAlias, TypeGuard

from ccm_engine import errors
from ccm_engine.catalog import Bond, Catalog, Key, Need, Object
from ccm_engine.diff import Alter, Change, Create, Drop, Rename
from ccm_engine.kinds import RANK, kind_of
from ccm_engine.kinds.column import Column
from ccm_engine.kinds.constraint import Constraint
from ccm_engine.kinds.foreign_key import ForeignKey
from ccm_engine.kinds.primary_key import PrimaryKey
from ccm_engine.kinds.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The changes, also by the key of what they make, drop, or alter, and both sides."""

    changes: tuple[Change, ...]
    head: Catalog
    goal: Catalog
    created: Mapping[Key, Create]
    dropped: Mapping[Key, Drop]
    altered: Mapping[Key, Alter]
    """The last alteration of each, after which it is as it is to be."""
    loosened: Mapping[Key, Alter]
    """The first, after which it needs no more than it is to need; for most, there is but one."""
    renamed: Mapping[Key, Rename]
    """By the new key."""


Pair: TypeAlias = tuple[Change, Change]
Name: TypeAlias = tuple[str, ...]
"""A namespace of Postgres, and a name in it."""


def _also_through_columns(catalog: Catalog) -> Iterator[Need]:
    """The needs, and that what hangs on a column hangs on its type: an enum takes its columns along."""
    for need in catalog.needs:
        yield need
        if need.on.kind == "column":
            yield from (
                need._replace(on=further.on) for further in catalog.needs_of(need.on) if further.bond is Bond.USES
            )


def what_is_needed_is_made_first(now: Situation) -> Iterator[Pair]:
    for need in _also_through_columns(now.goal):
        first = now.created.get(need.on) or now.altered.get(need.on) or now.renamed.get(need.on)
        then = now.created.get(need.dependent) or now.altered.get(need.dependent)
        if first and then and need.bond is not Bond.OWNED and not _is_column_of_altered_table(need, now):
            yield first, then


def a_table_is_altered_when_its_columns_are_there(now: Situation) -> Iterator[Pair]:
    """Postgres ignores what is said of a TOAST table that no column needs yet."""
    for need in now.goal.needs:
        first = now.created.get(need.dependent) or now.altered.get(need.dependent)
        if first and _is_column_of_altered_table(need, now):
            yield first, now.altered[need.on]


def _is_column_of_altered_table(need: Need, now: Situation) -> bool:
    return need.dependent.kind == "column" and need.on.kind == "table" and need.on in now.altered


def dependents_are_dropped_first(now: Situation) -> Iterator[Pair]:
    for need in now.head.needs:
        first, then = now.dropped.get(need.dependent), now.dropped.get(need.on)
        if first and then:
            yield first, then


def dependents_are_dropped_before_the_alteration(now: Situation) -> Iterator[Pair]:
    for need in _also_through_columns(now.head):
        first, then = now.dropped.get(need.dependent), now.altered.get(need.on)
        if first and then and need.bond in {Bond.USES, Bond.PART}:
            yield first, then


def what_lets_go_is_altered_first(now: Situation) -> Iterator[Pair]:
    for need in now.head.needs:
        first = now.loosened.get(need.dependent)
        then = now.dropped.get(need.on) or now.altered.get(need.on)
        if first and then and need not in now.goal.needs and need.bond is not Bond.OWNED:
            yield first, then


def what_lets_go_is_altered_before_it_takes(now: Situation) -> Iterator[Pair]:
    for key, then in now.altered.items():
        if now.loosened[key] is not then:
            yield now.loosened[key], then


def a_foreign_key_is_made_when_the_keys_that_go_are_gone(now: Situation) -> Iterator[Pair]:
    """Postgres picks the key that a foreign key hangs on: not one that is about to go."""
    keys = [drop for drop in now.dropped.values() if drop.old.KIND in {"primary key", "unique constraint", "index"}]
    for then in now.created.values():
        if isinstance(then.new, ForeignKey):
            yield from ((first, then) for first in keys if first.old.parent == then.new.target_key)


def no_logged_table_refers_to_an_unlogged_one(now: Situation) -> Iterator[Pair]:
    changed = {key: alter for key, alter in now.altered.items() if _is_unlogged(alter.old) != _is_unlogged(alter.new)}
    for key in now.goal.all(ForeignKey):
        table, target = changed.get(key.parent), changed.get(key.target_key)
        if table and target and table is not target:
            yield (table, target) if _is_unlogged(table.new) else (target, table)


def _is_unlogged(item: Object) -> bool:
    return isinstance(item, Table) and item.unlogged


def a_name_is_free_before_it_is_taken(now: Situation) -> Iterator[Pair]:
    takers: dict[Name, list[Change]] = {}
    leavers: dict[Name, list[Change]] = {}
    for change in now.changes:
        before, after = _names_around(change)
        for name in after - before:
            takers.setdefault(name, []).append(change)
        for name in before - after:
            leavers.setdefault(name, []).append(change)
    for name in takers.keys() & leavers.keys():
        yield from ((leaver, taker) for leaver in leavers[name] for taker in takers[name])


def _names_around(change: Change) -> tuple[set[Name], set[Name]]:
    match change:
        case Create(new=new):
            return set(), _names(new)
        case Drop(old=old):
            return _names(old), set()
        case Alter(old=old, new=new) | Rename(old=old, new=new):
            return _names(old), _names(new)


_NO_RELATION = {"schema", "extension", "column", "sequence ownership", "check constraint", "foreign key"}


def _names(item: Object) -> set[Name]:
    """The names that an object occupies: its own, and that of a relation or a type in its schema."""
    names: set[Name] = {("constraint" if isinstance(item, Constraint) else item.KIND, *item.path)}
    if item.KIND not in _NO_RELATION:
        names.add(("relation", item.path[0], item.path[-1]))
    if isinstance(item, PrimaryKey):
        names.add(("primary key", item.schema, item.table))  # a table has but one at a time
    if isinstance(item, Column) and item.identity is not None:
        names.add(("relation", item.schema, item.identity.sequence))
    return names


RULES: tuple[Callable[[Situation], Iterator[Pair]], ...] = (
    what_is_needed_is_made_first,
    a_table_is_altered_when_its_columns_are_there,
    dependents_are_dropped_first,
    dependents_are_dropped_before_the_alteration,
    what_lets_go_is_altered_first,
    what_lets_go_is_altered_before_it_takes,
    a_foreign_key_is_made_when_the_keys_that_go_are_gone,
    no_logged_table_refers_to_an_unlogged_one,
    a_name_is_free_before_it_is_taken,
)


def order(changes: tuple[Change, ...], head: Catalog, goal: Catalog) -> tuple[Change, ...]:
    """The changes that get statements of their own, in an order that Postgres accepts.

    A part of what is made or dropped as a whole (a column of a new table) has no statement of its own, unless
    that would leave a circle: then constraints are dropped on their own.

    Raises `errors.DependencyCycle` where a circle is left that Postgres cannot break.
    """
    now = Situation(
        changes=changes,
        head=head,
        goal=goal,
        created={change.new.key: change for change in changes if isinstance(change, Create)},
        dropped={change.old.key: change for change in changes if isinstance(change, Drop)},
        altered={change.new.key: change for change in changes if _matters(change)},
        loosened={change.new.key: change for change in reversed(changes) if _matters(change)},
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


def _matters(change: Change) -> TypeGuard[Alter]:
    """Whether it is an alteration of more than a comment, which may be made at any time."""
    return isinstance(change, Alter) and replace(change.old, comment=change.new.comment) != change.new


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
        taken_along = need.bond in {Bond.PART, Bond.OWNED} and need._replace(bond=Bond.USES) not in now.head.needs
        if taken_along and need.on in now.dropped:
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
