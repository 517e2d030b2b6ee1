"""What default privileges that are in force give to what a plan makes, taken back where the goal does not have it.

Only those that stay: default privileges that go are gone before anything is made, and new ones come after everything.
"""

from collections.abc import Iterable, Iterator, Mapping

from ccm_engine.catalog import Catalog, Key, Object
from ccm_engine.diff import Alter, Change, Create
from ccm_engine.kinds import kind_of
from ccm_engine.kinds.column import Column
from ccm_engine.kinds.default_privileges import DefaultPrivileges, given, made
from ccm_engine.kinds.grant import Grant, drop
from ccm_engine.value import value


@value
class Given:
    """Grants that something has when it has just been made."""

    by_maker: Mapping[Key, tuple[Grant, ...]]
    """By the key of what is made."""
    grants: Mapping[Key, Grant]
    goal: Catalog

    @classmethod
    def of(cls, changes: Iterable[Change], head: Catalog, goal: Catalog) -> "Given":
        in_force = [item for item in head.all(DefaultPrivileges) if item.role is None and item.key in goal.objects]
        makers = _makers(changes) if in_force else ()
        things = ((item.key, made(item, kind_of(item).named(item))) for item in makers)
        found = {key: tuple(given(thing, in_force)) for key, thing in things if thing is not None}
        return cls(by_maker=found, grants={grant.key: grant for many in found.values() for grant in many}, goal=goal)

    def really(self, change: Change) -> Change:
        """The change, from what is there by then: a grant that is given and differs is altered."""
        if isinstance(change, Create) and change.new.key in self.grants:
            return Alter(old=self.grants[change.new.key], new=change.new)
        return change

    def taken(self, changes: Iterable[Change]) -> Iterator[str]:
        """The statements that take back what the changes give, and the goal does not have."""
        for change in changes:
            if isinstance(change, Create | Alter):
                for grant in self.by_maker.get(change.new.key, ()):
                    if grant.key not in self.goal.objects:
                        yield from drop(grant)


def _makers(changes: Iterable[Change]) -> Iterator[Object]:
    for change in changes:
        match change:
            case Create(new=item):
                yield item
            case Alter(old=Column(identity=None), new=Column() as item):  # it gets a sequence
                yield item
            case _:
                pass
