"""What was renamed, by the models or by a person → the head as it is after that, and the statements that do it.

Postgres carries out the renaming, on the shadow: it knows every constraint, index and expression in which the old
name stands. Schemas are renamed first, then what stands in them, then its parts, each under the names that are
there by then.
"""

from collections.abc import Iterable, Iterator

import asyncpg

from ccm_engine import blame, errors, lookup
from ccm_engine.answer import Answer
from ccm_engine.catalog import Catalog, Key
from ccm_engine.harvester.wire import Rename
from ccm_engine.lookup import LEVELS, Names, Wish
from ccm_engine.plan import Renaming
from ccm_engine.shadow import Shadow


async def resolve(
    shadow: Shadow, head: Catalog, goal: Catalog, hints: Iterable[Rename], answers: Iterable[Answer] = ()
) -> tuple[Catalog, tuple[Renaming, ...]]:
    """The head with everything renamed that still has its old name there, and its new one in the goal.

    A hint that is followed already is none; an answer that fits nothing, or more than one thing, is a mistake.

    Raises `errors.RenameRefused`, `RenameUnknown`, `RenameAmbiguous` or `RenameTaken`.
    """
    told, said = tuple(hints), tuple(answers)
    renamings = tuple(_renamings(head, goal, told, said)) if told or said else ()
    if not renamings:
        return head, ()
    return await _after(shadow, head, renamings), renamings


async def _after(shadow: Shadow, head: Catalog, renamings: tuple[Renaming, ...]) -> Catalog:
    statements = [renaming.sql for renaming in renamings]
    try:
        return await shadow.after(head, ";\n".join(statements))
    except asyncpg.PostgresError as error:
        raise errors.RenameRefused(
            statements="\n".join(statements),
            message=blame.message(error),
            sqlstate=error.sqlstate or "",
            detail=blame.detail(error),
        ) from error


def _renamings(
    head: Catalog, goal: Catalog, hints: tuple[Rename, ...], answers: tuple[Answer, ...]
) -> Iterator[Renaming]:
    here, there = Names.of(head), Names.of(goal)
    answered: dict[Answer, list[Wish]] = {answer: [] for answer in answers}
    taken: list[Wish] = []
    for level in LEVELS:
        meant = {answer: list(lookup.candidates(answer, level, here, there)) for answer in answers}
        for answer, wishes in meant.items():
            answered[answer] += wishes
        wanted = tuple(dict.fromkeys(wish for wishes in meant.values() for wish in wishes))
        hinted = (wish for hint in hints if hint.kind == level.hinted for wish in _of_hint(hint, here, there))
        due = tuple(_due((*wanted, *hinted), here, there))
        taken += (wish for wish in wanted if wish not in due)
        yield from (Renaming(sql=statement, change=str(wish)) for wish in due for statement in wish.statements)
        here = here.after(due)
    for answer, wishes in answered.items():
        lookup.must_be_one(answer, wishes, here, there)
    for wish in taken:
        raise errors.RenameTaken(old=str(wish.old), new=str(wish.new))


def _of_hint(hint: Rename, here: Names, there: Names) -> Iterator[Wish]:
    within = (hint.schema,) if hint.kind == "table" else (hint.schema, hint.table)
    old, new = Key(hint.kind, (*within, hint.old)), Key(hint.kind, (*within, hint.new))
    if old in here.objects and new in there.objects:
        yield lookup.wish(old, new, here, there)


def _due(wishes: tuple[Wish, ...], here: Names, there: Names) -> Iterator[Wish]:
    """Those that are not followed yet (hints stay in the models long after that), each once its new name is free."""
    possible = tuple(dict.fromkeys(wishes))
    free = [wish for wish in possible if wish.new not in here.objects]
    while free:
        yield from free
        left = {wish.old for wish in free}
        free = [wish for wish in possible if wish.new in left and wish.old not in there.objects]
