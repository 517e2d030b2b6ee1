"""What `diff` found between two sources: for people beside the SQL, and as JSON for programs."""

import json
from collections.abc import Iterator
from dataclasses import field

from ccm_daemon import console
from ccm_engine import errors, url
from ccm_engine.catalog import Unmodelled
from ccm_engine.diff import describe
from ccm_engine.language import translated as _
from ccm_engine.plan import Plan
from ccm_engine.source import Schema
from ccm_engine.value import value


@value
class Side:
    """A source as it was written, and what it describes."""

    name: str
    schema: Schema

    @property
    def shown(self) -> str:
        return url.masked(self.name) if "://" in self.name else self.name

    @property
    def unmodelled(self) -> frozenset[Unmodelled]:
        return frozenset(self.schema.catalog.unmodelled)


@value
class Difference:
    """The plan that leads from one side to the other, and what no plan speaks of."""

    head: Side
    goal: Side
    plan: Plan = field(repr=False)
    """Not shown: asyncio builds the text of what its last task returned, to look it up among names of signals."""

    @property
    def unmodelled(self) -> Iterator[tuple[Unmodelled, tuple[str, ...]]]:
        """Each object of a kind that is not modelled, and the sides that have it: `from`, `to` or both."""
        for item in sorted(self.head.unmodelled | self.goal.unmodelled):
            sides = (("from", self.head), ("to", self.goal))
            yield item, tuple(word for word, side in sides if item in side.unmodelled)

    @property
    def one_sided(self) -> tuple[Unmodelled, ...]:
        """Those that surely differ; of a source that does not name them there is no telling."""
        if not (self.head.schema.names_unmodelled and self.goal.schema.names_unmodelled):
            return ()
        return tuple(sorted(self.head.unmodelled ^ self.goal.unmodelled))


def notes(found: Difference) -> Iterator[str]:
    """What people have to know beside the SQL: it says nothing of what is not modelled."""
    for side in (found.head, found.goal):
        if side.schema.doubt is not None:
            yield console.doubtful(side.schema.doubt)
    for item, sides in found.unmodelled:
        if len(sides) > 1:
            text = _("warning: {item} is on both sides and not modelled yet: it may differ, and is not compared")
            yield text.format(item=item)
            continue
        here, other = (found.head, found.goal) if "from" in sides else (found.goal, found.head)
        if item not in found.one_sided:
            text = _("warning: {item} of {here} is not modelled yet, and {other} does not tell whether it is there")
            yield text.format(item=item, here=here.shown, other=other.shown)
        else:
            drops = _(
                "warning: DIFFERENT: {item} is in {here} and not in {other}; it is not modelled yet, "
                "so that no statement here will drop it: write that by hand"
            )
            makes = _(
                "warning: DIFFERENT: {item} is in {here} and not in {other}; it is not modelled yet, "
                "so that no statement here will make it: write that by hand"
            )
            text = drops if here is found.head else makes
            yield text.format(item=item, here=here.shown, other=other.shown)
    if found.one_sided and not found.plan.steps:
        yield _("warning: no SQL is printed, and yet the two are not equal: see above")


def must_be_none(found: Difference) -> None:
    """Raises `errors.DifferencesFound` or `errors.DifferencesNotModelled`."""
    if found.plan.steps:
        raise errors.DifferencesFound(count=len(found.plan.statements))
    if found.one_sided:
        listing = "\n".join(f"    {item}" for item in found.one_sided)
        raise errors.DifferencesNotModelled(listing=listing)


def as_json(found: Difference) -> str:
    content = {
        "unmodelled": [{"kind": item.kind, "name": item.name, "in": sides} for item, sides in found.unmodelled],
        "changes": [*(one.change for one in found.plan.renames), *describe(found.plan.changes).splitlines()],
        "statements": [
            {
                "sql": statement.sql,
                "change": statement.change,
                "transactional": step.transactional,
                "hazards": [
                    {"code": hazard.code, "message": hazard.message, "fix": hazard.fix} for hazard in statement.hazards
                ],
            }
            for step in found.plan.steps
            for statement in step.statements
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
