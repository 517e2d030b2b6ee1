"""For what happens by itself, and soon."""

import time
from collections.abc import Callable


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it has not happened"
        time.sleep(0.01)
