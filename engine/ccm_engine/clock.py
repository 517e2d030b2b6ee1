"""How long each stage of a piece of work has taken."""

import time
from dataclasses import dataclass, field
from typing import TypeAlias

Stage: TypeAlias = tuple[str, float]
"""Its name, and how many seconds it took."""


@dataclass(slots=True)
class Clock:
    """Running from when it is made; each stage begins where the one before has ended."""

    stages: list[Stage] = field(default_factory=list[Stage])
    _since: float = field(default_factory=time.perf_counter)

    def end(self, stage: str) -> None:
        now = time.perf_counter()
        self.stages.append((stage, now - self._since))
        self._since = now
