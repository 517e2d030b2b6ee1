"""What the exporter shows: what it has seen last, or why it sees nothing.

Written by the one who looks, read by the threads that answer; each reads what it needs once.
"""

import time
from dataclasses import dataclass, field

from ccm_deploy.exporter.look import Look


@dataclass(slots=True, kw_only=True, eq=False)
class View:
    """Moments are in seconds since 1970, the pulse is `time.monotonic`'s."""

    target: str
    look: Look | None = None
    """None while the database does not answer."""
    looked: float | None = None
    """When it answered last."""
    failure: str = ""
    """What it was that went wrong since, in a person's words."""
    looks: dict[str, int] = field(default_factory=lambda: {"seen": 0, "failed": 0})
    drift: tuple[str, ...] | None = None
    """Objects that are not as the newest migration left them; None while that is not known."""
    held_since: float | None = None
    """Since when the session has been connected that holds the lock, or has been seen to hold it."""
    pulse: float = field(default_factory=time.monotonic)
    """When the one who looks last turned to it."""

    def saw(self, look: Look) -> None:
        """The database answers."""
        now = time.time()
        if look.holder is None:
            self.held_since = None
        elif look.holder.since is not None:
            self.held_since = look.holder.since.timestamp()
        elif self.look is None or self.look.holder is None or self.look.holder.pid != look.holder.pid:
            self.held_since = now
        self.looks["seen"] += 1
        self.look, self.looked, self.failure = look, now, ""

    def missed(self, failure: str) -> None:
        """It does not."""
        self.looks["failed"] += 1
        self.look, self.held_since, self.drift, self.failure = None, None, None, failure
