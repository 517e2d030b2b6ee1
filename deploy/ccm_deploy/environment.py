"""Environment variables → the settings of one run.

Read by hand: `deploy` starts in every pod, and a settings library would take longer to import than the whole
run does.
"""

import os
from collections.abc import Mapping
from dataclasses import field, replace
from math import isfinite
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from ccm_engine import errors
from ccm_engine.language import translated as _
from ccm_engine.url import Given, masked
from ccm_engine.value import value

YES = frozenset({"true", "1", "yes", "on", "oui"})
NO = frozenset({"false", "0", "no", "off", "non", ""})
MAX_PORT = 65535


@value
class PushTo:
    """A Pushgateway, and the job under which it keeps what is pushed."""

    url: str
    """Without what logs in."""
    user: str
    password: str = field(repr=False)
    job: str


@value
class Environment:
    """The runner's settings. Times are in seconds."""

    local_url: Given | None
    """DATABASE_URL_LOCAL, else DATABASE_URL."""
    production_url: Given | None
    """CCM_DIRECT_URL, which leads past a pooler, else DATABASE_URL_PROD, else DATABASE_URL."""
    use_production: bool
    """USE_PROD_DB: `migrate` and `status` go to production."""
    confirmation: str | None
    """CONFIRM_PROD as it was given; the gate judges it."""
    out: Path
    """CCM_OUT: the migrations folder."""
    lock_timeout: float
    """CCM_LOCK_TIMEOUT: how long to wait for another run to finish."""
    connect_timeout: float | None
    """CCM_CONNECT_TIMEOUT: how long to wait for the database; None leaves it to the command."""
    statement_lock_timeout: float
    """CCM_STATEMENT_LOCK_TIMEOUT: how long a statement may wait for a lock, with other sessions queueing behind it."""
    statement_lock_deadline: float
    """CCM_STATEMENT_LOCK_DEADLINE: for how long a statement that a lock was refused to is tried again."""
    tolerate_existing: bool | None
    """CCM_TOLERATE_EXISTING: a statement that would make what exists already is passed over; None: in development."""
    late_refused: bool
    """CCM_OUT_OF_ORDER: whether a migration that came late, before one that is applied, is refused or applied."""
    newer_refused: bool | None
    """CCM_NEWER_DATABASE: whether a database that is ahead of the folder is refused; None: if it has contracted."""
    contracts_wait: bool
    """CCM_PHASE is expand: migrations that take away what an older application still uses are left for later."""
    drizzle_ledger: bool
    """CCM_DRIZZLE_LEDGER: Drizzle's own tracking table is kept up to date as well."""
    metrics_port: int
    """CCM_METRICS_PORT; 0 is off."""
    metrics_file: Path | None
    """CCM_METRICS_FILE: where a run leaves its metrics for node-exporter's textfile collector."""
    pushgateway: PushTo | None
    """CCM_PUSHGATEWAY_URL and CCM_PUSHGATEWAY_JOB: where a run pushes its metrics at the end."""
    exporter_interval: float
    """CCM_EXPORTER_INTERVAL: how often the exporter looks at the database, at most once a second."""
    drift_interval: float
    """CCM_DRIFT_INTERVAL: how often the exporter compares the schema with the newest snapshot; 0 is never."""
    wait_timeout: float
    """CCM_WAIT_TIMEOUT: how long `wait` waits for another to migrate."""
    termination_log: Path
    """CCM_TERMINATION_LOG: where `deploy` and `wait` leave a summary for Kubernetes, if there is such a file."""
    pod: str
    """POD_NAME, else HOSTNAME, else the machine's name: who is running."""
    host: str
    """NODE_NAME, else the machine's name: where."""

    @property
    def application(self) -> str:
        """How the session shows in `pg_stat_activity`."""
        return f"ccm-daemon {self.pod}"

    def tolerates_existing(self, *, production: bool) -> bool:
        """Whether a statement that would make what exists already counts as done."""
        return not production if self.tolerate_existing is None else self.tolerate_existing

    def patience(self, default: float) -> float:
        """How many seconds to wait for the database."""
        return default if self.connect_timeout is None else self.connect_timeout

    def patient(self, default: float) -> "Environment":
        """The same, with so many seconds to wait for the database where nothing else is set."""
        return replace(self, connect_timeout=self.patience(default))


