"""Which change must precede which, as named rules over dependencies.

Each rule looks at the changes and yields pairs (first, then).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias, TypeGuard

from ccm_engine.catalog import Bond, Catalog, Key, Need, Object
from ccm_engine.diff import Alter, Change, Create, Drop, Rename
from ccm_engine.kinds import kind_of
from ccm_engine.kinds.column import Column
from ccm_engine.kinds.constraint import Constraint
from ccm_engine.kinds.default_privileges import REACHED
from ccm_engine.kinds.event_trigger import EventTrigger
from ccm_engine.kinds.foreign_key import ForeignKey
from ccm_engine.kinds.grant import Grant
from ccm_engine.kinds.partition import family
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
    filled: Mapping[Key, Alter]
    """What becomes of a stub that is created."""
    emptied: Mapping[Key, Alter]
    """What makes a stub of something before it is dropped."""

    @classmethod
    def of(cls, changes: tuple[Change, ...], head: Catalog, goal: Catalog) -> "Situation":
        created = {change.new.key: change for change in changes if isinstance(change, Create)}
        dropped = {change.old.key: change for change in changes if isinstance(change, Drop)}
        stubs = {change.new for change in created.values()} | {change.old for change in dropped.values()}
        alters = [change for change in changes if _matters(change)]
        plain = [change for change in alters if change.old not in stubs and change.new not in stubs]
        return cls(
            changes=changes,
            head=head,
            goal=goal,
            created=created,
            dropped=dropped,
            altered={change.new.key: change for change in plain},
            loosened={change.new.key: change for change in reversed(plain)},
            renamed={change.new.key: change for change in changes if isinstance(change, Rename)},
            filled={change.new.key: change for change in alters if change.old in stubs},
            emptied={change.new.key: change for change in alters if change.new in stubs},
        )


Pair: TypeAlias = tuple[Change, Change]
Name: TypeAlias = tuple[str, ...]
"""A namespace of Postgres, and a name in it."""


def _also_through_columns(catalog: Catalog) -> Iterator[Need]:
    """The needs, and that what hangs on a column hangs on its type and its parents' column: they take it along."""
    for need in catalog.needs:
        yield need
        if need.on.kind == "column":
            yield from (
                need._replace(on=further.on)
                for further in catalog.needs_of(need.on)
                if further.bond is Bond.USES or further.on.kind == "column"
            )


def what_is_needed_is_made_first(now: Situation) -> Iterator[Pair]:
    for need in _also_through_columns(now.goal):
        first = now.created.get(need.on) or now.altered.get(need.on) or now.renamed.get(need.on)
        then = now.filled.get(need.dependent) or now.created.get(need.dependent) or now.altered.get(need.dependent)
        if (
            first
            and then
            and need.bond is not Bond.OWNED
            and not (_is_column_of_altered_table(need, now) or _moves(need, now))
        ):
            yield first, then


def a_table_is_altered_when_its_columns_are_there(now: Situation) -> Iterator[Pair]:
    """Postgres ignores what is said of a TOAST table that no column needs yet."""
    for need in now.goal.needs:
        first = now.created.get(need.dependent) or now.altered.get(need.dependent)
        if first and _is_column_of_altered_table(need, now) and not _moves(need, now):
            yield first, now.altered[need.on]


def _is_column_of_altered_table(need: Need, now: Situation) -> bool:
    return need.dependent.kind == "column" and need.on.kind == "table" and need.on in now.altered


def _moves(need: Need, now: Situation) -> bool:
    """Whether a table leaves a parent or gets one: what comes when has rules of its own."""
    alter = now.altered.get(need.on)
    return alter is not None and isinstance(alter.old, Table) and family(alter.old) != family(alter.new)


def dependents_are_dropped_first(now: Situation) -> Iterator[Pair]:
    for need in now.head.needs:
        first = now.emptied.get(need.dependent) or now.dropped.get(need.dependent)
        then = now.dropped.get(need.on)
        if first and then:
            yield first, then


def columns_are_granted_when_the_table_is_revoked(now: Situation) -> Iterator[Pair]:
    """To revoke what somebody may do with a table revokes what he may do with its columns, if that is there already."""
    for need in now.head.needs | now.goal.needs:
        if need.dependent.kind == need.on.kind == "grant":
            first, then = now.dropped.get(need.on), now.created.get(need.dependent) or now.altered.get(need.dependent)
            if first and then:
                yield first, then


