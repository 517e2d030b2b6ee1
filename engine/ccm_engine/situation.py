"""What the rules look at: the changes, by the key of what they make, drop, or alter."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias, TypeGuard

from ccm_engine.catalog import Catalog, Key
from ccm_engine.diff import Alter, Change, Create, Drop, Rename
from ccm_engine.value import value


@value
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
        # what is made as it is to be, or dropped as it is, is no stub, though it may be equal to what it was before
        made = {change.new for key, change in created.items() if change.new != goal.objects.get(key)}
        left = {change.old for key, change in dropped.items() if change.old != head.objects.get(key)}
        alters = [change for change in changes if _matters(change)]
        plain = [change for change in alters if change.old not in made and change.new not in left]
        return cls(
            changes=changes,
            head=head,
            goal=goal,
            created=created,
            dropped=dropped,
            altered={change.new.key: change for change in plain},
            loosened={change.new.key: change for change in reversed(plain)},
            renamed={change.new.key: change for change in changes if isinstance(change, Rename)},
            filled={change.new.key: change for change in alters if change.old in made},
            emptied={change.new.key: change for change in alters if change.new in left},
        )


Pair: TypeAlias = tuple[Change, Change]
"""What comes first, and what then."""


def _matters(change: Change) -> TypeGuard[Alter]:
    """Whether it is an alteration of more than a comment, which may be made at any time."""
    return isinstance(change, Alter) and replace(change.old, comment=change.new.comment) != change.new
