"""A change → its plan, once all about it is decided: by the models, on the command line, before, or when asked."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from ccm_daemon import questions
from ccm_daemon.decisions import NONE, Decisions, spelled
from ccm_daemon.questions import Gone, Question, Unfilled
from ccm_engine import errors, renames
from ccm_engine.answer import Answer
from ccm_engine.catalog import Catalog, Key
from ccm_engine.excerpt import excerpt
from ccm_engine.plan import Plan, plan
from ccm_engine.shadow import Shadow
from ccm_engine.source import Schema
from ccm_engine.value import value

Ask: TypeAlias = Callable[[Question, Decisions], Awaitable[Decisions]]
"""The decisions, with one more. Raises a subclass of `AnswerNeeded` where nobody is there."""
HasRows: TypeAlias = Callable[[Key], Awaitable[bool]]
"""Whether a table of the development database holds rows, as far as can be told."""


async def nobody(question: Question, _: Decisions) -> Decisions:
    """Where there is no terminal."""
    match question:
        case Gone(old=old, candidates=candidates):
            raise _renamed_or_dropped(old, candidates)
        case Unfilled(column=column, type=type_):
            raise errors.RowsWithoutValue(
                column=spelled(column), table=spelled(question.table), name=column.path[-1], type=type_
            )


def _renamed_or_dropped(old: Key, candidates: tuple[Key, ...]) -> errors.AnswerNeeded:
    kind, name = old.kind, spelled(old)
    if not candidates:
        return errors.DropNotDecided(kind=kind, name=name)
    ways = "\n".join(f"        --rename {name}={candidate.path[-1]}" for candidate in candidates)
    return errors.RenameNotDecided(kind=kind, name=name, old=old.path[-1], likeliest=candidates[0].path[-1], ways=ways)


async def nowhere(_: Key) -> bool:
    """Where there is no database to look into."""
    return False


@value
class Deciding:
    """What is decided already, and who decides the rest."""

    decisions: Decisions = NONE
    answers: tuple[Answer, ...] = ()
    """What `--rename` says, which has to fit."""
    ask: Ask = nobody
    has_rows: HasRows = nowhere


@value
class Decided:
    """A plan between two parts of schemas, and what was decided for it; `renamed` is the head under its new names."""

    plan: Plan
    renamed: Catalog
    parts: tuple[Catalog, Catalog]
    decisions: Decisions


async def decided(shadow: Shadow, head: Catalog, schema: Schema, by: Deciding) -> Decided:
    """Raises what `renames.resolve`, `plan` and `by.ask` raise."""
    goal, decisions = schema.catalog, by.decisions
    while True:
        hints = (*schema.renames, *decisions.renames)
        renamed, statements = await renames.resolve(shadow, head, goal, hints, by.answers)
        parts = excerpt(renamed, goal)
        question = next(questions.gone(*parts, decisions), None) or await _unfilled(parts, decisions, by.has_rows)
        if question is None:
            break
        decisions = await by.ask(question, decisions)
    made = plan(*parts, renames=statements, fills=questions.fills(parts[1], decisions))
    return Decided(plan=made, renamed=renamed, parts=parts, decisions=decisions)


async def _unfilled(parts: tuple[Catalog, Catalog], decisions: Decisions, has_rows: HasRows) -> Unfilled | None:
    for question in questions.unfilled(*parts, decisions):
        if await has_rows(question.table):
            return question
    return None
