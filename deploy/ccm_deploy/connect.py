"""A database URL → a session, waiting for a server that is not up yet.

What waiting can mend is tried again: a name that does not resolve yet, a refused connection, a server that starts
up or has no slot free. What it cannot mend, such as a wrong password, is reported at once.
"""

import asyncio
import logging
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import anyio
import asyncpg
from asyncpg.connect_utils import SessionAttribute

from ccm_deploy import backoff, tls
from ccm_engine import errors
from ccm_engine.language import translated as _
from ccm_engine.url import Url

if TYPE_CHECKING:
    from ccm_deploy.figures import Figures

    _Connection: TypeAlias = asyncpg.Connection[asyncpg.Record]
else:
    _Connection = asyncpg.Connection  # which takes no parameters

log = logging.getLogger(__name__)

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

LONGEST_ATTEMPT = 10  # seconds, so that a packet dropped on the way does not eat the whole patience
# As `session` sets it on the server's side: seconds, seconds, times, milliseconds.
_SILENCE = {"TCP_KEEPIDLE": 5, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 20_000}
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5
FAILED = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, ValueError)


@asynccontextmanager
async def session(url: Url, *, application: str, patience: float, figures: "Figures") -> AsyncGenerator[Connection]:
    """A connection for as long as the block lasts, tried for again and again for `patience` seconds.

    `application` is how it shows in `pg_stat_activity`. Raises `DatabaseSilent`, `LoginRefused`, `DatabaseMissing`,
    `ConnectionRejected`, `UrlUnusable`, what `tls` raises, and `ConnectionLost` where the block loses it.
    """
    connection = await _patiently(url, application, patience, figures)
    figures.connected = True
    try:
        async with _hung_up(connection):
            yield connection
    except errors.ConnectionLost:
        figures.connected = False
        raise


@asynccontextmanager
async def glance(url: Url, *, application: str, patience: float) -> AsyncGenerator[Connection]:
    """A session that is tried for only once. Raises as `session` does."""
    connection = await _once(url, application, patience)
    async with _hung_up(connection):
        yield connection


async def _patiently(url: Url, application: str, patience: float, figures: "Figures") -> Connection:
    deadline = anyio.current_time() + patience
    pauses = backoff.pauses(FIRST_PAUSE, LONGEST_PAUSE)
    while True:
        left = max(deadline - anyio.current_time(), 0)
        try:
            return await _once(url, application, min(LONGEST_ATTEMPT, left + 1))
        except errors.DatabaseSilent as error:
            if left == 0:
                raise errors.DatabaseSilent(target=error.target, seconds=patience, reason=error.reason) from error
            extra = {"event": "database_awaited", "reason": error.reason, "seconds": left}
            log.warning("waiting for %s, %.1f s more: %s", url, left, error.reason, extra=extra)
        figures.lasts()
        await anyio.sleep(min(next(pauses), left))


class _Watched(_Connection):
    """A connection whose end is noticed within 20 s although nobody says goodbye, as when a node vanishes."""

    def __init__(self, protocol: Any, transport: asyncio.Transport, *rest: Any) -> None:
        super().__init__(protocol, transport, *rest)
        end = transport.get_extra_info("socket")
        if end.family != socket.AF_UNIX:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, number in _SILENCE.items():
                if hasattr(socket, name):  # not every system has each
                    end.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), number)


async def _once(url: Url, application: str, seconds: float) -> Connection:
    try:
        return await asyncpg.connect(
            url.dsn,
            timeout=seconds,
            server_settings={"application_name": application},
            connection_class=_Watched,
            statement_cache_size=0,  # a migration may DEALLOCATE ALL, and asyncpg would not know
            ssl=tls.context(url),
            target_session_attrs=_attributes(url),
        )
    except FAILED as error:
        raise _explained(error, url, seconds) from error


def _attributes(url: Url) -> SessionAttribute | None:
    """Of several hosts the one that is written to, unless the URL says otherwise."""
    several = len(url.hosts) > 1 and url.parameter("target_session_attrs") is None
    return SessionAttribute.primary if several else None


@asynccontextmanager
async def _hung_up(connection: Connection) -> AsyncGenerator[None]:
    try:
        yield
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        if not (fatal(error) or connection.is_closed()):
            raise
        raise errors.ConnectionLost(reason=str(error)) from error
    finally:
        connection.terminate()  # nothing is open any more, and a polite goodbye would wait for one round trip


def fatal(error: Exception) -> bool:
    """Whether Postgres ended the session with this error, rather than refused a statement."""
    return isinstance(error, asyncpg.PostgresConnectionError) or (
        isinstance(error, asyncpg.PostgresError) and error.severity_en in {"FATAL", "PANIC"}
    )


def _explained(error: Exception, url: Url, seconds: float) -> errors.CcmError:
    target, variable = str(url), url.variable
    match error:
        case OSError() if (refusal := tls.explained(error, url)) is not None:
            return refusal
        case TimeoutError():
            return errors.DatabaseSilent(target=target, seconds=seconds, reason=_("no answer"))
        case ConnectionRefusedError():
            return errors.DatabaseSilent(target=target, seconds=seconds, reason=_("connection refused"))
        case (
            OSError()
            | asyncpg.TargetServerAttributeNotMatched()
            | asyncpg.PostgresConnectionError()
            | asyncpg.OperatorInterventionError()  # starting up, shutting down, in recovery
            | asyncpg.InsufficientResourcesError()  # too many connections
        ):
            return errors.DatabaseSilent(target=target, seconds=seconds, reason=str(error))
        case asyncpg.InvalidAuthorizationSpecificationError():
            return errors.LoginRefused(target=target, reason=str(error), sqlstate=error.sqlstate, variable=variable)
        case asyncpg.InvalidCatalogNameError():
            return errors.DatabaseMissing(target=target, reason=str(error), variable=variable)
        case asyncpg.PostgresError():
            return errors.ConnectionRejected(
                target=target, reason=str(error), sqlstate=error.sqlstate, variable=variable
            )
        case _:  # asyncpg could not make sense of the URL, and may quote a password when it says why
            return errors.UrlUnusable(target=target, variable=variable)
