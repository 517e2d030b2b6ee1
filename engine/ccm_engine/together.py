"""Two things at once → what both return; of an error, the first, as it is."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from anyio import create_task_group

S = TypeVar("S")
T = TypeVar("T")


async def together(one: Callable[[], Awaitable[S]], other: Callable[[], Awaitable[T]]) -> tuple[S, T]:
    first: list[S] = []
    second: list[T] = []

    async def run_one() -> None:
        first.append(await one())

    try:
        async with create_task_group() as tasks:
            tasks.start_soon(run_one)
            second.append(await other())
    except ExceptionGroup as group:
        raise group.exceptions[0] from group.exceptions[0].__cause__
    return first[0], second[0]
