"""Questions to the person at the terminal."""

import os
import sys

import anyio

from ccm_daemon.decisions import Decisions, spelled
from ccm_daemon.questions import Gone, Question, Unfilled
from ccm_deploy import gate
from ccm_deploy.environment import Environment
from ccm_engine import errors
from ccm_engine.language import translated as _

_RED, _PLAIN = "\033[1;37;41m", "\033[0m"


def is_possible() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty()


async def production(environment: Environment) -> str | None:
    """What confirms production: `CONFIRM_PROD`, else the answer to a question; None where nobody is there to answer.

    Development needs none. Raises `UrlMissing` and `NotPostgres`.
    """
    if environment.confirmation or not environment.use_production:
        return environment.confirmation
    target = gate.production(environment)
    if not is_possible():
        return None
    warning = _(" WARNING !! This is the production database: {database} ")
    _say("\n" + in_red(warning.format(database=target.url.database or str(target.url))) + "\n\n")
    return await _answer(_("Are you sure that migrations are to run in PRODUCTION? (yes/no): "))


async def reset(environment: Environment) -> None:
    """Ask whether everything is to be dropped. Raises `ResetDeclined`, and `ResetNotAnswered` without a terminal."""
    embedded = environment.local_url is None and not environment.use_production
    target = _("the embedded development database") if embedded else str(gate.target(environment).url)
    if not is_possible():
        raise errors.ResetNotAnswered(target=target)
    question = _("{target}: drop everything in it, all rows included, and run all migrations anew? (yes/no): ")
    if not gate.confirms(await _answer(question.format(target=target))):
        raise errors.ResetDeclined(target=target)


async def decide(question: Question, decisions: Decisions) -> Decisions:
    """The decisions with the answer to one more question, asked until it is understood.

    Raises `AnswerNeeded` where the terminal is closed instead.
    """
    match question:
        case Gone():
            return await _gone(question, decisions)
        case Unfilled():
            return await _unfilled(question, decisions)


async def _gone(question: Gone, decisions: Decisions) -> Decisions:
    old, candidates = question.old, question.candidates
    asked = _("{kind} {name} is gone from the schema files. What became of it?")
    _say("\n" + asked.format(kind=_(old.kind), name=spelled(old)) + "\n")
    for number, candidate in enumerate(candidates, 1):
        _say(_("  [{number}] it was renamed: {name}").format(number=number, name=candidate.path[-1]) + "\n")
    last = len(candidates) + 1
    _say(_("  [{number}] it is dropped, and its data are deleted").format(number=last) + "\n")
    while True:
        answer = (await _answer(_("Which one? (1-{last}): ").format(last=last))).strip()
        if answer.isdecimal() and 1 <= int(answer) < last:
            return decisions.and_renamed(old, candidates[int(answer) - 1])
        if answer == str(last):
            return decisions.and_dropped(old)
        _say(_("Please answer with a number from 1 to {last}.").format(last=last) + "\n")


async def _unfilled(question: Unfilled, decisions: Decisions) -> Decisions:
    asked = _(
        "{column} is NOT NULL and has no default, and {table} holds rows.\n"
        "What do these rows get there? An SQL expression of type {type} (nothing: you see to it yourself): "
    )
    names = {"column": spelled(question.column), "table": spelled(question.table), "type": question.type}
    answer = await _answer("\n" + asked.format(**names))
    return decisions.and_filled(question.column, answer.strip())


async def choose(heading: str, names: tuple[str, ...], question: str) -> str:
    """The answer to a question about a numbered list."""
    _say(heading + "\n")
    for number, name in enumerate(names, 1):
        _say(f"  [{number}] {name}\n")
    return await _answer(question)


async def _answer(question: str) -> str:
    _say(question)
    await anyio.wait_readable(sys.stdin)  # a signal that comes just before a blocking read would not end it
    line = sys.stdin.readline()
    if not line:
        raise errors.TerminalClosed(question=question.strip())
    return line


def in_red(text: str) -> str:
    """As a warning, where the terminal has colours."""
    return text if os.environ.get("NO_COLOR") or not sys.stderr.isatty() else f"{_RED}{text}{_PLAIN}"


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
