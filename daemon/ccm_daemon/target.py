"""Which database a command works on: production, `DATABASE_URL_LOCAL`, or embedded Postgres where that is not set."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from ccm_daemon.settings import Settings
from ccm_deploy import gate
from ccm_deploy.environment import Environment
from ccm_deploy.gate import Target
from ccm_engine import embedded, url
from ccm_engine.url import Given


async def choose(environment: Environment, server: Callable[[], Awaitable[str]]) -> Target:
    """The target; `server` starts embedded Postgres, and is asked only where nothing else would do.

    Production is not confirmed yet. Raises `UrlMissing`, `NotPostgres`, and what `server` raises.
    """
    if environment.use_production or environment.local_url is not None:
        return gate.target(environment)
    dsn = await embedded.development(await server())
    return Target(url=url.read(Given(variable="embedded Postgres", value=dsn)), production=False)


@asynccontextmanager
async def chosen(project: Settings, environment: Environment) -> AsyncGenerator[Target]:
    """The target, with embedded Postgres running for as long as the block lasts where it is one of its databases."""
    async with AsyncExitStack() as stack:

        def started() -> Awaitable[str]:
            return stack.enter_async_context(embedded.running(project.make_home() / "postgres"))

        yield await choose(environment, started)
