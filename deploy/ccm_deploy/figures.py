"""What a run has to show for itself, as it goes on."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from anyio import get_cancelled_exc_class

from ccm_engine import errors

if TYPE_CHECKING:
    from ccm_deploy.lock import Holder
    from ccm_deploy.pending import History
    from ccm_deploy.progress import Progress

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
    history: "History | None" = None
    """As it was found last, before what the run applies."""
    failed: int = 0
    lock_attempts: int = 0
    lock_wait: float = 0
    lock_taken: float | None = None
    lock_released: float | None = None
    holder: "Holder | None" = None
    """Who has the lock that the run waits for."""
    retries: int = 0
    at: tuple[str, int, float] | None = None
    """The statement that runs: its migration, its number, and the moment when it began."""
    progress: "Progress | None" = None
    statements: dict[tuple[str, int], float] = field(default_factory=dict[tuple[str, int], float])
    """How long each took, by migration and number; of several that are over in a moment, the first counts for all."""
    durations: dict[str, float] = field(default_factory=dict[str, float])
    """By migration, of those that this run applied."""
    show: Callable[[], None] = lambda: None
    """Called as soon as it shows that the run will last; one that finds nothing to do is over before a scrape."""

    def lasts(self) -> None:
        """It waits, or has work."""
        show, self.show = self.show, lambda: None
        show()

    def begins(self, tag: str, number: int) -> None:
        """A statement begins, so that the one before it is done; number 0 is the record, which is no statement."""
        self.ends()
        self.at = (tag, number, time.time()) if number else None

    def ends(self) -> None:
        """The statement that ran is done."""
        if self.at is not None:
            tag, number, since = self.at
            self.statements[tag, number] = time.time() - since
        self.rests()

    def rests(self) -> None:
        """Nothing runs any more, whatever became of it."""
        self.at = self.progress = None

    @contextmanager
    def to_the_end(self) -> Generator[None]:
        """Write down how the run in the block ends, and when."""
        try:
            yield
            self.outcome = "applied" if self.durations else "nothing"
        except errors.CcmError as error:
            self.outcome = "aborted" if isinstance(error, errors.Stopped) else "failed"
            self.failed = int(isinstance(error, errors.MigrationFailed))
            raise
        except get_cancelled_exc_class():
            self.outcome = "aborted"
            raise
        finally:
            self.rests()
            self.holder, self.ended = None, time.time()
