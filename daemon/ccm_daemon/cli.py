"""Words → calls, and errors → exit statuses.

`deploy` runs in every pod that starts, so nothing is imported before the command that needs it is known.
"""

import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ccm_engine import errors
from ccm_engine.language import translated as _

if TYPE_CHECKING:
    import argparse
    from types import FrameType

    from ccm_deploy.environment import Environment

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
)
DEPLOY = ["deploy"]
SIGNALLED = 128  # and the number of the signal, as a shell reports it
INTERRUPTED = SIGNALLED + 2


def main() -> NoReturn:
    """The program."""
    _log_to_stderr()
    status = _status_after(sys.argv[1:])
    sys.stderr.flush()
    os._exit(status)  # taking the interpreter down in good order would be a tenth of the whole run


def _status_after(words: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, _stop)
    try:
        _command(words)()
        sys.stdout.flush()
    except errors.CcmError as error:
        sys.stderr.write(_("error: {error}").format(error=error.told(_)) + "\n")
        return status_of(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever reads it has read enough
        return SIGNALLED + signal.SIGPIPE
    return 0


def _stop(number: int, _frame: "FrameType | None") -> NoReturn:
    """For as long as nothing asynchronous runs; as PID 1, a process without a handler is deaf."""
    raise errors.Stopped(name=signal.Signals(number).name, number=number)


def status_of(error: errors.CcmError) -> int:
    """The exit status of the error's family."""
    if isinstance(error, errors.Stopped):
        return SIGNALLED + error.number
    return next(status for family, status in STATUSES if isinstance(error, family))


def _command(words: Sequence[str]) -> Callable[[], None]:
    if words == DEPLOY:  # the parser would take longer to build than the answer is worth
        return partial(_deploy, None)
    arguments = _parser().parse_args(words)
    return partial(arguments.command, arguments)


_RENAME = "users=accounts, users.email=mail, type:mood=feeling, value:mood.sad=unhappy; may be given more than once"


def _parser() -> "argparse.ArgumentParser":
    import argparse

    parser = argparse.ArgumentParser(
        prog="ccm-daemon", description=_("Proved PostgreSQL migrations from SQLAlchemy models")
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    watch = commands.add_parser("watch", help=_("live: each save of a schema file becomes a proved draft migration"))
    watch.add_argument("--apply", action="store_true", help=_("the development database follows the draft"))
    watch.add_argument("--json", action="store_true", help=_("one event a line on standard output, for programs"))
    _add_decisions(watch)
    watch.set_defaults(command=_watch)

    seal = commands.add_parser("seal", help=_("the draft is done: the next change opens a new file"))
    seal.set_defaults(command=_seal)

    generate = commands.add_parser("generate", help=_("one migration from what changed in the schema files"))
    generate.add_argument("--name", help=_("what to call it, after its number"))
    way = generate.add_mutually_exclusive_group()
    way.add_argument("--custom", action="store_true", help=_("an empty one, to be written by hand"))
    way.add_argument("--rename", action="append", default=[], metavar="OLD=NEW", help=_(_RENAME))
    generate.add_argument("--dry-run", action="store_true", help=_("print the SQL and write nothing"))
    _add_decisions(generate)
    generate.set_defaults(command=_generate)

    diff = commands.add_parser(
        "diff",
        help=_("the SQL that leads from one schema to another"),
        description=_(
            "A and B: a postgresql:// URL, a .sql file or folder, a schemas folder, file, glob or module, "
            "a snapshot, a migrations folder, or `empty`."
        ),
    )
    diff.add_argument("--from", required=True, metavar="A", help=_("where to start"))
    diff.add_argument("--to", required=True, metavar="B", help=_("where to arrive"))
    diff.add_argument(
        "--include", metavar="KINDS", help=_("compare these as well: owner, role (default: as configured)")
    )
    diff.add_argument(
        "--no-owner", action="store_true", help=_("leave owners out, which are compared between databases")
    )
    form = diff.add_mutually_exclusive_group()
    form.add_argument("--sql", action="store_true", help=_("print SQL (the default)"))
    form.add_argument(
        "--json", action="store_true", help=_("print changes, statements, hazards and what is not modelled as JSON")
    )
    diff.add_argument("--rename", action="append", default=[], metavar="OLD=NEW", help=_(_RENAME))
    diff.add_argument("--exit-code", action="store_true", help=_("exit 8 if there is a difference"))
    diff.set_defaults(command=_diff)

    deploy = commands.add_parser("deploy", help=_("apply pending migrations to production, as an init container"))
    deploy.set_defaults(command=_deploy)

    migrate = commands.add_parser("migrate", help=_("apply pending migrations"))
    way = migrate.add_mutually_exclusive_group()
    way.add_argument("--dry-run", action="store_true", help=_("print the statements instead of running them"))
    way.add_argument(
        "--reset", action="store_true", help=_("drop everything in the database first; asks before it does")
    )
    migrate.add_argument("--yes", action="store_true", help=_("with --reset: do not ask"))
    migrate.add_argument("--json", action="store_true", help=_("with --dry-run: steps and statements for programs"))
    migrate.set_defaults(command=_migrate)

    baseline = commands.add_parser("baseline", help=_("mark migrations as applied without running them"))
    baseline.add_argument("tag", nargs="?", metavar="TAG", help=_("the last one to mark (default: all)"))
    baseline.set_defaults(command=_baseline)

    repair = commands.add_parser("repair", help=_("accept the file of an applied migration as it is now"))
    repair.add_argument("tag", metavar="TAG", help=_("the name of the file, without .sql"))
    repair.set_defaults(command=_repair)

    status = commands.add_parser("status", help=_("what is applied, pending, failed, and who holds the lock"))
    status.add_argument("--json", action="store_true", help=_("for programs"))
    status.set_defaults(command=_status)
    return parser


def _add_decisions(command: "argparse.ArgumentParser") -> None:
    command.add_argument(
        "--drop", action="append", default=[], metavar="NAME",
        help=_("users.bio or users: it is gone on purpose, and its data are deleted; `*` is whatever is gone"),
    )  # fmt: skip
    command.add_argument(
        "--fill", action="append", default=[], metavar="COLUMN=SQL",
        help=_("users.age=0: what rows that are there get in a new column that is NOT NULL"),
    )  # fmt: skip


def _watch(arguments: "argparse.Namespace") -> None:
    from ccm_daemon import develop

    develop.run_watch(arguments)


def _generate(arguments: "argparse.Namespace") -> None:
    from ccm_daemon import develop

    develop.run_generate(arguments)


def _seal(arguments: "argparse.Namespace") -> None:
    from ccm_daemon import develop

    develop.run_seal(arguments)


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


def _status(arguments: "argparse.Namespace") -> None:
    from ccm_daemon import operate

    operate.run_status(arguments)


def _environment() -> "Environment":
    """The settings of `deploy`, without the library that the other commands read theirs with: see `make bench`."""
    from ccm_deploy import environment

    return environment.read({**_project(), **_dotenv(), **os.environ})


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


class _Lines(logging.Formatter):
    """In the language of the reader; a message is the key of its translation until it is put together."""

    def format(self, record: logging.LogRecord) -> str:
        prefix = f"{_(record.levelname.lower())}: " if record.levelno >= logging.WARNING else ""
        message = _(str(record.msg))
        return prefix + (message % record.args if record.args else message)


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    for package in ("ccm_engine", "ccm_deploy", "ccm_daemon"):
        logger = logging.getLogger(package)
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
