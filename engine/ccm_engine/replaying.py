"""A migration file, run statement by statement in a database that is thrown away."""

import asyncpg

from ccm_engine import blame, errors, roles, sql
from ccm_engine.folder import Migration
from ccm_engine.throwaway import Connection


async def run(connection: Connection, migration: Migration, made: set[str]) -> None:
    """`made` takes the roles that were made for it. Raises `errors.ReplayFailed`, which says where."""
    statements = sql.statements(migration.sql)
    without = await roles.prepare(connection, (item.sql for item in statements), made)
    for statement in statements:
        if statement.sql in without:
            continue
        try:
            await connection.execute(statement.sql)
        except asyncpg.PostgresError as error:
            raise failed(migration, error, line=statement.line, column=statement.column) from error


def failed(
    migration: Migration, error: asyncpg.PostgresError, *, line: int = 1, column: int = 1
) -> errors.ReplayFailed:
    """What Postgres says, said of the file."""
    return errors.ReplayFailed(
        path=str(migration.path),
        line=line,
        column=column,
        message=blame.message(error),
        sqlstate=error.sqlstate or "",
        detail=blame.detail(error),
    )
