"""How a run ended, as Kubernetes shows it of a container: one JSON object in the container's termination message.

Kubernetes makes the file and reads it once the container has ended; where there is none, nobody would read it.
"""

import logging
import os
import signal
import time
from bisect import bisect_right
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

from ccm_engine import errors
from ccm_engine.language import translated as _

log = logging.getLogger(__name__)

LIMIT = 4096  # bytes; Kubernetes cuts off what is more, in the middle of whatever it is
_FACTS = {"migration": "tag", "line": "line", "column": "column", "sqlstate": "sqlstate", "path": "path"}
_SUMMED_UP = ("error", "message", "migration", "statement", "line", "sqlstate")


class Summary(logging.Handler):
    """It hears what a run says of itself, for a run that fails has nothing to return; written once it has ended."""

    def __init__(self, path: Path, pod: str) -> None:
        super().__init__(logging.INFO)
        self._path, self._pod = path, pod
        self._started = time.monotonic()
        self._applied: list[str] = []
        self._waited = False
        logging.getLogger("ccm_deploy").addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "event", "")
        if event == "migration_applied":
            self._applied.append(getattr(record, "migration", ""))
        self._waited |= event == "waited"

    def ended(self, error: BaseException | None, status: int) -> None:
        """Write it; `error` is what ended the run, if it did not go well."""
        about = facts(error) if error else {}
        summary = {
            "event": self._event(about),
            "status": status,
            **{name: about[name] for name in _SUMMED_UP if name in about},
            "applied": self._applied,
            "seconds": round(time.monotonic() - self._started, 3),
            "pod": self._pod,
        }
        write(self._path, summary)

    def _event(self, about: Mapping[str, object]) -> str:
        if about:
            return "stopped" if about["event"] == "stopped" else "failed"
        if self._waited:
            return "waited"
        return "applied" if self._applied else "nothing"


def facts(error: BaseException) -> dict[str, object]:
    """What programs may rely on of whatever ended a command, by names that do not change."""
    match error:
        case errors.CcmError():
            fields = vars(error)
            known = {name: fields[field] for name, field in _FACTS.items() if field in fields}
            if "tag" in fields and "number" in fields:  # elsewhere it is the number of something else
                known["statement"] = fields["number"]
            event = "stopped" if isinstance(error, errors.Stopped) else "failed"
            return {"event": event, "error": type(error).__name__, "message": error.told(_), **known}
        case KeyboardInterrupt():
            return facts(errors.Stopped(name=signal.SIGINT.name, number=signal.SIGINT))
        case _:
            name = type(error).__name__
            return {"event": "crashed", "error": name, "message": f"{name}: {error}"}


def write(path: Path, summary: Mapping[str, object]) -> None:
    """Where there is such a file already. What does not work is a warning, for the run has ended as it has ended."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    except OSError as error:
        _warn(path, error)
        return
    from importlib.metadata import version

    try:
        os.write(file, fitted({**summary, "version": version("ccm-daemon")}))
    except OSError as error:
        _warn(path, error)
    finally:
        os.close(file)


def fitted(summary: Mapping[str, object]) -> bytes:
    """The summary as JSON that Kubernetes leaves whole: of many names and of a long message, only the beginning."""
    whole = _encoded(summary)
    if len(whole) <= LIMIT:
        return whole
    names, message = cast("list[str]", summary.get("applied", [])), str(summary.get("message", ""))
    short = _most(len(names), lambda count: {**summary, "message": "", "applied": _first(names, count)}, LIMIT // 2)
    return _encoded(_most(len(message), lambda length: {**short, "message": _beginning(message, length)}, LIMIT))


def _most(size: int, shortened: Callable[[int], dict[str, object]], room: int) -> dict[str, object]:
    """As much as there is room for, of what is `size` long."""
    fitting = bisect_right(range(size + 1), room, key=lambda length: len(_encoded(shortened(length))))
    return shortened(max(fitting - 1, 0))


def _first(names: list[str], count: int) -> list[str]:
    return names if count == len(names) else [*names[:count], f"… {len(names) - count} more"]


def _beginning(message: str, length: int) -> str:
    return message if length == len(message) else message[:length] + "…"


def _encoded(summary: Mapping[str, object]) -> bytes:
    """What says nothing is left out."""
    import json

    said = {name: value for name, value in summary.items() if value not in ("", [])}
    # half a surrogate pair, as of a file name that is no UTF-8, becomes the escape that JSON has for it
    return json.dumps(said, ensure_ascii=False, default=str).encode(errors="backslashreplace")


def _warn(path: Path, error: OSError) -> None:
    extra = {"event": "termination_not_written", "path": str(path)}
    log.warning("no summary in %s (%s), which CCM_TERMINATION_LOG names", path, error.strerror, extra=extra)
