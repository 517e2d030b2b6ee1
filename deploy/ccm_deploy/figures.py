"""What a run has to show for itself, as it goes on."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from anyio import Event, get_cancelled_exc_class

from ccm_engine import errors

Outcome = Literal["running", "applied", "nothing", "failed", "aborted"]


@dataclass(slots=True, kw_only=True, eq=False)
class Figures:
    """The scoreboard of one run, and the only thing in the runner that changes: it is scraped while the run goes on.

    Durations are in seconds, moments in seconds since 1970.
    """

    started: float
    ended: float | None = None
    outcome: Outcome = "running"
    connected: bool = False
    applied: int = 0
    """Migrations that the database has, before this run or by it."""
    pending: int = 0
    failed: int = 0
    lock_wait: float = 0
    lock_attempts: int = 0
    durations: dict[str, float] = field(default_factory=dict[str, float])
    """By migration, of those that this run applied."""
    worth_showing: Event = field(default_factory=Event)
    """Set when the run will last: it waits, or has work. One that finds nothing to do is over before a scrape."""

    def migrated(self, tag: str, seconds: float) -> None:
        self.durations[tag] = seconds
        self.applied += 1
        self.pending -= 1

    @contextmanager
    def to_the_end(self) -> Generator[None]:
        """Write down how the run in the block ends, and when."""
        try:
            yield
            self.outcome = "applied" if self.durations else "nothing"
        except errors.CcmError as error:
            self.outcome = "failed"
            self.failed = int(isinstance(error, errors.MigrationFailed))
            raise
        except get_cancelled_exc_class():
            self.outcome = "aborted"
            raise
        finally:
            self.ended = time.time()
