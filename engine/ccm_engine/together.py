"""Two things at once → what both return; of an error, the first, as it is."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from anyio import create_task_group
from anyio.abc import TaskGroup

S = TypeVar("S")
T = TypeVar("T")


async def together(one: Callable[[], Awaitable[S]], other: Callable[[], Awaitable[T]]) -> tuple[S, T]:
    first: list[S] = []
    second: list[T] = []

    async def run_one() -> None:
        first.append(await one())

    async with task_group() as tasks:
        tasks.start_soon(run_one)
        second.append(await other())
    return first[0], second[0]


@asynccontextmanager
async def task_group() -> AsyncGenerator[TaskGroup]:
    """One whose first error is raised as it is, for somebody to read."""
    try:
        async with create_task_group() as tasks:
            yield tasks
    except ExceptionGroup as group:
        raise group.exceptions[0] from group.exceptions[0].__cause__