def dependents_are_dropped_before_the_alteration(now: Situation) -> Iterator[Pair]:
    for need in _also_through_columns(now.head):
        first = now.emptied.get(need.dependent) or now.dropped.get(need.dependent)
        then = now.altered.get(need.on)
        if first and then and need.bond in {Bond.USES, Bond.PART}:
            yield first, then


def a_stub_is_filled_when_it_is_made_and_emptied_before_it_goes(now: Situation) -> Iterator[Pair]:
    yield from ((now.created[key], alter) for key, alter in now.filled.items())
    yield from ((alter, now.dropped[key]) for key, alter in now.emptied.items())


def what_lets_go_is_altered_first(now: Situation) -> Iterator[Pair]:
    for need in now.head.needs:
        first = now.loosened.get(need.dependent)
        then = now.dropped.get(need.on) or now.altered.get(need.on)
        lets_go = need not in now.goal.needs or first is not now.altered.get(need.dependent)
        if first and then and lets_go and need.bond is not Bond.OWNED:
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


def an_overload_that_goes_is_gone_before_its_name_is_called(now: Situation) -> Iterator[Pair]:
    """Postgres picks the function that is called: not one that is about to go."""
    going: dict[Name, list[Drop]] = {}
    for drop in now.dropped.values():
        if is_routine(drop.old.key):
            going.setdefault((drop.old.path[0], drop.old.word), []).append(drop)
    for need in now.goal.needs if going else ():
        then = now.created.get(need.dependent) or now.altered.get(need.dependent)
        if then and is_routine(need.on) and now.loosened.get(need.dependent) is not then:
            called = now.goal.objects[need.on]
            yield from ((first, then) for first in going.get((called.path[0], called.word), ()))


def is_routine(key: Key) -> bool:
    return key.kind in {"function", "procedure", "aggregate"}


def an_event_trigger_comes_last_and_goes_first(now: Situation) -> Iterator[Pair]:
    """It sees what happens in the database, and is not meant for the migration that brings or takes it."""
    apart: dict[bool, list[Change]] = {True: [], False: []}
    for change in now.changes:
        apart[(change.old if isinstance(change, Drop) else change.new).KIND == "event trigger"].append(change)
    for change in apart[True]:
        yield from ((change, other) if _goes(change) else (other, change) for other in apart[False])


def _goes(change: Change) -> bool:
    disabled = isinstance(change, Alter) and isinstance(change.new, EventTrigger) and change.new.enabled == "DISABLE"
    return isinstance(change, Drop) or disabled


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
        pairs = ((leaver, taker) for leaver in leavers[name] for taker in takers[name])
        yield from ((leaver, taker) for leaver, taker in pairs if not _put_aside(taker, leaver, now))


def _put_aside(change: Change, dropped: Change, now: Situation) -> bool:
    """Whether one gives what the other drops the name under which it does so."""
    return isinstance(dropped, Drop) and now.renamed.get(dropped.old.key) is change


def _names_around(change: Change) -> tuple[set[Name], set[Name]]:
    match change:
        case Create(new=new):
            return set(), _names(new)
        case Drop(old=old):
            return _names(old), set()
        case Alter(old=old, new=new) | Rename(old=old, new=new):
            return _names(old), _names(new)


def _names(item: Object) -> set[Name]:
    """The names that an object occupies: its own, and those of its kind's namespaces in its schema."""
    names: set[Name] = {("constraint" if isinstance(item, Constraint) else item.KIND, *item.path)}
    names |= {(namespace, item.path[0], item.path[-1]) for namespace in kind_of(item).namespaces}
    if isinstance(item, PrimaryKey):
        names.add(("primary key", item.schema, item.table))  # a table has but one at a time
    if isinstance(item, Column) and item.identity is not None:
        names.add(("relation", item.schema, item.identity.sequence))
    return names


