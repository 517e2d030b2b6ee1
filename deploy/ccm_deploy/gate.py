"""Which database a command is meant for, and whether production was confirmed."""

from ccm_deploy.environment import Environment
from ccm_engine import errors, url
from ccm_engine.url import Given, Url
from ccm_engine.value import value

CONFIRMATIONS = ("oui", "yes")


@value
class Target:
    """A database to migrate; it is `production` that has to be confirmed."""

    url: Url
    production: bool

    def __str__(self) -> str:
        return f"{self.url} ({'production' if self.production else 'development'})"


def production(environment: Environment) -> Target:
    """Where `deploy` goes. Raises `UrlMissing` and `NotPostgres`."""
    return Target(url=_url("production", environment.production_url, "DATABASE_URL_PROD"), production=True)


def target(environment: Environment) -> Target:
    """Where `migrate` and `status` go: development, or production with `USE_PROD_DB=true`.

    Raises `UrlMissing` and `NotPostgres`.
    """
    if environment.use_production:
        return production(environment)
    return Target(url=_url("development", environment.local_url, "DATABASE_URL_LOCAL"), production=False)


def confirmed(target: Target, answer: str | None) -> Target:
    """The target, once it may be migrated; `answer` is `CONFIRM_PROD` or what was typed at a prompt.

    Raises `ProductionNotConfirmed`.
    """
    if target.production and not confirms(answer or ""):
        raise errors.ProductionNotConfirmed(target=str(target.url))
    return target


def confirms(answer: str) -> bool:
    """Whether it is one of the words that say so."""
    return answer.strip().lower() in CONFIRMATIONS


def _url(purpose: str, given: Given | None, first: str) -> Url:
    if given is None:
        raise errors.UrlMissing(purpose=purpose, first=first)
    return url.read(given)
