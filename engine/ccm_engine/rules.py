"""Which change must precede which, as named rules over dependencies and names.

Each rule looks at the changes and yields pairs (first, then). Those of single kinds are in `ccm_engine.kind_rules`.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from ccm_engine.catalog import Bond, Catalog, Key, Need, Object
from ccm_engine.diff import Alter, Change, Create, Drop, Rename
from ccm_engine.kind_rules import (
    a_derived_name_is_free_before_it_is_chosen,
    a_foreign_key_is_made_when_the_keys_that_go_are_gone,
    a_publication_lists_columns_or_has_schemas,
    a_sequence_turns_unlogged_with_no_table_but_its_own,
    a_table_is_no_longer_of_a_type_when_its_columns_change,
    an_event_trigger_comes_last_and_goes_first,
    an_overload_that_goes_is_gone_before_its_name_is_called,
    columns_are_granted_when_the_table_is_revoked,
    default_privileges_hold_for_nothing_that_is_made,
    grants_are_given_in_their_order,
    no_logged_table_refers_to_an_unlogged_one,
    what_belongs_to_another_is_given_away_before_its_grants_are_made,
    what_is_put_aside_is_dropped_afterwards,
    what_names_it_is_dropped_before_it_is_put_aside,
)
from ccm_engine.kinds import kind_of
from ccm_engine.kinds.column import Column
from ccm_engine.kinds.constraint import Constraint
from ccm_engine.kinds.not_null import derived
from ccm_engine.kinds.partition import family
from ccm_engine.kinds.primary_key import PrimaryKey
from ccm_engine.kinds.table import Table
from ccm_engine.situation import Pair, Situation

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
    """Whether a table leaves a parent, or gets one, or leaves its type: what comes when has rules of its own."""
    alter = now.altered.get(need.on)
    if alter is None or not isinstance(alter.old, Table):
        return False
    return family(alter.old) != family(alter.new) or alter.old.of_type is not None


def dependents_are_dropped_first(now: Situation) -> Iterator[Pair]:
    for need in now.head.needs:
        first = now.emptied.get(need.dependent) or now.dropped.get(need.dependent)
        then = now.dropped.get(need.on)
        if first and then:
            yield first, then


def dependents_are_dropped_before_the_alteration(now: Situation) -> Iterator[Pair]:
    for need in _also_through_columns(now.head):
        first = now.emptied.get(need.dependent) or now.dropped.get(need.dependent)
        then = now.altered.get(need.on)
        if first and then and need.bond in {Bond.USES, Bond.PART} and not _moves(need, now):
            yield first, then


def a_stub_is_filled_when_it_is_made_and_emptied_before_it_goes(now: Situation) -> Iterator[Pair]:
    yield from ((now.created[key], alter) for key, alter in now.filled.items())
    yield from ((alter, now.dropped[key]) for key, alter in now.emptied.items())


_COMPUTED = {"materialized view", "index", "check constraint", "exclusion constraint"}


def what_is_computed_waits_for_what_is_behind_a_stub(now: Situation) -> Iterator[Pair]:
    """Made over rows, it would keep what the stub says."""
    stubs = {key: alter for key, alter in now.filled.items() if kind_of(alter.new).stub(alter.new) is not None}
    for key, then in now.created.items() if stubs else ():
        if key.kind in _COMPUTED or (isinstance(then.new, Column) and then.new.generated is not None):
            yield from ((stubs[on], then) for on in _reached(key, now.goal) if on in stubs)


def _reached(key: Key, catalog: Catalog) -> set[Key]:
    """All that it hangs on."""
    reached, waiting = {key}, [key]
    while waiting:
        further = {need.on for need in catalog.needs_of(waiting.pop())} - reached
        reached |= further
        waiting += further
    return reached - {key}


def what_lets_go_is_altered_first(now: Situation) -> Iterator[Pair]:
    for need in now.head.needs:
        first = now.loosened.get(need.dependent)
        then = now.dropped.get(need.on) or now.altered.get(need.on)
        lets_go = need not in now.goal.needs or first is not now.altered.get(need.dependent)
        if first and then and lets_go and need.bond is not Bond.OWNED and not need.handed_down:
            yield first, then


def what_lets_go_is_altered_before_it_takes(now: Situation) -> Iterator[Pair]:
    for key, then in now.altered.items():
        if now.loosened[key] is not then:
            yield now.loosened[key], then


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
    if isinstance(item, Column) and item.not_null:
        names.add(("constraint", item.schema, item.table, item.not_null_as.name or derived(item.table, item.name)))
    return names


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
    what_is_computed_waits_for_what_is_behind_a_stub,
    what_lets_go_is_altered_first,
    what_lets_go_is_altered_before_it_takes,
    a_foreign_key_is_made_when_the_keys_that_go_are_gone,
    an_overload_that_goes_is_gone_before_its_name_is_called,
    an_event_trigger_comes_last_and_goes_first,
    a_table_is_no_longer_of_a_type_when_its_columns_change,
    no_logged_table_refers_to_an_unlogged_one,
    a_sequence_turns_unlogged_with_no_table_but_its_own,
    a_name_is_free_before_it_is_taken,
    a_derived_name_is_free_before_it_is_chosen,
    a_publication_lists_columns_or_has_schemas,
    default_privileges_hold_for_nothing_that_is_made,
    what_belongs_to_another_is_given_away_before_its_grants_are_made,
    grants_are_given_in_their_order,
    what_is_put_aside_is_dropped_afterwards,
    what_names_it_is_dropped_before_it_is_put_aside,
)
