"""Which change must precede which where tables have parents: partitions, and children that inherit.

Rules as those of `ccm_engine.rules`.
"""

from collections.abc import Callable, Iterator

from ccm_engine.catalog import Catalog, Key, Object
from ccm_engine.diff import Alter, Change, Create, Drop, Rename
from ccm_engine.kinds import kind_of
from ccm_engine.kinds.check import Check
from ccm_engine.kinds.index import Index
from ccm_engine.kinds.partition import Part, family, parents, whole
from ccm_engine.kinds.table import Table
from ccm_engine.situation import Pair, Situation
from ccm_engine.value import value

STRUCTURE = frozenset(
    {"column", "check constraint", "primary key", "unique constraint", "exclusion constraint", "index", "foreign key"}
)


@value
class _Move:
    """A table that is there on both sides, and leaves a parent, or gets one, or both."""

    leaves: Alter
    takes: Alter
    old_parents: frozenset[Key]
    new_parents: frozenset[Key]
    back: bool
    """Whether it comes back at once: a partition with another bound."""


def _parents(item: Object) -> frozenset[Key]:
    if not isinstance(item, Table):
        return frozenset()
    return frozenset(Key("table", path) for path in (item.partition_of, *item.inherits) if path)


def _moves(now: Situation) -> Iterator[_Move]:
    for key, takes in now.altered.items():
        old, new = now.head.objects.get(key), now.goal.objects.get(key)
        if isinstance(old, Table) and isinstance(new, Table) and family(old) != family(new):
            leaves = now.loosened[key]
            yield _Move(
                leaves=leaves,
                takes=takes,
                old_parents=_parents(old),
                new_parents=_parents(new),
                back=parents(old) == parents(new),
            )


def left(key: Key, now: Situation) -> bool:
    """Whether what is part of that table is no longer its parents' when they change."""
    table = Key("table", key.path[:2])
    old, new = now.head.objects.get(table), now.goal.objects.get(table)
    return old is not None and new is not None and parents(old) != parents(new)


def _item(change: Change) -> Object:
    return change.old if isinstance(change, Drop) else change.new


def _parts(now: Situation) -> dict[Key, list[Change]]:
    parts: dict[Key, list[Change]] = {}
    for change in now.changes:
        item = _item(change)
        if item.KIND in STRUCTURE and item.parent is not None and not isinstance(change, Rename):
            parts.setdefault(item.parent, []).append(change)
    return parts


def a_table_leaves_its_parents_before_they_change(now: Situation) -> Iterator[Pair]:
    """And before it changes itself, unless it comes back at once."""
    moves = list(_moves(now))
    parts = _parts(now) if moves else {}
    for move in moves:
        key = move.leaves.new.key
        left_behind = move.old_parents if move.back else move.old_parents - _parents(move.leaves.new)
        for part in (part for of in (key, *left_behind) for part in parts.get(of, ())):
            if move.back:
                yield part, move.leaves
            elif left_behind:
                yield move.leaves, part


def a_table_gets_its_parents_when_both_are_alike(now: Situation) -> Iterator[Pair]:
    moves = list(_moves(now))
    parts = _parts(now) if moves else {}
    for move in moves:
        taken = frozenset[Key]() if move.back else move.new_parents - _parents(move.takes.old)
        for part in parts.get(move.takes.new.key, ()):
            handed = isinstance(part, Create) and not getattr(part.new, "local", True)
            if taken:
                yield (move.takes, part) if handed else (part, move.takes)
        for parent in taken:
            changed = (part for part in parts.get(parent, ()) if _item(part).KIND in {"column", "check constraint"})
            yield from ((part, move.takes) for part in changed)


def a_bound_is_free_before_it_is_taken(now: Situation) -> Iterator[Pair]:
    leavers: dict[Key, list[Change]] = {}
    takers: dict[Key, list[Change]] = {}
    for move in _moves(now):
        for parent in move.old_parents:
            leavers.setdefault(parent, []).append(move.leaves)
        for parent in move.new_parents:
            takers.setdefault(parent, []).append(move.takes)
    for drop in now.dropped.values():
        for parent in _parents(drop.old):
            leavers.setdefault(parent, []).append(drop)
    come: tuple[Create | Alter, ...] = (*now.created.values(), *now.filled.values())
    for change in come:
        for parent in _parents(change.new):
            takers.setdefault(parent, []).append(change)
    for parent in leavers.keys() & takers.keys():
        yield from ((first, then) for first in leavers[parent] for then in takers[parent] if first is not then)


def a_partition_made_apart_is_attached_with_its_parts(now: Situation) -> Iterator[Pair]:
    """What it has by another name than Postgres would give it is then found, and not made once more."""
    parts = _parts(now) if now.filled else {}
    for key, attach in now.filled.items():
        if isinstance(attach.new, Table):
            yield from ((part, attach) for part in parts.get(key, ()))


def a_part_of_an_index_is_made_before_the_whole(now: Situation) -> Iterator[Pair]:
    """Which then takes it in, instead of making one while all others wait."""
    for first in now.created.values():
        of = whole(first.new)
        then = now.created.get(of) if of else None
        if then is not None and not _made_in_all(first.new):
            yield then, first
        elif then is not None and kind_of(then.new).made_with(then.new) not in now.created:
            yield first, then


def _made_in_all(item: Object) -> bool:
    """Whether the one that it is a part of is there in all partitions."""
    part: Part | None = getattr(item, "part", None)
    return part is None or part.whole_valid


