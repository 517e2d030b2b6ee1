"""A database → its tables as SQLAlchemy reads them."""

import warnings
from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

import asyncpg
from sqlalchemy import Connection, MetaData
from sqlalchemy.exc import SAWarning
from sqlalchemy.ext.asyncio import create_async_engine

from ccm_engine.codegen.wire import Request

if TYPE_CHECKING:
    Session = asyncpg.Connection[asyncpg.Record]

T = TypeVar("T")


async def connected(request: Request, work: Callable[[Connection], T]) -> T:
    """What `work` makes of a connection to the database, which SQLAlchemy needs no URL of its own for."""

    async def connect() -> "Session":
        return await asyncpg.connect(
            request.url, database=request.database, server_settings={"search_path": "public", "jit": "off"}
        )

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def tables(connection: Connection, request: Request) -> MetaData:
    """The tables that are asked for. They refer to no others."""
    metadata = MetaData()
    asked = [(table.schema, table.name) for table in request.tables]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # of types that it does not know, which are put right
        for schema, group in groupby(sorted(asked), key=itemgetter(0)):
            names = {name for _, name in group}
            # SQLAlchemy takes a name in a list for that of a table in `public`, too, which it has read already
            metadata.reflect(
                connection, _unless_public(schema), only=lambda name, _, n=names: name in n, resolve_fks=False
            )
    return metadata


def _unless_public(schema: str) -> str | None:
    return None if schema == "public" else schema
