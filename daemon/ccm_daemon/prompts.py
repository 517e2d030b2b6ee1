"""Questions to the person at the terminal, before anything is begun: a signal simply ends them."""

import sys

from ccm_deploy import gate
from ccm_deploy.environment import Environment
from ccm_engine import errors


def production(environment: Environment) -> str | None:
    """What confirms production: `CONFIRM_PROD`, else the answer to a question; None where nobody is there to answer.

    Development needs none. Raises `UrlMissing` and `NotPostgres`.
    """
    if environment.confirmation or not environment.use_production:
        return environment.confirmation
    return _answer(f"{gate.production(environment)}: apply pending migrations there?")


def reset(environment: Environment) -> None:
    """Ask whether everything is to be dropped. Raises `ResetDeclined`, and `ResetNotAnswered` without a terminal."""
    embedded = environment.local_url is None and not environment.use_production
    target = "the embedded development database" if embedded else str(gate.target(environment))
    answer = _answer(f"{target}: drop everything in it, all rows included, and run all migrations anew?")
    if answer is None:
        raise errors.ResetNotAnswered(target=target)
    if not gate.confirms(answer):
        raise errors.ResetDeclined(target=target)


def _answer(question: str) -> str | None:
    if not sys.stdin.isatty():
        return None
    sys.stderr.write(f"{question} ({' or '.join(gate.CONFIRMATIONS)}, anything else is no): ")
    sys.stderr.flush()
    return sys.stdin.readline()
