"""A migration file → the steps that are still to be taken, refused here where they could not be run."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from ccm_engine import errors, sql, traits
from ccm_engine.folder import Migration
from ccm_engine.sql import Statement, Step
from ccm_engine.value import value

if TYPE_CHECKING:
    from ccm_deploy.ledger import Unfinished


@value
class Unit:
    """One step of a migration as the runner takes it; statements are numbered from 1 within the migration."""

    prepared: "Prepared"
    step: Step
    first: int
    opens: bool
    """The attempt begins with it."""
    closes: bool
    """The migration is applied with it."""
    leading: int
    """How many statements at the beginning are over in a moment, so that to run them once more is nothing."""
    brief: bool
    """It is a whole migration that is over in a moment, and leaves the session as it was."""
    died: str | None = None
    """The statement, as it was sent, that an earlier attempt died with: in no transaction, so that all is possible."""

    @property
    def tag(self) -> str:
        return self.prepared.migration.tag

    @property
    def last(self) -> int:
        """How many statements of the migration are done after it."""
        return self.first + len(self.step.statements) - 1


@value
class Prepared:
    """A migration, parsed. There is always a step, an empty one if need be: its transaction takes the record."""

    migration: Migration
    steps: tuple[Step, ...]
    done: int = 0
    """How many statements an earlier attempt has committed."""
    died: str | None = None

    @property
    def statements(self) -> tuple[Statement, ...]:
        return tuple(statement for step in self.steps for statement in step.statements)

    @property
    def minds_its_locks(self) -> bool:
        """Whether it sets `lock_timeout` itself, so that how long it waits is none of the runner's business."""
        return any(
            statement.node is not None and traits.sets_lock_timeout(statement.node) for statement in self.statements
        )

    def units(self) -> Iterator[Unit]:
        """The steps that are not done yet; where all are, an empty one."""
        left = [(first, step) for first, step in self.numbered_steps() if first > self.done or not step.statements]
        if not left:
            left = [(self.done + 1, Step(statements=(), transactional=True))]
        for index, (first, step) in enumerate(left):
            yield Unit(
                prepared=self,
                step=step,
                first=first,
                opens=index == 0,
                closes=index == len(left) - 1,
                leading=_leading(step),
                brief=len(left) == len(self.steps) == 1 and _leading(step, sets=False) == len(step.statements),
                died=self.died if index == 0 else None,
            )

    def numbered_steps(self) -> Iterator[tuple[int, Step]]:
        """Each step with the number of its first statement."""
        first = 1
        for step in self.steps:
            yield first, step
            first += len(step.statements)

    def lasting(self) -> Iterator[Statement]:
        """What was set for the session by the statements that are done, and went with the session."""
        for statement in self.statements[: self.done]:
            if statement.node is not None and traits.lasts(statement.node):
                yield statement


def prepare(migration: Migration, unfinished: "Unfinished | None" = None) -> Prepared:
    """`unfinished` is what an attempt has left.

    Raises `DirectiveUnknown`, `TransactionControl`, `CopyFromStdin` and `DoneWasEdited`.
    """
    for directive in sql.strange_directives(migration.sql):
        raise errors.DirectiveUnknown(path=str(migration.path), **asdict(directive))
    steps = sql.steps(migration.sql) or (Step(statements=(), transactional=True),)
    prepared = Prepared(migration=migration, steps=steps)
    for statement in prepared.statements:
        _check(migration, statement)
    return prepared if unfinished is None else _resumed(prepared, unfinished)


def done_hash(statements: Iterable[Statement]) -> str:
    """How the ledger knows the statements that are done, should the file be edited before it goes on."""
    return hashlib.sha256("\0".join(statement.sql for statement in statements).encode()).hexdigest()


def _leading(step: Step, *, sets: bool = True) -> int:
    made: set[tuple[str, str]] = set()
    for count, statement in enumerate(step.statements):
        node = statement.node
        if node is None or not ((sets and traits.sets(node)) or traits.is_brief(node, made)):
            return count
        if table := traits.made_table(node):
            made.add(table)
    return len(step.statements)


def _resumed(prepared: Prepared, unfinished: "Unfinished") -> Prepared:
    migration, done = prepared.migration, unfinished.done
    ends = {0, len(prepared.statements), *(first - 1 for first, _ in prepared.numbered_steps())}
    if done and (done not in ends or done_hash(prepared.statements[:done]) != unfinished.done_hash):
        raise errors.DoneWasEdited(path=str(migration.path), tag=migration.tag, done=done)
    return Prepared(migration=migration, steps=prepared.steps, done=done, died=unfinished.died)


def _check(migration: Migration, statement: Statement) -> None:
    path, line, column = str(migration.path), statement.line, statement.column
    if statement.control is not None:
        raise errors.TransactionControl(path=path, line=line, column=column, keyword=statement.control)
    if _copies_from_stdin(statement):
        raise errors.CopyFromStdin(path=path, line=line, column=column)


def _copies_from_stdin(statement: Statement) -> bool:
    """Postgres would wait for rows that nobody sends."""
    node = statement.node
    return node is not None and node.HasField("copy_stmt") and node.copy_stmt.is_from and not node.copy_stmt.filename
