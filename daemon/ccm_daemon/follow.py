"""The development database follows the draft: altered from what it had of it to what it has now, rows kept.

The tracking table says which version of the draft the database has, by its hash; what that version led to is kept
in `.ccm/applied/HASH.json` for as long as a database may have it. So it does not matter how often the daemon was
stopped in between, nor how many databases follow.
"""

import time
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import asyncpg

from ccm_daemon import decisions as decisions_of
from ccm_daemon import questions, rename_chain
from ccm_daemon.generate import Proposal
from ccm_deploy import connect, ledger, lock, pending, run, session
from ccm_deploy.connect import Connection
from ccm_deploy.environment import Environment
from ccm_deploy.figures import Figures
from ccm_deploy.gate import Target
from ccm_engine import blame, errors, head, renames, snapshot, sql
from ccm_engine.catalog import EMPTY
from ccm_engine.excerpt import excerpt
from ccm_engine.folder import Folder, Migration
from ccm_engine.harvester.wire import Rename
from ccm_engine.plan import Plan, plan
from ccm_engine.shadow import Shadow
from ccm_engine.source import Schema
from ccm_engine.value import value


@value
class _Version:
    """Which draft a database has, and in which version."""

    tag: str
    hash: str


@value
class Follower:
    """A development database, and what is needed to keep it in step."""

    target: Target
    environment: Environment
    home: Path
    shadow: Shadow

    @property
    def versions(self) -> Path:
        return self.home / "applied"

    async def follow(self, migrations: Folder, draft: Migration | None, proposal: Proposal) -> bool:
        """Bring the database to the newest migration, which leads to the proposal's schema; whether there was
        anything to do.

        Raises what a run of `migrate` raises, `errors.VersionUnknown` where another checkout wrote the draft that the
        database has, and `errors.StatementFailed` where a row stands in the way.
        """
        if draft is not None:
            self._keep(migrations, draft, _hints(proposal))
        figures = Figures(started=time.time())
        async with connect.session(
            self.target.url, application="ccm-daemon watch", patience=run.PATIENCE, figures=figures
        ) as connection:
            applied = (await ledger.seen(connection)).applied
            taken_back = [tag for tag in applied if self._is_outdated(migrations, draft, tag, applied[tag])]
            altered = draft is not None and applied.get(draft.tag, draft.hash) != draft.hash
            if taken_back or altered:
                await session.settle(connection)
                async with lock.held(connection, patience=self.environment.lock_timeout, figures=figures):
                    for tag in taken_back:
                        there = _Version(tag=tag, hash=applied[tag])
                        await self._alter(connection, there, None, await self._before(migrations, draft, tag))
                    if altered and draft is not None:
                        there = _Version(tag=draft.tag, hash=applied[draft.tag])
                        await self._alter(connection, there, draft, proposal)
        applied_now: tuple[str, ...] = ()
        if migrations.entries:
            applied_now = (
                await run.apply_pending(self.target, self.environment, pending.read(migrations), figures)
            ).applied
        self._forget_all_but(draft)
        return bool(taken_back or altered or applied_now)

    def _is_outdated(self, migrations: Folder, draft: Migration | None, tag: str, hash_: str) -> bool:
        """Whether the database has it as a draft of ours that is gone, or that a person has edited since."""
        if not self._version(hash_).exists() or (draft is not None and tag == draft.tag):
            return False
        there = migrations.migration(tag) if any(entry.tag == tag for entry in migrations.entries) else None
        return there is None or there.hash != hash_

    async def _alter(self, connection: Connection, there: "_Version", draft: Migration | None, goal: Proposal) -> None:
        """From what the version that is there led to, to `goal`; the tracking row follows, or goes."""
        if not self._version(there.hash).exists():
            raise errors.VersionUnknown(tag=there.tag, hash=there.hash)
        before = snapshot.load(self._version(there.hash)).catalog
        schema, decisions, hints = goal.schema, goal.decisions, _hints(goal)
        chain = rename_chain.between(decisions_of.renames_in(self._renames(there.hash)), hints)
        hints = (*chain, *hints)
        renamed, statements = await renames.resolve(self.shadow, before, schema.catalog, hints)
        row = f"WHERE id = {sql.literal(there.tag)}"
        tracked = (
            f"DELETE FROM {ledger.TRACKING} {row}"
            if draft is None
            else f"UPDATE {ledger.TRACKING} SET hash = {sql.literal(draft.hash)} {row}"
        )
        parts = excerpt(renamed, schema.catalog)
        planned = plan(*parts, renames=statements, fills=questions.fills(parts[1], decisions))
        await _run(connection, there.tag, planned, tracked)

    async def _before(self, migrations: Folder, draft: Migration | None, tag: str) -> Proposal:
        """What the migrations before this one, and before the draft, lead to."""
        ends = {tag, *([draft.tag] if draft else [])}
        entries = tuple(takewhile(lambda entry: entry.tag not in ends, migrations.entries))
        newest = await head.of(replace(migrations, entries=entries), head.already(self.shadow))
        return Proposal(head=None, schema=Schema(catalog=newest.catalog if newest else EMPTY), plan=Plan())

    def _keep(self, migrations: Folder, draft: Migration, hints: tuple[Rename, ...]) -> None:
        self.versions.mkdir(parents=True, exist_ok=True)
        self._renames(draft.hash).write_text(decisions_of.as_json(hints))
        written = migrations.snapshot_path(migrations.entries[-1])
        self._version(draft.hash).write_text(written.read_text())

    def _forget_all_but(self, draft: Migration | None) -> None:
        for version in self.versions.glob("*.json"):
            if draft is None or version.name.partition(".")[0] != draft.hash:
                version.unlink()

    def _version(self, hash_: str) -> Path:
        return self.versions / f"{hash_}.json"

    def _renames(self, hash_: str) -> Path:
        return self.versions / f"{hash_}.renames.json"


def _hints(proposal: Proposal) -> tuple[Rename, ...]:
    return (*proposal.schema.renames, *proposal.decisions.renames)


async def _run(connection: Connection, tag: str, planned: Plan, tracked: str) -> None:
    """The steps, the last of them together with what the tracking table says."""
    steps = sql.steps(planned.render())
    try:
        for step in steps:
            script = ";\n".join(statement.sql for statement in step.statements)
            last = f"{tracked};\n" if step is steps[-1] and step.transactional else ""
            await connection.execute(f"BEGIN;\n{script};\n{last}COMMIT" if step.transactional else script)
        if not steps or not steps[-1].transactional:
            await connection.execute(tracked)
    except asyncpg.PostgresError as error:
        if connection.is_in_transaction():
            await connection.execute("ROLLBACK")
        raise errors.CannotFollow(
            tag=tag, message=blame.message(error), sqlstate=error.sqlstate or "", detail=blame.detail(error)
        ) from error
