"""Which change must precede which, by what Postgres does with one kind of object.

Each rule looks at the changes and yields pairs (first, then).
"""

from collections.abc import Iterator
from itertools import pairwise

from ccm_engine.catalog import Key, Object
from ccm_engine.diff import Alter, Change, Create, Drop, Rename
from ccm_engine.kinds import kind_of, not_null
from ccm_engine.kinds.column import Column
from ccm_engine.kinds.default_privileges import REACHED
from ccm_engine.kinds.event_trigger import EventTrigger
from ccm_engine.kinds.foreign_key import ForeignKey
from ccm_engine.kinds.grant import Grant
from ccm_engine.kinds.ownership import Ownership
from ccm_engine.kinds.publication_schema import PublicationSchema
from ccm_engine.kinds.publication_table import PublicationTable
from ccm_engine.kinds.table import Table
from ccm_engine.situation import Pair, Situation


def columns_are_granted_when_the_table_is_revoked(now: Situation) -> Iterator[Pair]:
    """To revoke what somebody may do with a table revokes what he may do with its columns, if that is there already."""
    for need in now.head.needs | now.goal.needs:
        if need.dependent.kind == need.on.kind == "grant":
            first, then = now.dropped.get(need.on), now.created.get(need.dependent) or now.altered.get(need.dependent)
            if first and then:
                yield first, then


def a_foreign_key_is_made_when_the_keys_that_go_are_gone(now: Situation) -> Iterator[Pair]:
    """Postgres picks the key that a foreign key hangs on: not one that is about to go."""
    keys = [drop for drop in now.dropped.values() if drop.old.KIND in {"primary key", "unique constraint", "index"}]
    for then in now.created.values():
        if isinstance(then.new, ForeignKey):
            yield from ((first, then) for first in keys if first.old.parent == then.new.target_key)


def an_overload_that_goes_is_gone_before_its_name_is_called(now: Situation) -> Iterator[Pair]:
    """Postgres picks the function that is called: not one that is about to go."""
    going: dict[tuple[str, str], list[Drop]] = {}
    for drop in now.dropped.values():
        if is_routine(drop.old.key):
            going.setdefault((drop.old.path[0], drop.old.word), []).append(drop)
    for need in now.goal.needs if going else ():
        then = now.created.get(need.dependent) or now.altered.get(need.dependent)
        if then and is_routine(need.on) and (now.loosened.get(need.dependent) is not then or _lets_go(then, need.on)):
            called = now.goal.objects[need.on]
            yield from ((first, then) for first in going.get((called.path[0], called.word), ()))
    made: tuple[Create | Alter, ...] = (*now.created.values(), *now.altered.values())
    for change in made if going else ():
        words = kind_of(change.new).words(change.new)
        yield from ((first, change) for (_, word), drops in going.items() if word in words for first in drops)


def _lets_go(change: Create | Alter, on: Key) -> bool:
    """Whether what is altered can call nothing for a while: a column without its default."""
    return isinstance(change, Alter) and kind_of(change.old).released(change.old, on) not in {None, change.new}


def a_table_is_no_longer_of_a_type_when_its_columns_change(now: Situation) -> Iterator[Pair]:
    """And of it, or of another, when they are as that has them."""
    for change in now.changes:
        item = change.old if isinstance(change, Drop) else change.new
        table = item.parent if item.KIND == "column" and not isinstance(change, Rename) else None
        if table is not None and table in now.altered:
            first, then = now.loosened[table], now.altered[table]
            if _type(first.old) and not _type(first.new):
                yield first, change
            if _type(then.new) and not _type(then.old):
                yield change, then


def _type(item: Object) -> tuple[str, str] | None:
    return item.of_type if isinstance(item, Table) else None


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


def a_sequence_turns_unlogged_with_no_table_but_its_own(now: Situation) -> Iterator[Pair]:
    """SET UNLOGGED takes the sequences along that the table owns at that moment."""
    changed = {key: alter for key, alter in now.altered.items() if _is_unlogged(alter.old) != _is_unlogged(alter.new)}
    for change in now.changes:
        match change:
            case Drop(old=Ownership(owner=left)) if left in changed:
                yield change, changed[left]
            case Create(new=Ownership(owner=taken)) if taken in changed:
                yield changed[taken], change
            case Alter(old=Ownership(owner=left), new=Ownership(owner=taken)) if left != taken:
                yield from ((change, changed[key]) for key in {left} & changed.keys())
                yield from ((changed[key], change) for key in {taken} & changed.keys())
            case _:
                pass


def _is_unlogged(item: Object) -> bool:
    return isinstance(item, Table) and item.unlogged


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
    by_object: dict[tuple[Key | None, str | None], list[tuple[int, Create | Alter]]] = {}
    given: tuple[Create | Alter, ...] = (*now.created.values(), *now.altered.values())
    for change in given:
        if isinstance(change.new, Grant) and (isinstance(change, Create) or _held_nothing(change.old)):
            by_object.setdefault((change.new.parent, change.new.column), []).append((change.new.position, change))
    for grants in by_object.values():
        for (_, first), (_, then) in pairwise(sorted(grants, key=lambda grant: grant[0])):
            yield first, then


def _held_nothing(item: Object) -> bool:
    """Whether it has no place in the list: PUBLIC, where what Postgres grants by itself was revoked."""
    return isinstance(item, Grant) and not item.held.held


def a_publication_lists_columns_or_has_schemas(now: Situation) -> Iterator[Pair]:
    """Never both, not even for a moment."""
    for drop in now.dropped.values():
        for create in now.created.values() if _lists_columns(drop.old) or _has_schema(drop.old) else ():
            listed = _lists_columns(create.new) if _has_schema(drop.old) else _has_schema(create.new)
            if listed and drop.old.parent == create.new.parent:
                yield drop, create


def _lists_columns(item: Object) -> bool:
    return isinstance(item, PublicationTable) and item.columns is not None


def _has_schema(item: Object) -> bool:
    return isinstance(item, PublicationSchema)


def a_derived_name_is_free_before_it_is_chosen(now: Situation) -> Iterator[Pair]:
    """Postgres looks through the whole schema before it calls a NOT NULL as it would: a table may have been renamed."""
    going = {_bound(drop.old): drop for drop in now.dropped.values() if now.head.major >= not_null.SINCE}
    going.pop(None, None)
    changes: tuple[Create | Alter, ...] = (*now.created.values(), *now.altered.values()) if going else ()
    for change in changes:
        name = _bound(change.new)
        there = isinstance(change, Alter) and _bound(change.old) == name
        if name in going and going[name].old.key != change.new.key and not there:
            yield going[name], change


def _bound(item: Object) -> tuple[str, str] | None:
    """The schema and the name of the NOT NULL of a column."""
    if not isinstance(item, Column) or not item.not_null:
        return None
    return item.schema, item.not_null_as.name or not_null.derived(item.table, item.name)


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
