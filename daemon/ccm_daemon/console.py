"""What a command says to people, on standard error, and how the watcher's doings look as lines."""

import sys
from collections.abc import Iterable
from typing import Protocol, Self

from ccm_daemon.generate import Outcome, Proposal, Removed, Unchanged, Written
from ccm_engine.catalog import Unmodelled
from ccm_engine.clock import Stage
from ccm_engine.errors import CcmError
from ccm_engine.language import translated as _

LOGGERS = ("ccm_engine", "ccm_deploy", "ccm_daemon")
"""Whose messages are for people."""


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def statements(proposal: Proposal) -> None:
    """Each statement by its first line, with its hazards."""
    for statement in proposal.plan.statements:
        first, *more = statement.sql.splitlines()
        say(f"  {first}{' …' if more else ''}")
        for hazard in statement.hazards:
            say(f"    ! {hazard.code}: {_(hazard.message)}; {_(hazard.fix)}")


def warnings(proposal: Proposal) -> tuple[str, ...]:
    """What the migration starts from may be otherwise; what was seen and is in no migration."""
    doubts = [proposal.head.doubt] if proposal.head and proposal.head.doubt else []
    return (*map(doubtful, doubts), *map(not_modelled, proposal.unmodelled))


def doubtful(doubt: str) -> str:
    return _("warning: {doubt}").format(doubt=doubt)


def milliseconds(stages: Iterable[Stage]) -> str:
    return " · ".join(f"{_(name)} {seconds * 1000:.0f} ms" for name, seconds in stages)


def not_modelled(item: Unmodelled) -> str:
    text = _("warning: {item} is not modelled yet: it is in no migration, write it by hand with generate --custom")
    return text.format(item=item)


class View(Protocol):
    """How the watcher's doings are shown."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *error: object) -> None: ...
    def watching(self, source: str, out: str, target: str | None) -> None: ...
    def saved(self) -> None: ...
    def outcome(self, result: Outcome, seconds: float) -> None: ...
    def followed(self, target: str, seconds: float) -> None: ...
    def mistake(self, error: CcmError) -> None: ...
    def stopped(self) -> None: ...


class Lines:
    """The watcher's doings where there is no terminal: a line for each, and nothing twice."""

    def __init__(self) -> None:
        self._at_rest = False
        self._warned = False
        self._mistake = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def watching(self, source: str, out: str, target: str | None) -> None:
        following = _(", applied to {target}").format(target=target) if target else ""
        text = _("watching {source}: each save becomes a draft in {out}{following}; Ctrl-C ends it")
        say(text.format(source=source, out=out, following=following))

    def saved(self) -> None:
        """A step begins."""

    def outcome(self, result: Outcome, seconds: float) -> None:
        """What a save came to; `seconds` is how long it took."""
        took = f"{seconds * 1000:.0f} ms"
        self._mistake = ""
        match result:
            case Written(path=path, proposal=proposal):
                say(_("draft {path} ({took})").format(path=path, took=f"{took}: {milliseconds(proposal.took)}"))
                statements(proposal)
            case Removed(path=path):
                say(_("draft {path} is gone: the schema is back where it was ({took})").format(path=path, took=took))
            case Unchanged() if not self._at_rest:
                say(_("no change ({took})").format(took=took))
            case Unchanged():
                pass
        self._at_rest = isinstance(result, Unchanged)
        if not self._warned:
            for warning in (told := warnings(result.proposal)):
                say(warning)
            self._warned = bool(told)

    def followed(self, target: str, seconds: float) -> None:
        say(_("{target} follows ({took})").format(target=target, took=f"{seconds * 1000:.0f} ms"))

    def mistake(self, error: CcmError) -> None:
        self._at_rest = False  # that it is mended is worth a line
        if str(error) != self._mistake:
            say(_("error: {error}").format(error=error.told(_)))
        self._mistake = str(error)

    def stopped(self) -> None:
        say(_("stopped"))
