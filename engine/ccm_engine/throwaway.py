"""Databases that are made to be dropped: how they are called, opened and administered."""

import os
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from secrets import token_hex
from typing import TypeAlias

import asyncpg
from anyio import CancelScope

from ccm_engine import sql

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_PROCESS = token_hex(4)
APPLICATION = "ccm-daemon shadow "
"""What every session to such a database is called, before the word for the process in the names of its databases."""

_SESSION = {
    "search_path": "public",
    "synchronous_commit": "off",
    "check_function_bodies": "off",
    "client_min_messages": "warning",
    "jit": "off",
}


async def connect(url: str, database: str) -> Connection:
    # the queries of `read` are longer than what asyncpg keeps prepared by default, and planning them takes the longest
    settings = {"application_name": APPLICATION + _PROCESS, **_SESSION}
    return await asyncpg.connect(url, database=database, server_settings=settings, max_cacheable_statement_size=0)


@asynccontextmanager
async def database(url: str, name: str, template: str) -> AsyncGenerator[Connection]:
    connection = await connect(url, await create(url, name, template))
    try:
        yield connection
    finally:
        await connection.close()
        await drop(url, name)


async def connected(url: str) -> tuple[str, Connection]:
    """The name of a new and empty one, and a connection; whoever stops meanwhile would leave one that nobody knows."""
    with CancelScope(shield=True):
        database = await create(url, name(), "template0")
        return database, await connect(url, database)
    raise AssertionError  # nobody cancels the scope itself


async def create(url: str, name: str, template: str) -> str:
    await administer(url, f"CREATE DATABASE {sql.quote(name)} TEMPLATE {sql.quote(template)}")
    return name


async def drop(url: str, name: str) -> None:
    await administer(url, f"DROP DATABASE IF EXISTS {sql.quote(name)} WITH (FORCE)")


def name() -> str:
    """Of a database that no other process on this or another machine can have called the same."""
    return f"ccm_shadow_{int(time.time())}_{os.getpid()}_{_PROCESS}_{token_hex(4)}"


async def administer(url: str, statement: str) -> None:
    async with administering(url) as connection:
        await connection.execute(statement)


@asynccontextmanager
async def administering(url: str) -> AsyncGenerator[Connection]:
    connection: Connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()
