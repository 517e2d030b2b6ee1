"""Which database a command works on: production, `DATABASE_URL_LOCAL`, or embedded Postgres where that is not set."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from ccm_daemon.settings import Settings
from ccm_deploy import gate
from ccm_deploy.environment import Environment
from ccm_deploy.gate import Target
from ccm_engine import shadow, url
from ccm_engine.url import Given


@asynccontextmanager
async def chosen(project: Settings, environment: Environment) -> AsyncGenerator[Target]:
    """The target, which exists for as long as the block lasts; production is not confirmed yet.

    Raises `UrlMissing` and `NotPostgres`, and `EmbeddedMissing` where nothing else would do.
    """
    if environment.use_production or environment.local_url is not None:
        yield gate.target(environment)
        return
    async with shadow.embedded(project.make_home() / "postgres") as server:
        dsn = await shadow.development(server)
        yield Target(url=url.read(Given(variable="embedded Postgres", value=dsn)), production=False)
