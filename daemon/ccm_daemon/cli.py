"""Words → calls, and errors → exit statuses.

`deploy` runs in every pod that starts, so nothing is imported before the command that needs it is known.
"""

import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ccm_daemon import logs
from ccm_engine import errors

if TYPE_CHECKING:
    import argparse
    from types import FrameType

    from ccm_deploy.environment import Environment
    from ccm_deploy.termination import Summary

STATUSES: tuple[tuple[type[errors.CcmError], int], ...] = (
    (errors.Bug, 1),
    (errors.ConfigurationError, 2),
    (errors.NotConfirmed, 3),
    (errors.Unreachable, 4),
    (errors.LockNotObtained, 5),
    (errors.MigrationFailed, 6),
    (errors.HistoryRefused, 7),
    (errors.Differences, 8),
    (errors.AnswerNeeded, 9),
    (errors.NotMigrated, 10),
)
IN_PODS = ("deploy", "wait")
"""Commands without options that run in every pod: the parser would take longer to build than the answer is worth."""
SURE = {"CCM_TERMINATION_LOG", "POD_NAME", "HOSTNAME"}
"""Settings that cannot be wrong."""
SIGNALLED = 128  # and the number of the signal, as a shell reports it
INTERRUPTED = SIGNALLED + signal.SIGINT


def main() -> NoReturn:
    """The program."""
    words = sys.argv[1:]
    tell = [logs.begin(os.environ).ended]

    def ended(error: BaseException | None, status: int) -> None:
        for told in tell:
            told(error, status)

    sys.excepthook = lambda _type, error, _trace: ended(error, status_of(error))
    if words[:1] and words[0] in IN_PODS:
        tell.append(_summary().ended)
    status, error = _end(words)
    ended(error, status)
    sys.stderr.flush()
    os._exit(status)  # taking the interpreter down in good order would be a tenth of the whole run


def _end(words: Sequence[str]) -> tuple[int, BaseException | None]:
    """The exit status, and the error that ended the command."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        logs.check(os.environ)
        _command(words)()
        sys.stdout.flush()
    except (errors.CcmError, KeyboardInterrupt, BrokenPipeError) as error:
        return status_of(error), error
    return 0, None


def _stop(number: int, _frame: "FrameType | None") -> NoReturn:
    """For as long as nothing asynchronous runs; as PID 1, a process without a handler is deaf."""
    raise errors.Stopped(name=signal.Signals(number).name, number=number)


def status_of(error: BaseException) -> int:
    """The exit status of the error's family."""
    match error:
        case errors.Stopped():
            return SIGNALLED + error.number
        case errors.CcmError():
            return next(status for family, status in STATUSES if isinstance(error, family))
        case KeyboardInterrupt():
            return INTERRUPTED
        case BrokenPipeError():  # whoever reads it has read enough
            return SIGNALLED + signal.SIGPIPE
        case _:
            return 1


def _command(words: Sequence[str]) -> Callable[[], None]:
    if len(words) == 1 and words[0] in IN_PODS:
        return partial(_COMMANDS[words[0]], None)
    from ccm_daemon.words import read

    arguments = read(words)
    return partial(_COMMANDS[arguments.command], arguments)


def _watch(arguments: "argparse.Namespace") -> None:
    from ccm_daemon import develop

    develop.run_watch(arguments)


def _generate(arguments: "argparse.Namespace") -> None:
    from ccm_daemon import develop

    develop.run_generate(arguments)


def _seal(arguments: "argparse.Namespace") -> None:
    from ccm_daemon import develop

    develop.run_seal(arguments)


def _pull(arguments: "argparse.Namespace") -> None:
    from ccm_daemon.pulling import pull

    pull.run(arguments)


def _check(arguments: "argparse.Namespace") -> None:
    from ccm_daemon.checking import check

    check.run(arguments)


def _diff(arguments: "argparse.Namespace") -> None:
    import gc

    gc.disable()  # a large schema is a million small objects, and the process ends before any could be garbage
    from ccm_daemon import compare

    compare.run(arguments)


def _deploy(_arguments: "argparse.Namespace | None") -> None:
    import asyncio  # which the database driver loads anyway; anyio comes in when there is something to do

    from ccm_deploy.deploy import deploy

    applied = asyncio.run(deploy(_environment()))
    if applied and Path(".ccm/drafts.json").exists():  # not in a pod
        from ccm_daemon import draft

        draft.forget(Path(".ccm"), applied)


def _wait(_arguments: "argparse.Namespace | None") -> None:
    import asyncio

    from ccm_deploy.wait import wait

    asyncio.run(wait(_environment()))


def _exporter(_arguments: "argparse.Namespace") -> None:
    import anyio

    from ccm_daemon.drift import drift
    from ccm_deploy.exporter import export

    anyio.run(export, _environment(), drift)


def _migrate(arguments: "argparse.Namespace") -> None:
    from ccm_daemon import operate

    if arguments.json and not arguments.dry_run:
        raise errors.JsonWithoutDryRun
    if arguments.yes and not arguments.reset:
        raise errors.YesWithoutReset
    operate.run_migrate(arguments)


def _baseline(arguments: "argparse.Namespace") -> None:
    from ccm_daemon import operate

    operate.run_baseline(arguments)


def _repair(arguments: "argparse.Namespace") -> None:
    from ccm_daemon import operate

    operate.run_repair(arguments)


def _import(arguments: "argparse.Namespace") -> None:
    from ccm_daemon import importing

    importing.run_alembic(arguments)


def _rebase(arguments: "argparse.Namespace") -> None:
    from ccm_daemon.rebasing import rebase

    rebase.run_rebase(arguments)


def _status(arguments: "argparse.Namespace") -> None:
    from ccm_daemon import operate

    operate.run_status(arguments)


def _environment() -> "Environment":
    """The settings of `deploy`, without the library that the other commands read theirs with: see `make bench`."""
    from ccm_deploy import environment

    return environment.read({**_project(), **_dotenv(), **os.environ})


def _summary() -> "Summary":
    """It has to tell of settings that are wrong, and so relies on none that may be."""
    from ccm_deploy import environment
    from ccm_deploy.termination import Summary

    given = {**_dotenv(), **os.environ}
    sure = environment.read({name: given[name] for name in SURE & given.keys()})
    return Summary(sure.termination_log, sure.pod)


def _dotenv() -> Mapping[str, str]:
    if not Path(".env").is_file():
        return {}
    from dotenv import dotenv_values

    return {name: value for name, value in dotenv_values(".env").items() if value is not None}


def _project() -> Mapping[str, str]:
    """What the runner takes from `[tool.ccm]`: the migrations folder."""
    if "CCM_OUT" in os.environ or not Path("pyproject.toml").is_file():
        return {}
    import tomllib

    project = tomllib.loads(Path("pyproject.toml").read_text())
    out = project.get("tool", {}).get("ccm", {}).get("out")
    return {} if out is None else {"CCM_OUT": str(out)}


_COMMANDS: Mapping[str, Callable[[Any], None]] = {
    "watch": _watch,
    "seal": _seal,
    "generate": _generate,
    "pull": _pull,
    "check": _check,
    "diff": _diff,
    "deploy": _deploy,
    "wait": _wait,
    "exporter": _exporter,
    "migrate": _migrate,
    "baseline": _baseline,
    "repair": _repair,
    "rebase": _rebase,
    "import": _import,
    "status": _status,
}