def default_privileges_hold_for_nothing_that_is_made(now: Situation) -> Iterator[Pair]:
    """Those that go are gone before; those that come or change do so afterwards: `ccm_engine.given` knows the rest."""
    reached = [change for change in now.changes if isinstance(change, Create) and change.new.KIND in REACHED]
    settled: list[Create | Alter] = [*now.created.values(), *now.altered.values()]
    for key, drop in now.dropped.items():
        if key.kind == "default privileges" and drop.old.parent not in now.dropped:
            yield from ((drop, then) for then in reached)
    for then in settled:
        if then.new.KIND == "default privileges":
            yield from ((first, then) for first in reached if first.new.key != then.new.parent)


def what_belongs_to_another_is_given_away_before_its_grants_are_made(now: Situation) -> Iterator[Pair]:
    """They name its owner, and those that go name the one before."""
    changes = [change for change in now.changes if not isinstance(change, Rename)]
    owners = {_about(change).parent: change for change in changes if _about(change).KIND == "owner"}
    for change in changes if owners else ():
        if _about(change).KIND == "grant" and (given := owners.get(_about(change).parent)) is not None:
            yield (change, given) if isinstance(change, Drop) else (given, change)


def _about(change: Create | Drop | Alter) -> Object:
    return change.old if isinstance(change, Drop) else change.new


def grants_are_given_in_their_order(now: Situation) -> Iterator[Pair]:
    """As Postgres lists them, and whoever wrote them did."""
    by_object: dict[tuple[Key | None, str | None], list[tuple[int, Create]]] = {}
    for change in now.created.values():
        if isinstance(change.new, Grant):
            by_object.setdefault((change.new.parent, change.new.column), []).append((change.new.position, change))
    for grants in by_object.values():
        for (_, first), (_, then) in pairwise(sorted(grants, key=lambda grant: grant[0])):
            yield first, then


def what_is_put_aside_is_dropped_afterwards(now: Situation) -> Iterator[Pair]:
    yield from ((rename, now.dropped[key]) for key, rename in now.renamed.items() if key in now.dropped)


def what_names_it_is_dropped_before_it_is_put_aside(now: Situation) -> Iterator[Pair]:
    """A function has the types of its arguments in its name, and so have the constructors of a range type."""
    for need in now.head.needs:
        first, then = now.dropped.get(need.dependent), now.renamed.get(need.on)
        if not first or not then or need.on not in now.dropped:
            continue
        if need.dependent in now.renamed:
            yield now.renamed[need.dependent], then
        elif first.rebuilt or "routine" in kind_of(first.old).namespaces:
            yield first, then


def what_its_text_names_is_made_first(now: Situation) -> Iterator[Pair]:
    """A function whose body is a string: `pg_depend` does not know what it names, and Postgres looks it up."""
    made: dict[str, list[Create | Alter]] = {}
    changes: tuple[Create | Alter, ...] = (*now.created.values(), *now.altered.values())
    for first in changes:
        made.setdefault(first.new.word, []).append(first)
    for then in (*now.filled.values(), *changes):
        words = kind_of(then.new).words(then.new)
        named = (first for word in words for first in made.get(word, ()) if first.new.key != then.new.key)
        yield from ((first, then) for first in named if first.new.parent is None or first.new.parent.path[-1] in words)


RULES: tuple[Callable[[Situation], Iterator[Pair]], ...] = (
    what_is_needed_is_made_first,
    a_table_is_altered_when_its_columns_are_there,
    dependents_are_dropped_first,
    columns_are_granted_when_the_table_is_revoked,
    dependents_are_dropped_before_the_alteration,
    a_stub_is_filled_when_it_is_made_and_emptied_before_it_goes,
    what_lets_go_is_altered_first,
    what_lets_go_is_altered_before_it_takes,
    a_foreign_key_is_made_when_the_keys_that_go_are_gone,
    an_overload_that_goes_is_gone_before_its_name_is_called,
    an_event_trigger_comes_last_and_goes_first,
    no_logged_table_refers_to_an_unlogged_one,
    a_name_is_free_before_it_is_taken,
    default_privileges_hold_for_nothing_that_is_made,
    what_belongs_to_another_is_given_away_before_its_grants_are_made,
    grants_are_given_in_their_order,
    what_is_put_aside_is_dropped_afterwards,
    what_names_it_is_dropped_before_it_is_put_aside,
)


def _matters(change: Change) -> TypeGuard[Alter]:
    """Whether it is an alteration of more than a comment, which may be made at any time."""
    return isinstance(change, Alter) and replace(change.old, comment=change.new.comment) != change.new
