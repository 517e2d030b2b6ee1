"""How far a run has come: which statement it is at, since when, and what others do to it meanwhile."""

import logging
import time
from dataclasses import dataclass, field

from anyio import Event

from ccm_deploy.figures import Figures
from ccm_deploy.lock import Holder
from ccm_deploy.prepare import Unit

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True, eq=False)
class Course:
    """Written by the one who applies, read by the one who looks on; moments are `time.perf_counter`'s."""

    figures: Figures
    unit: Unit | None = None
    number: int = 0
    """Of the statement, in its migration; 0 for the record of what has been done."""
    since: float = 0
    """When the statement began."""
    begun: float = 0
    """When the migration began."""
    blockers: tuple[Holder, ...] = ()
    """Who holds up the statement, or held up the last one that gave up."""
    looked_at: Event = field(default_factory=Event)
    """Set once there is somebody who looks."""

    def reach(self, unit: Unit, number: int) -> None:
        """A statement begins."""
        now = time.perf_counter()
        if self.unit is None or self.unit.tag != unit.tag:
            self.begun = now
        self.unit, self.number, self.since = unit, number, now
        self.figures.begins(unit.tag, number)

    def commit(self, unit: Unit) -> None:
        """A unit is done."""
        self.figures.ends()
        if unit.closes:
            tag, seconds = unit.tag, time.perf_counter() - self.begun
            self.figures.durations[tag] = seconds
            extra = {"event": "migration_applied", "migration": tag, "seconds": seconds}
            log.info("applied %s in %.3f s", tag, seconds, extra=extra)
        self.rest()

    def rest(self) -> None:
        """Nothing runs, so that nothing is held up."""
        self.unit = None
        self.figures.rests()
