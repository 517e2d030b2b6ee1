"""What a command logs on standard error, and how it ended: text for people, one JSON object a line for programs."""

import logging
import os
import sys
import threading
import time
from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING, TextIO, cast

from ccm_engine import errors
from ccm_engine.language import translated as _

if TYPE_CHECKING:
    import io

VARIABLE = "CCM_LOG_FORMAT"
TEXT, JSON = "text", "json"
OURS = ("ccm_engine", "ccm_deploy", "ccm_daemon")
_USUAL = frozenset(vars(logging.makeLogRecord({})))
"""What every record has; anything else was given to it as an extra."""


def check(environ: Mapping[str, str]) -> None:
    """Raises `SettingInvalid`."""
    value = environ.get(VARIABLE) or TEXT
    if value.strip().lower() not in {TEXT, JSON}:
        allowed = _("{one} or {other}").format(one=TEXT, other=JSON)
        raise errors.SettingInvalid(variable=VARIABLE, value=value, allowed=allowed)


def is_for_programs(environ: Mapping[str, str]) -> bool:
    """As the environment says; where it does not, or makes no sense, as is usual: in Kubernetes, without a terminal."""
    word = environ.get(VARIABLE, "").strip().lower()
    if word in {TEXT, JSON}:
        return word == JSON
    return bool(environ.get("KUBERNETES_SERVICE_HOST")) and not sys.stderr.isatty()


def begin(environ: Mapping[str, str]) -> "Lines | Objects":
    """From here on, what is logged is shown."""
    handler = Objects() if is_for_programs(environ) else Lines()
    for package in OURS:
        logger = logging.getLogger(package)
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    return handler


class _Text(logging.Formatter):
    """In the language of the reader."""

    def format(self, record: logging.LogRecord) -> str:
        prefix = f"{_(record.levelname.lower())}: " if record.levelno >= logging.WARNING else ""
        return prefix + _message(record)


class Lines(logging.StreamHandler[TextIO]):
    """For people."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)
        self.setFormatter(_Text())

    def ended(self, error: BaseException | None, _status: int) -> None:
        """The last line of a command that did not go well."""
        match error:
            case errors.CcmError():
                self.stream.write(_("error: {error}").format(error=error.told(_)) + "\n")
            case None | KeyboardInterrupt() | BrokenPipeError():
                pass
            case _:
                sys.__excepthook__(type(error), error, error.__traceback__)


class Objects(logging.StreamHandler[TextIO]):
    """For programs, that need not be able to read anything else: what other libraries have to say comes in it too.

    It writes JSON whatever formatter it is given, as by the screen of `migrate`, which is for people.
    """

    def __init__(self) -> None:
        cast("io.TextIOWrapper", sys.stderr).reconfigure(encoding="utf-8", errors="backslashreplace")
        super().__init__(sys.stderr)
        self._pod = os.environ.get("POD_NAME") or os.environ.get("HOSTNAME") or os.uname().nodename
        logging.captureWarnings(capture=True)
        logging.getLogger().addHandler(self)
        for package in OURS:
            logging.getLogger(package).propagate = False
        threading.excepthook = self._thread_ended

    def format(self, record: logging.LogRecord) -> str:
        import json

        said = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "event": "log",
            "message": _message(record).rstrip(),
            "pod": self._pod,
            **{name: _plain(value) for name, value in vars(record).items() if name not in _USUAL},
        }
        if record.exc_info:
            said["traceback"] = logging.Formatter().formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)

    def ended(self, error: BaseException | None, status: int) -> None:
        """The last line of a command that did not go well."""
        if error is None or isinstance(error, BrokenPipeError):
            return
        from ccm_deploy.termination import facts

        known = facts(error)
        message, crashed = known.pop("message"), known["event"] == "crashed"
        level, shown = (logging.CRITICAL, error) if crashed else (logging.ERROR, None)
        self.handle(_record(level, message, shown, **known, status=status))

    def _thread_ended(self, end: threading.ExceptHookArgs) -> None:
        if end.exc_value is not None and not isinstance(end.exc_value, SystemExit):
            self.handle(_record(logging.ERROR, f"a thread ended: {end.exc_value!r}", end.exc_value))


def _record(level: int, message: object, error: BaseException | None, /, **extra: object) -> logging.LogRecord:
    """As a logger makes one; the error is shown with its traceback."""
    trace = error and (type(error), error, error.__traceback__)
    made = {"levelno": level, "levelname": logging.getLevelName(level), "msg": message, "exc_info": trace}
    return logging.makeLogRecord(made | extra)


def _message(record: logging.LogRecord) -> str:
    """It is the key of its translation until it is put together."""
    text = _(str(record.msg)) if record.msg else ""
    return text % record.args if record.args else text


def _time(record: logging.LogRecord) -> str:
    """As RFC 3339 has it."""
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}.{int(record.msecs):03}Z"


def _plain(value: object) -> object:
    """JSON has no number for what is infinite."""
    return str(value) if isinstance(value, float) and not isfinite(value) else value
