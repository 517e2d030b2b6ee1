"""A throwaway database on a server: embedded Postgres, or one that you name.

Everything here happens inside a transaction that is rolled back, or in a database that is dropped afterwards. A
crash leaves databases called `ccm_shadow_…`, which the next start drops.
"""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

import asyncpg
from anyio import move_on_after

from ccm_engine import any_order, blame, errors, kept, leftover, made, replaying, role_trial, roles, sql, throwaway
from ccm_engine.catalog import EMPTY, Catalog
from ccm_engine.folder import Migration
from ccm_engine.plan import plan
from ccm_engine.read import read, read_modelled
from ccm_engine.share import share as share_of
from ccm_engine.throwaway import Connection

_CLOSE_WITHIN = 5  # seconds


@dataclass(slots=True, kw_only=True)
class Shadow:
    """Databases on one server in which schemas are tried out."""

    url: str
    """Of a database on the server that one may connect to; nothing in it is touched."""
    include: frozenset[str] = frozenset()
    """The opt-in kinds that are of interest."""
    _empty: Connection
    _to_drop: str | None
    """The name of the empty one, where it was made to be dropped."""
    _head: "_Head | None" = None
    _roles: set[str] = field(default_factory=set[str])
    """Those that we made for good."""
    _last: made.Made = made.NOTHING
    """What was materialised last: most saves change little that Postgres would see, or nothing."""

    @property
    def major(self) -> int:
        """The major version of the server."""
        return self._empty.get_server_version().major

    async def materialise(self, statements: Sequence[str]) -> Catalog:
        """What a database holds after these statements, whatever their order; nothing of it stays.

        Raises `errors.DdlRefused` for the first that Postgres refuses for good.
        """
        texts = tuple(statements)
        if self._last.statements != texts:
            self._last = await self._changed(texts) or made.of(texts, await self._made(texts))
        return self._last.catalog

    async def _changed(self, statements: tuple[str, ...]) -> made.Made | None:
        """By way of the share that has changed; None where that does not tell."""
        if not self._last.statements or not (share := share_of(self._last.statements, statements)):
            return None
        try:
            part = await self._made(share.statements)
        except errors.DdlRefused:  # it is told of all of them
            return None
        return made.replaced(self._last, statements, share, part)

    async def _made(self, statements: Sequence[str]) -> Catalog:
        transaction = self._empty.transaction()
        await transaction.start()
        try:
            theirs = await role_trial.make_way(self._empty, self.include, EMPTY, statements)
            without = await roles.prepare(self._empty, statements)
            numbered = [pair for pair in enumerate(statements) if pair[1] not in without]
            await any_order.run(self._empty, numbered)
            return role_trial.without(await read(self._empty, self.include), theirs)
        finally:
            await transaction.rollback()

    async def warm(self) -> None:
        """Have the server read what each session reads first, and plan what each plans: that takes it the longest."""
        async with self._empty.transaction():
            await read_modelled(self._empty, self.include)

    async def after(self, head: Catalog, migration: str, *, check_bodies: bool = True) -> Catalog:
        """What of all that is modelled a database that holds `head` holds after a migration file, run step by step as
        the runner does.

        It looks at the bodies of functions, as production does, unless one wants to know if they alone are wrong.

        Raises `asyncpg.PostgresError` where a statement fails.
        """
        steps = sql.steps(migration)
        check = f"check_function_bodies = {'on' if check_bodies else 'off'}"
        if not all(step.transactional for step in steps):
            return await self._after_on_a_copy(head, steps, check)
        if "ADD VALUE" in migration:  # Postgres is less strict with an enum that the same transaction has made
            await self.hold(head)
        try:
            return await self._after_in_a_transaction(head, steps, check)
        except asyncpg.UnsafeNewEnumValueUsageError:  # what comes of a commit between two steps shows on a copy only
            return await self._after_on_a_copy(head, steps, check)

    def holds(self, head: Catalog) -> bool:
        """Whether a database that holds `head` is there already."""
        return self._head is not None and self._head.catalog == head

    async def _after_in_a_transaction(self, head: Catalog, steps: tuple[sql.Step, ...], check: str) -> Catalog:
        connection = self._head.connection if self._head is not None and self.holds(head) else self._empty
        transaction = connection.transaction()
        await transaction.start()
        try:
            if connection is self._empty:
                await _build(connection, head)
            await connection.execute(f"SET LOCAL {check}")
            written = [item.sql for step in steps for item in step.statements]
            theirs = await role_trial.make_way(connection, self.include, head, written)
            for script, _ in await _scripts(connection, steps):
                await connection.execute(script)
            return role_trial.without(await read_modelled(connection, self.include), theirs)
        finally:
            await transaction.rollback()

    async def respelled(self, catalog: Catalog, *, check_bodies: bool = True) -> Catalog:
        """The same schema as this server spells it, where one of another version spelled it."""
        if catalog.major in {0, self.major}:
            return catalog
        return await self.after(catalog, "", check_bodies=check_bodies)

    async def hold(self, head: Catalog) -> None:
        """Have a database ready that holds `head`, so that the next `after` need not make it."""
        await self._holding(head)

    async def replay(self, migrations: Iterable[Migration], *, on: Catalog = EMPTY) -> Catalog:
        """What a database that holds `on` holds after these migration files. Raises `errors.ReplayFailed`."""
        async with self._scratch("template0") as connection:
            async with connection.transaction():
                await _build(connection, on, self._roles)
            for migration in migrations:
                await replaying.run(connection, migration, self._roles)
            async with connection.transaction():
                return await read(connection, self.include)

    @asynccontextmanager
    async def holding(self, catalog: Catalog) -> AsyncGenerator[str]:
        """The name of a database that holds this schema, for as long as the block lasts."""
        name = throwaway.name()
        async with throwaway.database(self.url, name, "template0") as connection:
            async with connection.transaction():
                await _build(connection, catalog, self._roles)
            yield name

    async def close(self) -> None:
        await self._let_go_of_the_head()
        await self._empty.close()
        if self._to_drop is not None:
            await throwaway.drop(self.url, self._to_drop)
        if self._roles:
            async with throwaway.administering(self.url) as connection:
                await roles.drop(connection, self._roles)

    async def _after_on_a_copy(self, head: Catalog, steps: tuple[sql.Step, ...], check: str) -> Catalog:
        held = await self._holding(head)
        await held.connection.close()  # a template must have no connection
        try:
            async with self._scratch(held.database) as connection:
                await connection.execute(f"SET {check}")
                await _run(connection, steps, self._roles)
                async with connection.transaction():
                    return await read_modelled(connection, self.include)
        finally:
            held.connection = await throwaway.connect(self.url, held.database)

    async def _holding(self, head: Catalog) -> "_Head":
        """A database that holds `head`, kept from one call to the next: between two saves it rarely changes."""
        if self._head is not None and self._head.catalog == head:
            return self._head
        await self._let_go_of_the_head()
        database, connection = await throwaway.connected(self.url)
        self._head = held = _Head(catalog=EMPTY, database=database, connection=connection)
        async with connection.transaction():
            await _build(connection, head, self._roles)
        held.catalog = head
        return held

    async def _let_go_of_the_head(self) -> None:
        if self._head is not None:
            await self._head.connection.close()
            await throwaway.drop(self.url, self._head.database)
            self._head = None

    def _scratch(self, template: str) -> AbstractAsyncContextManager[Connection]:
        return throwaway.database(self.url, throwaway.name(), template)


