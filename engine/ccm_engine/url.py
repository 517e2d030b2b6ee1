"""What a database URL is to asyncpg, and what of it people may see."""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from ccm_engine import errors
from ccm_engine.value import value

SCHEMES = ("postgresql", "postgres")
SHOWN = ("host", "port", "dbname", "sslmode")  # of the parameters after the `?`; any other may be a secret
_HOST = r"(?:\[[^\]]*\]|[^:,\[\]]*)(?::\d*)?"
_HOSTS = re.compile(f"{_HOST}(?:,{_HOST})*")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@value
class Given:
    """The value of an environment variable that ought to be a URL."""

    variable: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Url:
    """A Postgres URL and the environment variable that held it; shown as text it is masked."""

    dsn: str
    variable: str

    def __str__(self) -> str:
        return masked(self.dsn)

    def parameter(self, name: str) -> str | None:
        """What stands after the `?` under that name."""
        return dict(parse_qsl(self._parts[1])).get(name)

    @property
    def database(self) -> str:
        """Its name, as written; empty where the URL does not say, or is none."""
        try:
            return urlsplit(self.dsn).path.removeprefix("/")
        except ValueError:
            return ""

    @property
    def hosts(self) -> tuple[str, ...]:
        """With their ports, as written; an empty one is a socket on this machine."""
        return tuple((self.parameter("host") or self._parts[0].rpartition("@")[2]).split(","))

    @property
    def _parts(self) -> tuple[str, str]:
        """What stands before the path, and what after the `?`; nothing of what is no URL, which asyncpg will say."""
        try:
            parts = urlsplit(self.dsn)
        except ValueError:
            return "", ""
        return parts.netloc, parts.query

    __repr__ = __str__


def read(given: Given) -> Url:
    """SQLAlchemy's `postgresql+driver://` is accepted, the driver dropped. Raises `NotPostgres`."""
    scheme, found, rest = given.value.partition("://")
    dialect = scheme.partition("+")[0]
    if not found or dialect not in SCHEMES:
        shown = _SCHEME.match(given.value)
        raise errors.NotPostgres(variable=given.variable, scheme=shown.group() if shown else "no scheme at all")
    return Url(dsn=f"{dialect}://{rest}", variable=given.variable)


def masked(url: str) -> str:
    """`postgresql://***@host/db`: hosts, database and harmless parameters, never a user, password or key.

    A password with an `@`, `/`, `?` or `#` that is not percent-encoded moves the borders of the parts, so a
    URL that holds an `@` where none belongs, or hosts that are none, is masked whole.
    """
    scheme, found, _ = url.partition("://")
    if not found:
        return "***"
    try:
        parts = urlsplit(url)
    except ValueError:
        return f"{scheme}://***"
    credentials, _, hosts = parts.netloc.rpartition("@")
    if "@" in parts.path + parts.query + parts.fragment or not _HOSTS.fullmatch(hosts):
        return f"{scheme}://***"
    query = "&".join(item for item in parts.query.split("&") if item.partition("=")[0] in SHOWN)
    return f"{scheme}://{'***@' if credentials else ''}{hosts}{parts.path}{'?' if query else ''}{query}"


def is_verified(url: Url, sslmode: str | None = None) -> bool:
    """Whether the server has to prove to be the host that the URL names, or is on this machine.

    `sslmode` is what holds where the URL says nothing: `PGSSLMODE`.
    """
    mode = url.parameter("sslmode") or sslmode
    system = url.parameter("sslrootcert") == "system"
    return mode == "verify-full" or system or all(map(_is_local, url.hosts))


def _is_local(host: str) -> bool:
    name = host.rpartition(":")[0] if re.search(r":\d*$", host) else host
    return name in {"", "localhost", "[::1]"} or name.startswith(("/", "127."))
