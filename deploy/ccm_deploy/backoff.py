"""How long to pause between attempts."""

import random
from collections.abc import Iterator


def pauses(first: float, longest: float) -> Iterator[float]:
    """Seconds, doubling up to `longest`, each with jitter so that pods that started together do not stay in step."""
    pause = first
    while True:
        yield pause * random.uniform(0.5, 1.5)  # noqa: S311 - jitter is no secret
        pause = min(2 * pause, longest)
