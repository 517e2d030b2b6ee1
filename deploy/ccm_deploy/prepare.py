"""A migration file → the steps that the runner takes, refused here where they could not be run."""

from ccm_engine import errors, sql
from ccm_engine.folder import Migration
from ccm_engine.sql import Statement, Step
from ccm_engine.value import value


@value
class Prepared:
    """A migration, parsed. There is always a step, an empty one if need be: its transaction takes the record."""

    migration: Migration
    steps: tuple[Step, ...]

    @property
    def statements(self) -> tuple[Statement, ...]:
        return tuple(statement for step in self.steps for statement in step.statements)


def prepare(migration: Migration) -> Prepared:
    """Raises `TransactionControl` and `CopyFromStdin`."""
    steps = sql.steps(migration.sql) or (Step(statements=(), transactional=True),)
    prepared = Prepared(migration=migration, steps=steps)
    for statement in prepared.statements:
        _check(migration, statement)
    return prepared


def _check(migration: Migration, statement: Statement) -> None:
    path, line, column = str(migration.path), statement.line, statement.column
    if statement.control is not None:
        raise errors.TransactionControl(path=path, line=line, column=column, keyword=statement.control)
    if _copies_from_stdin(statement):
        raise errors.CopyFromStdin(path=path, line=line, column=column)


def _copies_from_stdin(statement: Statement) -> bool:
    """Postgres would wait for rows that nobody sends."""
    if statement.sql[:4].lower() != "copy":
        return False
    return any(
        node.HasField("copy_stmt") and node.copy_stmt.is_from and not node.copy_stmt.filename
        for node in sql.parse(statement.sql)
    )
