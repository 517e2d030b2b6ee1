"""The screen of `migrate`: a banner, the target, each migration as it is applied, and how it ended."""

import logging
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import ClassVar

from ccm_daemon import console
from ccm_deploy.gate import Target
from ccm_engine.language import translated as _

_WIDTH = 55
_RULE = "═" * _WIDTH


class _Screen(logging.Formatter):
    """What the runner logs, by the name of the event; what has none of these is a line like any other."""

    SAID: ClassVar[frozenset[str]] = frozenset({"target", "migration_applied", "applied", "up_to_date"})

    def __init__(self, target: Target, plain: logging.Formatter | None) -> None:
        super().__init__()
        self._where = _("production") if target.production else "local/dev"
        self._target = target
        self._plain = plain or logging.Formatter()

    def format(self, record: logging.LogRecord) -> str:
        event = getattr(record, "event", "")
        lines = self._lines(record, event) if event in self.SAID else [self._plain.format(record)]
        return "\n".join(lines)

    def _lines(self, record: logging.LogRecord, event: str) -> Iterator[str]:
        names = {"where": self._where, "target": self._target.url, "database": self._target.url.database}
        match event:
            case "target":
                yield _RULE
                yield _("   🚀 Migrations - connected to {where} 🚀").format(**names)
                yield from (_RULE, "")
                yield _("Target: {target} ({where})").format(**names)
                yield from (_("Connecting to PostgreSQL..."), "")
            case "migration_applied":
                yield f"[migrate] → {getattr(record, 'migration', '')}"
            case "applied":
                yield from ("", _("✔️  All migrations have been applied."), "", _RULE)
            case _:
                yield _("✔️  No change, no migration is pending for the database {database} ({where}).").format(**names)
                yield from ("", _("✔️  No migration to apply."), _("All migrations are applied already."), "", _RULE)


@contextmanager
def shown(target: Target) -> Generator[None]:
    """For as long as the block lasts, what is logged is shown like this."""
    handlers = {handler for name in console.LOGGERS for handler in logging.getLogger(name).handlers}
    before = [(handler, handler.formatter) for handler in handlers]
    for handler, formatter in before:
        handler.setFormatter(_Screen(target, formatter))
    try:
        yield
    finally:
        for handler, formatter in before:
            handler.setFormatter(formatter)
