"""What `generate` starts from with `USE_PROD_DB=true`: production as it will be once all migrations are applied there.

Production is only read. What is pending there is run on the shadow, on top of what it holds.
"""

from dataclasses import replace

import asyncpg

from ccm_daemon import console, prompts
from ccm_deploy import connect, gate, history
from ccm_deploy.environment import Environment
from ccm_engine import head as heads
from ccm_engine import live, replaying
from ccm_engine.folder import Folder, Migration
from ccm_engine.language import translated as _
from ccm_engine.observed import catalog
from ccm_engine.snapshot import ROOT_ID, Snapshot
from ccm_engine.source import Sources

_PATIENCE = 5  # seconds to wait for the database: a person looks on


async def head(environment: Environment, migrations: Folder, sources: Sources) -> Snapshot:
    """In the place of the newest snapshot, whose successor is written.

    Raises `UrlMissing`, `NotPostgres`, subclasses of `Unreachable`, and `ReplayFailed` where a pending migration fails.
    """
    target = gate.production(environment)
    warning = _(" PRODUCTION: compared with {target}, which is only read ").format(target=target.url)
    console.say(f"\n{prompts.in_red(warning)}\n")
    shadow = await sources.shadow()
    schema = catalog(await live.observed(target.url.dsn, shadow.include))
    for migration in await _pending(target, environment):
        try:
            schema = await shadow.after(schema, migration.sql)
        except asyncpg.PostgresError as error:
            raise replaying.failed(migration, error) from error
    newest = await heads.of(migrations, sources.shadow)
    return replace(newest, catalog=schema) if newest else Snapshot(id=ROOT_ID, previous=ROOT_ID, catalog=schema)


async def _pending(target: gate.Target, environment: Environment) -> tuple[Migration, ...]:
    files, patience = history.files(environment.out), environment.patience(_PATIENCE)
    async with connect.glance(target.url, application=environment.application, patience=patience) as connection:
        found = await history.read(connection, files)
    if found.pending:
        tags = ", ".join(migration.tag for migration in found.pending)
        console.say(_("pending in production, and counted as applied here: {tags}").format(tags=tags))
    return found.pending
