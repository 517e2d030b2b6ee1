"""What a database URL asks of TLS → a context for it, and what is wrong where it cannot be had.

As libpq means it (https://www.postgresql.org/docs/current/libpq-ssl.html): what the URL does not say, `PGSSLMODE` and
its kind do. Files are looked at beforehand, since a Secret that was not mounted does not come by waiting.
"""

import os
import ssl
from pathlib import Path

from ccm_engine import errors
from ccm_engine.language import translated as _
from ccm_engine.url import Url

MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
FILES = {"sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY", "sslcrl": "PGSSLCRL"}
SYSTEM = "system"


def context(url: Url) -> ssl.SSLContext | None:
    """What asyncpg would not make of the URL by itself: `sslrootcert=system`, which libpq has since version 16.

    It verifies in full, by the authorities that the system trusts. Raises `SettingInvalid`, `CertificateUnreadable` and
    `AuthorityUnnamed`.
    """
    mode, where = _setting(url, "sslmode", "PGSSLMODE")
    if mode not in {None, *MODES}:
        raise errors.SettingInvalid(
            variable=where, value=str(mode), allowed=_("one of {words}").format(words=", ".join(MODES))
        )
    if mode == "disable":
        return None
    for parameter, variable in FILES.items():
        _check(*_setting(url, parameter, variable))
    authority, _where = _setting(url, "sslrootcert", "PGSSLROOTCERT")
    if authority == SYSTEM:
        return ssl.create_default_context()
    default = Path.home() / ".postgresql" / "root.crt"
    if mode in {"verify-ca", "verify-full"} and authority is None and not default.exists():
        raise errors.AuthorityUnnamed(mode=mode, where=where, variable=url.variable, default=str(default))
    return None


def explained(error: OSError, url: Url) -> errors.Unreachable | None:
    """What waiting cannot mend of a handshake that failed; None for any other trouble."""
    match error:
        case ssl.SSLCertVerificationError():
            return errors.CertificateRefused(target=str(url), reason=error.verify_message, variable=url.variable)
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            return None  # a server that goes down
        case ssl.SSLError():
            return errors.TlsFailed(target=str(url), reason=str(error), variable=url.variable)
        case _ if type(error) is ConnectionError:  # asyncpg's word for a server that answers N
            return errors.TlsFailed(target=str(url), reason=_("the server does not speak it"), variable=url.variable)
        case _:
            return None


def _setting(url: Url, parameter: str, variable: str) -> tuple[str | None, str]:
    """The value, and where it stands."""
    given = url.parameter(parameter)
    return (os.environ.get(variable), variable) if given is None else (given, f"{parameter} in {url.variable}")


def _check(path: str | None, where: str) -> None:
    if path is None or path == SYSTEM:
        return
    try:
        Path(path).open("rb").close()
    except OSError as error:
        raise errors.CertificateUnreadable(path=path, where=where, reason=error.strerror or str(error)) from error
