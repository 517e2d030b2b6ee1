"""The command line: which words there are, and what each is for."""

import argparse
from collections.abc import Sequence
from typing import NoReturn

from ccm_engine import errors
from ccm_engine.language import translated as _

_RENAME = "users=accounts, users.email=mail, type:mood=feeling, value:mood.sad=unhappy; may be given more than once"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise errors.CommandLineRefused(reason=message, usage=self.format_usage().strip())


def read(words: Sequence[str]) -> argparse.Namespace:
    """The arguments, with the name of the command as `command`. Raises `CommandLineRefused`."""
    return _parser().parse_args(words)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="ccm-daemon", description=_("Proved PostgreSQL migrations from SQLAlchemy models"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")

    watch = commands.add_parser("watch", help=_("live: each save of a schema file becomes a proved draft migration"))
    watch.add_argument("--apply", action="store_true", help=_("the development database follows the draft"))
    watch.add_argument("--json", action="store_true", help=_("one event a line on standard output, for programs"))
    _add_decisions(watch)

    commands.add_parser("seal", help=_("the draft is done: the next change opens a new file"))

    generate = commands.add_parser("generate", help=_("one migration from what changed in the schema files"))
    generate.add_argument("--name", help=_("what to call it, after its number"))
    way = generate.add_mutually_exclusive_group()
    way.add_argument("--custom", action="store_true", help=_("an empty one, to be written by hand"))
    way.add_argument("--rename", action="append", default=[], metavar="OLD=NEW", help=_(_RENAME))
    generate.add_argument("--dry-run", action="store_true", help=_("print the SQL and write nothing"))
    _add_decisions(generate)

    pull = commands.add_parser("pull", help=_("SQLAlchemy models, and SQL beside them, of a schema that is there"))
    pull.add_argument(
        "source", nargs="?", metavar="SOURCE",
        help=_("a postgresql:// URL, a snapshot, a migrations folder, SQL files (default: the development database)"),
    )  # fmt: skip

    check = commands.add_parser(
        "check", help=_("is everything in order? folder, snapshots, schema files, hazards; exit 8 if not")
    )
    check.add_argument("--json", action="store_true", help=_("print what is found as JSON, for programs"))

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

    commands.add_parser("deploy", help=_("apply pending migrations to production, as an init container"))

    commands.add_parser("wait", help=_("until another run has migrated production; reads only"))

    commands.add_parser("exporter", help=_("metrics, health and a page for people, for as long as it runs"))

    migrate = commands.add_parser("migrate", help=_("apply pending migrations"))
    way = migrate.add_mutually_exclusive_group()
    way.add_argument("--dry-run", action="store_true", help=_("print the statements instead of running them"))
    way.add_argument(
        "--reset", action="store_true", help=_("drop everything in the database first; asks before it does")
    )
    migrate.add_argument("--yes", action="store_true", help=_("with --reset: do not ask"))
    migrate.add_argument("--json", action="store_true", help=_("with --dry-run: steps and statements for programs"))

    baseline = commands.add_parser("baseline", help=_("mark migrations as applied without running them"))
    baseline.add_argument("tag", nargs="?", metavar="TAG", help=_("the last one to mark (default: all)"))

    repair = commands.add_parser("repair", help=_("accept the file of an applied migration as it is now"))
    repair.add_argument("tag", metavar="TAG", help=_("the name of the file, without .sql"))

    import_ = commands.add_parser("import", help=_("the history of another tool becomes a folder of SQL migrations"))
    import_.add_argument("tool", choices=["alembic"], help=_("whose it is"))
    import_.add_argument("--config", metavar="FILE", help=_("its configuration (default: alembic.ini, pyproject.toml)"))

    rebase = commands.add_parser(
        "rebase", help=_("after a merge: one's own migrations get their numbers after those of the other branch")
    )
    rebase.add_argument(
        "tags", nargs="*", metavar="TAG", help=_("which are one's own (default: as git says of the two branches)")
    )

    status = commands.add_parser("status", help=_("what is applied, pending, failed, and who holds the lock"))
    status.add_argument("--json", action="store_true", help=_("for programs"))
    return parser


def _add_decisions(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--drop", action="append", default=[], metavar="NAME",
        help=_("users.bio or users: it is gone on purpose, and its data are deleted; `*` is whatever is gone"),
    )  # fmt: skip
    command.add_argument(
        "--fill", action="append", default=[], metavar="COLUMN=SQL",
        help=_("users.age=0: what rows that are there get in a new column that is NOT NULL"),
    )  # fmt: skip
