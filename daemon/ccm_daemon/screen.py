"""The watcher's doings at a terminal: one calm screen that holds what is so at the moment, and nothing else."""

import logging
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

from rich.console import Console as Terminal
from rich.console import Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.rule import Rule
from rich.syntax import Syntax
from rich.text import Text

from ccm_daemon.console import LOGGERS, milliseconds, warnings
from ccm_daemon.generate import Outcome, Proposal, Removed, Unchanged, Written
from ccm_engine.errors import CcmError
from ccm_engine.language import translated as _

if TYPE_CHECKING:
    from ccm_engine.clock import Stage

_LINES = 12  # of each statement; the rest is in the file


class Screen(logging.Handler):
    """What is so at the moment, drawn anew when it changes. What the runner logs stands in it too."""

    def __init__(self, terminal: Terminal | None = None) -> None:
        super().__init__(logging.INFO)
        self.terminal = terminal or Terminal(stderr=True, highlight=False)
        self._title = ""
        self._draft: Written | Removed | None = None
        self._warnings: tuple[str, ...] = ()
        self._mistake: CcmError | None = None
        self._logged: list[str] = []
        self._followed = ""
        self._stages: tuple[Stage, ...] = ()
        self._seconds = 0.0
        self._at = ""
        self._handlers: list[tuple[logging.Logger, list[logging.Handler]]] = []
        self._live = Live(console=self.terminal, auto_refresh=False, get_renderable=self._drawn, transient=False)

    def __enter__(self) -> Self:
        for logger in map(logging.getLogger, LOGGERS):
            self._handlers.append((logger, logger.handlers))
            logger.handlers = [self]
        self._live.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._live.stop()
        for logger, handlers in self._handlers:
            logger.handlers = handlers

    def emit(self, record: logging.LogRecord) -> None:
        self._logged.append(_(str(record.msg)) % record.args if record.args else _(str(record.msg)))

    # -- what happens -----------------------------------------------------------------

    def watching(self, source: str, out: str, target: str | None) -> None:
        following = f" → {target}" if target else ""
        self._title = f"{source} → {out}{following}"
        self._refresh()

    def saved(self) -> None:
        self._logged.clear()

    def outcome(self, result: Outcome, seconds: float) -> None:
        self._mistake = None
        match result:
            case Written() | Removed():
                self._draft, self._followed = result, ""
            case Unchanged() if isinstance(self._draft, Removed) or not result.proposal.plan.steps:
                self._draft = None
            case Unchanged():
                pass
        self._warnings = warnings(result.proposal)
        self._stages, self._seconds = result.proposal.took, seconds
        self._at = time.strftime("%H:%M:%S")
        self._refresh()

    def followed(self, target: str, seconds: float) -> None:
        self._followed = _("{target} follows ({took})").format(target=target, took=f"{seconds * 1000:.0f} ms")
        self._stages = (*self._stages, ("database", seconds))
        self._refresh()

    def mistake(self, error: CcmError) -> None:
        self._mistake = error
        self._refresh()

    def stopped(self) -> None:
        self._live.stop()
        self.terminal.print(_("stopped"))

    # -- how it looks --------------------------------------------------------------------

    def pause(self) -> None:
        """Leave the terminal to a question."""
        self._live.stop()

    def resume(self) -> None:
        self.terminal.clear()
        self._live.start()
        self._refresh()

    def _refresh(self) -> None:
        self._live.refresh()

    def _drawn(self) -> RenderableType:
        return Group(*self._parts())

    def _parts(self) -> Iterator[RenderableType]:
        yield Rule(Text(f"ccm-daemon · {self._title}", style="bold"), align="left", style="dim")
        if self._mistake is not None:
            yield Panel(Text(self._mistake.told(_)), title=_("mistake"), title_align="left", border_style="red")
        yield from self._of_draft()
        for warning in self._warnings:
            yield Text(warning, style="yellow")
        for line in (*self._logged, *filter(None, [self._followed])):
            yield Text(line, style="green" if line == self._followed else "")
        if self._at:
            took = f"{self._at}  {self._seconds * 1000:.0f} ms: {milliseconds(self._stages)}"
            yield Text(took, style="dim")
        yield Text(_("each save becomes a draft; Ctrl-C ends it"), style="dim")

    def _of_draft(self) -> Iterator[RenderableType]:
        match self._draft:
            case Written(path=path, proposal=proposal):
                yield Text.assemble((_("draft"), "bold"), f" {path}")
                yield from _statements(proposal)
            case Removed(path=path):
                text = _("draft {path} is gone: the schema is back where it was")
                yield Text(text.format(path=path))
            case None:
                yield Text(_("no change: the newest migration leads to what the schema files describe"))


def _statements(proposal: Proposal) -> Iterator[RenderableType]:
    for statement in proposal.plan.statements:
        lines = statement.sql.splitlines()
        shown = "\n".join(lines[:_LINES]) + ("\n…" if len(lines) > _LINES else "")
        yield Syntax(shown, "postgresql", theme="ansi_dark", background_color="default", word_wrap=True, padding=(0, 2))
        for hazard in statement.hazards:
            yield Text(f"    ! {hazard.code}: {_(hazard.message)}; {_(hazard.fix)}", style="yellow")
