"""What the configured database has applied, as far as there is one and it answers; nothing is made or written there.

Production with USE_PROD_DB=true, else DATABASE_URL_LOCAL, else the one on embedded Postgres, if that was made before.
"""

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType

from ccm_daemon.settings import Settings
from ccm_deploy import connect, gate, ledger, pending
from ccm_deploy.environment import Environment
from ccm_deploy.gate import Target
from ccm_engine import embedded, errors, url
from ccm_engine.checks.integrity import listing
from ccm_engine.checks.inventory import Inventory
from ccm_engine.language import translated as _
from ccm_engine.source import Sources
from ccm_engine.url import Given
from ccm_engine.value import value

_PATIENCE = 5  # seconds to wait for the database: a person looks on


@value
class Asked:
    """`applied` is tag → hash; `target` is None where nobody was asked, and `note` says why nobody was."""

    target: str | None = None
    applied: Mapping[str, str] = field(default_factory=lambda: MappingProxyType(dict[str, str]()))
    note: str | None = None


async def ask(project: Settings, environment: Environment, sources: Sources) -> Asked:
    """Raises `errors.UrlMissing` and `errors.NotPostgres`, as every command does that needs that database."""
    what = _("what is applied: {reason}")
    target = await _target(project, environment, sources)
    if target is None:
        reason = _("no database is configured (DATABASE_URL_LOCAL)")
        return Asked(note=what.format(reason=reason))
    patience = environment.patience(_PATIENCE)
    try:
        async with connect.glance(target.url, application=environment.application, patience=patience) as connection:
            seen = await ledger.seen(connection)
    except (errors.Unreachable, errors.TrackingForeign, errors.TrackingRefused, errors.UrlUnusable) as error:
        return Asked(note=what.format(reason=error.told(_).partition("\n")[0]))
    return Asked(target=str(target.url), applied=seen.applied)


async def _target(project: Settings, environment: Environment, sources: Sources) -> Target | None:
    if environment.use_production or environment.local_url is not None:
        return gate.target(environment)
    if not embedded.is_made(project.home / "postgres"):
        return None
    dsn = (await sources.embedded()).replace("/postgres?", "/development?", 1)
    return Target(url=url.read(Given(variable="embedded Postgres", value=dsn)), production=False)


def edited(there: Inventory, asked: Asked) -> errors.EditedSinceApplied | None:
    """The files that are not what the database has applied."""
    found = pending.compare(
        {entry.tag: there.files.get(entry.tag) for entry in there.folder.entries}, asked.applied
    ).edited
    if not found:
        return None
    names = (f"{item.migration.tag}.sql" for item in found)
    first = found[0].migration.tag
    return errors.EditedSinceApplied(
        path=str(there.path), target=str(asked.target), listing=listing(names), first=first
    )
