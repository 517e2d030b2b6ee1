"""`exporter`: as long as it runs, Prometheus, Kubernetes and people are told where production stands.

One task looks at the database, as often as it is set to; threads answer from what it has seen last. However many ask,
the database does not notice, and while it is away they are answered all the same.
"""

import logging
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TypeAlias
from wsgiref.types import StartResponse, WSGIEnvironment

import anyio
import asyncpg

from ccm_deploy import connect, gate, history, metrics, serve
from ccm_deploy.connect import Connection
from ccm_deploy.environment import Environment
from ccm_deploy.exporter import page, samples
from ccm_deploy.exporter.look import look
from ccm_deploy.exporter.view import View
from ccm_deploy.gate import Target
from ccm_deploy.pending import Files, History
from ccm_deploy.stop import stoppable
from ccm_engine import errors
from ccm_engine.language import translated as _

log = logging.getLogger(__name__)

Drift: TypeAlias = Callable[[Connection, Files, History], Awaitable[tuple[str, ...] | None]]
"""Which objects are not as the newest migration left them; None where there is no telling."""

PATIENCE = 5  # seconds to wait for the database
LOOK_WITHIN = 5  # seconds
COMPARE_WITHIN = 60  # seconds
SLACK = 10  # seconds that the one who looks may be late, beside all that it may wait for


async def export(environment: Environment, drift: Drift) -> None:
    """Look and answer until a signal comes. Raises a subclass of `ConfigurationError`, and `Stopped`."""
    sys.setswitchinterval(0.0005)  # seconds: whoever answers is not to wait for whoever reads what the database said
    target, migrations = gate.production(environment), history.files(environment.out)
    history.announce(target)
    view = View(target=str(target.url))
    _answer(view, environment)
    await stoppable(partial(_look_on, target, environment, migrations, view, drift))


def _answer(view: View, environment: Environment) -> None:
    port, busy = environment.metrics_port, environment.patience(PATIENCE) + LOOK_WITHIN + COMPARE_WITHIN
    if not port:
        raise errors.SettingInvalid(variable="CCM_METRICS_PORT", value="0", allowed=_("a port to answer on"))
    routes: dict[str, serve.Application] = {
        "/": partial(_page, view),
        "/metrics": serve.metrics(metrics.registry(partial(samples.samples, view))),
        "/healthz": partial(_health, view, environment.exporter_interval + busy + SLACK),
        "/readyz": partial(_readiness, view),
    }
    try:
        serve.start(routes, port)
    except OSError as error:
        raise errors.PortTaken(port=port, reason=error.strerror or str(error)) from error
    extra = {"event": "exporting", "port": port}
    log.info("on port %d: / is for people, /metrics for Prometheus, /healthz and /readyz for probes", port, extra=extra)


async def _look_on(target: Target, environment: Environment, migrations: Files, view: View, drift: Drift) -> None:
    name, patience = f"{environment.application} exports", environment.patience(PATIENCE)
    while True:
        view.pulse = time.monotonic()
        try:
            async with connect.glance(target.url, application=name, patience=patience) as connection:
                await _keep_looking(connection, environment, migrations, view, drift)
        except TimeoutError:
            _missed(view, _("no answer within {seconds} s").format(seconds=LOOK_WITHIN))
        except errors.CcmError as error:
            _missed(view, error.told(_))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _missed(view, str(error))
        await anyio.sleep(environment.exporter_interval)


async def _keep_looking(
    connection: Connection, environment: Environment, migrations: Files, view: View, drift: Drift
) -> None:
    """In one session, until it is lost or something is refused."""
    compare_at = time.monotonic()
    while True:
        view.pulse = time.monotonic()
        with anyio.fail_after(LOOK_WITHIN):
            seen = await look(connection, migrations, environment)
        if view.look is None:
            log.info("the database answers", extra={"event": "database_seen"})
        view.saw(seen)
        if environment.drift_interval and view.pulse >= compare_at:
            view.drift = await _compared(connection, migrations, seen.history, drift)
            compare_at = time.monotonic() + environment.drift_interval
        await anyio.sleep(environment.exporter_interval)


async def _compared(connection: Connection, migrations: Files, found: History, drift: Drift) -> tuple[str, ...] | None:
    """What has drifted. That it cannot be known is no reason not to look."""
    try:
        with anyio.fail_after(COMPARE_WITHIN):
            return await drift(connection, migrations, found)
    except TimeoutError:
        reason = _("no answer within {seconds} s").format(seconds=COMPARE_WITHIN)
    except asyncpg.PostgresError as error:
        if connect.fatal(error):
            raise
        reason = str(error)
    log.warning("whether the schema has drifted is not known: %s", reason, extra={"event": "drift_not_known"})
    return None


def _missed(view: View, failure: str) -> None:
    if failure != view.failure:
        log.warning("the database cannot be looked at: %s", failure, extra={"event": "database_not_seen"})
    view.missed(failure)


def _page(view: View, request: WSGIEnvironment, respond: StartResponse) -> Iterable[bytes]:
    return serve.text("200 OK", page.render(view), "text/html; charset=utf-8")(request, respond)


def _health(view: View, late: float, request: WSGIEnvironment, respond: StartResponse) -> Iterable[bytes]:
    """The exporter's own: that the database is away is no reason to start it anew."""
    silent = time.monotonic() - view.pulse
    if silent > late:
        return serve.text("503 Service Unavailable", f"no look for {silent:.0f} s\n")(request, respond)
    return serve.text("200 OK", "looking\n")(request, respond)


def _readiness(view: View, request: WSGIEnvironment, respond: StartResponse) -> Iterable[bytes]:
    if view.look is None:
        return serve.text("503 Service Unavailable", f"{view.failure or 'no look yet'}\n")(request, respond)
    return serve.text("200 OK", "the database answers\n")(request, respond)
