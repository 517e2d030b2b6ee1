"""Work that a signal can stop."""

import signal
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio
from anyio.abc import TaskStatus

from ccm_engine import errors

T = TypeVar("T")


async def stoppable(work: Callable[[], Awaitable[T]]) -> T:
    """What `work` returns; SIGTERM and SIGINT cancel it.

    Raises what `work` raises, and `Stopped` once it has cleaned up after a signal.
    """
    try:
        return await _together(work)
    except ExceptionGroup as group:
        # a person wants to read what went wrong, not in which group of tasks it did
        error = next((error for error in group.exceptions if isinstance(error, errors.Stopped)), group.exceptions[0])
        raise error from error.__cause__


async def _together(work: Callable[[], Awaitable[T]]) -> T:
    async with anyio.create_task_group() as tasks:
        await tasks.start(_stop_on_signal)
        result = await work()
        tasks.cancel_scope.cancel()
        return result
    raise AssertionError  # a group ends in its body's result or in an error


async def _stop_on_signal(*, task_status: TaskStatus[None]) -> None:
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        task_status.started()
        async for number in signals:
            raise errors.Stopped(name=number.name, number=number)
