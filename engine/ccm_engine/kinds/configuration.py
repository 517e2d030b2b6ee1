"""`SET search_path TO 'app', 'public'`: the settings that a function runs with."""

import re
from collections.abc import Iterable, Iterator

from ccm_engine.sql import literal, quote

# Postgres keeps the value of these as a list of identifiers, which as one string would be one identifier.
_LISTS = frozenset(
    {
        "local_preload_libraries",
        "search_path",
        "session_preload_libraries",
        "shared_preload_libraries",
        "temp_tablespaces",
        "unix_socket_directories",
    }
)
_ELEMENT = re.compile(r'"((?:[^"]|"")*)"|([^",\s]+)')
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")


def fields(column: str) -> str:
    """SQL for the settings in an array of `name=value`, as JSON; SET … FROM CURRENT takes a list over as it was set."""
    return f"""(
        select coalesce(json_agg(case when k.text ~ '^search_path=[^"]*$'
            then regexp_replace(k.text, '\\s*,\\s*', ', ', 'g') else k.text end order by k.place), '[]')
        from unnest({column}) with ordinality k (text, place))"""


def setting(entry: str) -> str:
    """`name=value` as SET has it."""
    name, _, value = entry.partition("=")
    values = [_unquoted(*found) for found in _ELEMENT.findall(value)] if name in _LISTS else [value]
    return f"{_name(name)} TO {', '.join(map(literal, values or ['']))}"


def kept_in_order(old: Iterable[str], new: Iterable[str]) -> bool:
    """Whether `changes` leads to the order of the new ones: SET keeps the place of a setting, or puts it last."""
    before = [entry.partition("=")[0] for entry in old]
    after = [entry.partition("=")[0] for entry in new]
    return after == [name for name in before if name in after] + [name for name in after if name not in before]


def changes(old: Iterable[str], new: Iterable[str]) -> Iterator[str]:
    """The clauses that lead from some settings to others."""
    before, after = list(old), list(new)
    kept = {entry.partition("=")[0] for entry in after}
    yield from (f"SET {setting(entry)}" for entry in after if entry not in before)
    gone = (entry.partition("=")[0] for entry in before)
    yield from (f"RESET {_name(name)}" for name in gone if name not in kept)


def _unquoted(quoted: str, plain: str) -> str:
    return plain or quoted.replace('""', '"')


def _name(name: str) -> str:
    return ".".join(part if _PLAIN.fullmatch(part) else quote(part) for part in name.split("."))
