"""Questions to the person at the terminal, before anything is begun."""

import sys

import anyio

from ccm_deploy import gate
from ccm_deploy.environment import Environment
from ccm_engine import errors


async def production(environment: Environment) -> str | None:
    """What confirms production: `CONFIRM_PROD`, else the answer to a question; None where nobody is there to answer.

    Development needs none. Raises `UrlMissing` and `NotPostgres`.
    """
    if environment.confirmation or not environment.use_production:
        return environment.confirmation
    return await _answer(f"{gate.production(environment)}: apply pending migrations there?")


async def reset(environment: Environment) -> None:
    """Ask whether everything is to be dropped. Raises `ResetDeclined`, and `ResetNotAnswered` without a terminal."""
    embedded = environment.local_url is None and not environment.use_production
    target = "the embedded development database" if embedded else str(gate.target(environment))
    answer = await _answer(f"{target}: drop everything in it, all rows included, and run all migrations anew?")
    if answer is None:
        raise errors.ResetNotAnswered(target=target)
    if not gate.confirms(answer):
        raise errors.ResetDeclined(target=target)


async def _answer(question: str) -> str | None:
    if not sys.stdin.isatty():
        return None
    sys.stderr.write(f"{question} ({' or '.join(gate.CONFIRMATIONS)}, anything else is no): ")
    sys.stderr.flush()
    await anyio.wait_readable(sys.stdin)  # a signal that comes just before a blocking read would not end it
    return sys.stdin.readline()