def an_index_on_only_the_whole_is_made_after_the_partitions(now: Situation) -> Iterator[Pair]:
    """One that is made afterwards would have a part of it."""
    wholes = [then for then in now.created.values() if isinstance(then.new, Index) and not then.new.valid]
    for first in now.created.values() if wholes else ():
        yield from ((first, then) for then in wholes if then.new.parent in _parents(first.new))


def an_index_is_complete_when_its_parts_are_made(now: Situation) -> Iterator[Pair]:
    for first in now.created.values():
        of = whole(first.new)
        if of is not None and of in now.altered and _made_in_all(first.new):
            yield first, now.altered[of]


def what_is_said_of_a_part_waits_for_the_whole(now: Situation) -> Iterator[Pair]:
    """With which Postgres makes it."""
    for change in now.changes:
        made = now.created.get(change.new.key) if isinstance(change, Alter) else None
        of = None if made is None else whole(made.new)
        if made is not None and of is not None:
            yield made, change
            if of in now.created:
                yield now.created[of], change


def a_check_that_is_not_valid_comes_down_to_what_is_there(now: Situation) -> Iterator[Pair]:
    """To a table that is made afterwards it comes valid."""
    for check in (create.new for create in now.created.values() if isinstance(create.new, Check)):
        first = now.created.get(check.parent)
        for parent in () if check.local or check.validated else check.inherited_from:
            then = now.created.get(Key(check.KIND, (*parent, check.name)))
            if first is not None and then is not None:
                yield first, then


def a_trigger_gives_its_name_to_that_of_the_whole(now: Situation) -> Iterator[Pair]:
    """And the other way round: each partition has the triggers of the whole table, under their names."""
    going: dict[str, list[Drop]] = {}
    for drop in now.dropped.values():
        if drop.old.KIND == "trigger":
            going.setdefault(drop.old.path[-1], []).append(drop)
    for then in now.created.values() if going else ():
        namesakes = going.get(then.new.path[-1], ()) if then.new.KIND == "trigger" else ()
        yield from ((first, then) for first in namesakes if _in_one_family(first, then, now))


def _in_one_family(first: Drop, then: Create, now: Situation) -> bool:
    going, coming = set(_with_wholes(first.old, now.head)), set(_with_wholes(then.new, now.goal))
    return first.old.parent in coming or then.new.parent in going


def _with_wholes(item: Object, catalog: Catalog) -> Iterator[Key]:
    """The table that something is of, and what that is a partition of."""
    key = item.parent
    while key is not None:
        yield key
        table = catalog.objects.get(key)
        of = table.partition_of if isinstance(table, Table) else None
        key = Key("table", of) if of else None


def a_childs_own_column_is_made_before_its_parents(now: Situation) -> Iterator[Pair]:
    """Which is then merged with it."""
    for first in now.created.values():
        if getattr(first.new, "local", False) and first.new.KIND == "column" and first.new.parent not in now.created:
            for parent in getattr(first.new, "inherited_from", ()):
                then = now.created.get(Key("column", (*parent, first.new.path[-1])))
                if then is not None and then.new.parent not in now.created:
                    yield first, then


def a_parents_is_dropped_before_the_childs_own(now: Situation) -> Iterator[Pair]:
    """Postgres drops none that a parent hands down."""
    for then in now.dropped.values():
        if not getattr(then.old, "local", False) or then.old.parent in now.dropped:
            continue
        for parent in getattr(then.old, "inherited_from", ()):
            first = now.dropped.get(Key(then.old.KIND, (*parent, then.old.path[-1])))
            if first is not None and first.old.parent not in now.dropped and not left(then.old.key, now):
                yield first, then


def a_childs_own_is_dropped_before_its_parents_comes_down(now: Situation) -> Iterator[Pair]:
    """Postgres would merge the two, and they would stay the child's own."""
    for key, first in now.dropped.items():
        becomes = now.goal.objects.get(key)
        for parent in () if getattr(becomes, "local", True) else getattr(becomes, "inherited_from", ()):
            then = now.created.get(Key(key.kind, (*parent, key.path[-1])))
            if then is not None and getattr(first.old, "local", False):
                yield first, then


def a_child_keeps_what_its_parent_drops(now: Situation) -> Iterator[Pair]:
    """It is the child's own then, which may be altered."""
    for need in now.head.needs:
        first, then = now.dropped.get(need.on), now.loosened.get(need.dependent)
        if first and then and need.handed_down and not left(need.dependent, now):
            yield first, then


RULES: tuple[Callable[[Situation], Iterator[Pair]], ...] = (
    a_table_leaves_its_parents_before_they_change,
    a_table_gets_its_parents_when_both_are_alike,
    a_bound_is_free_before_it_is_taken,
    a_partition_made_apart_is_attached_with_its_parts,
    a_part_of_an_index_is_made_before_the_whole,
    an_index_on_only_the_whole_is_made_after_the_partitions,
    an_index_is_complete_when_its_parts_are_made,
    what_is_said_of_a_part_waits_for_the_whole,
    a_check_that_is_not_valid_comes_down_to_what_is_there,
    a_trigger_gives_its_name_to_that_of_the_whole,
    a_childs_own_column_is_made_before_its_parents,
    a_parents_is_dropped_before_the_childs_own,
    a_childs_own_is_dropped_before_its_parents_comes_down,
    a_child_keeps_what_its_parent_drops,
)