def read(environ: Mapping[str, str]) -> Environment:
    """The settings, from `os.environ` or what stands for it; raises `SettingInvalid`.

    The URLs are taken as they are: `gate` reads the one that is needed, so that another cannot be in the way.
    """
    machine = os.uname().nodename
    return Environment(
        local_url=_first(environ, "DATABASE_URL_LOCAL", "DATABASE_URL"),
        production_url=_first(environ, "CCM_DIRECT_URL", "DATABASE_URL_PROD", "DATABASE_URL"),
        use_production=_flag(environ, "USE_PROD_DB"),
        confirmation=environ.get("CONFIRM_PROD"),
        out=Path(environ.get("CCM_OUT") or "migrations"),
        lock_timeout=_seconds(environ, "CCM_LOCK_TIMEOUT", 300),
        connect_timeout=_seconds(environ, "CCM_CONNECT_TIMEOUT", None),
        statement_lock_timeout=_seconds(environ, "CCM_STATEMENT_LOCK_TIMEOUT", 3),
        statement_lock_deadline=_seconds(environ, "CCM_STATEMENT_LOCK_DEADLINE", 300),
        tolerate_existing=_flag(environ, "CCM_TOLERATE_EXISTING") if environ.get("CCM_TOLERATE_EXISTING") else None,
        late_refused=_is(environ, "CCM_OUT_OF_ORDER", "refuse", otherwise="apply"),
        newer_refused=_is(environ, "CCM_NEWER_DATABASE", "refuse", "allow")
        if environ.get("CCM_NEWER_DATABASE")
        else None,
        contracts_wait=_is(environ, "CCM_PHASE", "expand", otherwise="all"),
        drizzle_ledger=_flag(environ, "CCM_DRIZZLE_LEDGER"),
        metrics_port=_port(environ, "CCM_METRICS_PORT", 9464),
        metrics_file=Path(environ["CCM_METRICS_FILE"]) if environ.get("CCM_METRICS_FILE") else None,
        pushgateway=_push_to(environ),
        exporter_interval=max(1, _seconds(environ, "CCM_EXPORTER_INTERVAL", 10)),
        drift_interval=_seconds(environ, "CCM_DRIFT_INTERVAL", 300),
        wait_timeout=_seconds(environ, "CCM_WAIT_TIMEOUT", 600),
        termination_log=Path(environ.get("CCM_TERMINATION_LOG") or "/dev/termination-log"),
        pod=environ.get("POD_NAME") or environ.get("HOSTNAME") or machine,
        host=environ.get("NODE_NAME") or machine,
    )


def _push_to(environ: Mapping[str, str]) -> PushTo | None:
    url, job = environ.get("CCM_PUSHGATEWAY_URL"), environ.get("CCM_PUSHGATEWAY_JOB")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # of the port, or of what stands in brackets
        parts, usable = urlsplit(""), False
    if not usable:
        allowed = _("a URL such as http://pushgateway:9091")
        raise errors.SettingInvalid(variable="CCM_PUSHGATEWAY_URL", value=masked(url), allowed=allowed)
    return PushTo(
        url=parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl(),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        job=job or "ccm-daemon",
    )


def _first(environ: Mapping[str, str], *variables: str) -> Given | None:
    return next((Given(variable=name, value=environ[name]) for name in variables if environ.get(name)), None)


def _flag(environ: Mapping[str, str], variable: str) -> bool:
    value = environ.get(variable, "")
    word = value.strip().lower()
    if word not in YES | NO:
        raise errors.SettingInvalid(variable=variable, value=value, allowed=_("true or false"))
    return word in YES


def _is(environ: Mapping[str, str], variable: str, wanted: str, otherwise: str) -> bool:
    value = environ.get(variable) or otherwise
    word = value.strip().lower()
    if word not in {otherwise, wanted}:
        raise errors.SettingInvalid(
            variable=variable, value=value, allowed=_("{one} or {other}").format(one=otherwise, other=wanted)
        )
    return word == wanted


_Default = TypeVar("_Default", float, None)


def _seconds(environ: Mapping[str, str], variable: str, default: _Default) -> float | _Default:
    value = environ.get(variable)
    if not value:
        return default
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1
    if seconds < 0 or not isfinite(seconds):
        raise errors.SettingInvalid(variable=variable, value=value, allowed=_("a number of seconds, such as 30 or 0.5"))
    return seconds


def _port(environ: Mapping[str, str], variable: str, default: int) -> int:
    value = environ.get(variable) or str(default)
    if not value.isdecimal() or int(value) > MAX_PORT:
        raise errors.SettingInvalid(
            variable=variable, value=value, allowed=_("a port up to {port}, or 0 for none").format(port=MAX_PORT)
        )
    return int(value)