@dataclass(slots=True, kw_only=True)
class _Head:
    catalog: Catalog
    database: str
    connection: Connection


@asynccontextmanager
async def opened(url: str, include: frozenset[str] = frozenset(), *, ours: bool = False) -> AsyncGenerator[Shadow]:
    """A shadow on the server of that URL, whose role may create databases, and leave one there if it is `ours`.

    Raises `errors.ShadowUnreachable` where it does not answer.
    """
    try:
        empty, to_drop = await kept.claim(url) if ours else None, None
        if empty is None:
            to_drop, empty = await throwaway.connected(url)
        await leftover.sweep(empty)
    except (OSError, asyncpg.PostgresError) as error:
        raise errors.ShadowUnreachable(reason=str(error)) from error
    shadow = Shadow(url=url, include=include, _empty=empty, _to_drop=to_drop)
    try:
        yield shadow
    finally:
        with move_on_after(_CLOSE_WITHIN, shield=True):
            await shadow.close()


async def _build(connection: Connection, head: Catalog, ours: set[str] | None = None) -> None:
    """Make `head` in an empty database, within the current transaction."""
    try:
        for script, _ in await _scripts(connection, sql.steps(plan(EMPTY, role_trial.without(head)).render()), ours):
            await connection.execute(script)
    except asyncpg.PostgresError as error:
        message, sqlstate = blame.message(error), error.sqlstate or ""
        if blame.lacks(error):
            raise errors.ShadowLacksExtension(message=message, sqlstate=sqlstate) from error
        detail = blame.detail(error)
        raise errors.HeadNotRebuilt(message=message, sqlstate=sqlstate, detail=detail, major=head.major) from error


async def _run(connection: Connection, steps: tuple[sql.Step, ...], ours: set[str]) -> None:
    for script, transactional in await _scripts(connection, steps, ours):
        await connection.execute(f"begin;\n{script};\ncommit" if transactional else script)


async def _scripts(
    connection: Connection, steps: tuple[sql.Step, ...], ours: set[str] | None = None
) -> list[tuple[str, bool]]:
    """The text of each step, and whether it is a transaction; the roles that they name are there."""
    without = await roles.prepare(connection, (item.sql for step in steps for item in step.statements), ours)
    texts = ([item.sql for item in step.statements if item.sql not in without] for step in steps)
    return [(";\n".join(text), step.transactional) for step, text in zip(steps, texts, strict=True) if text]
