"""What the runner found → text for people, or JSON for programs."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from ccm_deploy.prepare import Prepared
from ccm_deploy.status import Attempt, Status
from ccm_engine.language import translated as _


def status_json(status: Status, draft: str | None) -> str:
    return json.dumps({**asdict(status), "draft": draft}, indent=2, default=str) + "\n"


def status(status: Status, draft: str | None) -> str:
    lines = [*_status_lines(status), *([f"draft    {draft}"] if draft else [])]
    return "\n".join(lines) + "\n"


def _status_lines(status: Status) -> Iterator[str]:
    yield f"target   {status.target}"
    yield f"applied  {len(status.applied)}"
    yield from (f"pending  {tag}{_remark(tag, status)}" for tag in status.pending)
    yield from (f"missing  {tag}{_(': neither applied nor in the folder')}" for tag in status.missing)
    yield from (f"edited   {tag}{_(': the file is not what was applied')}" for tag in status.edited)
    yield from (f"vanished {tag}{_(': applied, but its file is gone')}" for tag in status.vanished)
    yield from (
        f"newer    {tag}{_remark(tag, status)}{_(': applied, and comes after everything in the folder')}"
        for tag in status.newer
    )
    yield from (f"{attempt.status:<8} {_attempt(attempt)}" for attempt in status.unfinished)
    yield f"lock     {_('held by {holder}').format(holder=status.lock_holder) if status.lock_holder else _('free')}"


def _remark(tag: str, status: Status) -> str:
    if tag in status.late:
        return _(" (late: what comes after it is applied)")
    return " (contract)" if tag in status.contract else ""


def _attempt(attempt: Attempt) -> str:
    done = _("{tag}: {done} of {total} statements committed").format(
        tag=attempt.migration, done=attempt.statements_done, total=attempt.statements_total
    )
    if attempt.message is None:
        return done
    place = _("; statement {number}, line {line}").format(number=attempt.statement_number, line=attempt.line)
    where = place if attempt.line else ""
    sqlstate = f" (SQLSTATE {attempt.sqlstate})" if attempt.sqlstate else ""
    hint = f"\n         hint: {attempt.hint}" if attempt.hint else ""
    return f"{done}{where}: {attempt.message}{sqlstate}{hint}"


def preview_json(migrations: Iterable[Prepared]) -> str:
    """The same as data: a list of migrations, each with its steps, each with its statements, numbered from 1."""
    return json.dumps([_migration(prepared) for prepared in migrations], indent=2) + "\n"


def _migration(prepared: Prepared) -> dict[str, object]:
    migration = prepared.migration
    steps = [
        {
            "transactional": step.transactional,
            "statements": [
                {"number": number, "line": statement.line, "column": statement.column, "sql": statement.sql}
                for number, statement in enumerate(step.statements, first)
            ],
        }
        for first, step in prepared.numbered_steps()
    ]
    return {"migration": migration.tag, "path": str(migration.path), "hash": migration.hash, "steps": steps}


def preview(migrations: Iterable[Prepared]) -> str:
    """Each pending file with its statements, and where its transactions end."""
    return "".join(f"-- {prepared.migration.path}\n{_steps(prepared)}\n" for prepared in migrations)


def _steps(prepared: Prepared) -> str:
    steps = ("".join(f"{statement.sql};\n" for statement in step.statements) for step in prepared.steps)
    return "-- ccm: commit\n".join(step for step in steps if step)
