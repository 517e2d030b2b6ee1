"""Which types, tables and sequences there are after the statements so far, by what these say."""

import re
from collections.abc import Iterable

_NAME = r'((?:"(?:[^"]|"")+"|\w+)(?:\.(?:"(?:[^"]|"")+"|\w+))?)'
_WHAT = r"(?:UNLOGGED\s+)?(TYPE|TABLE|SEQUENCE|DOMAIN)\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?(?:ONLY\s+)?"
_SAID = re.compile(rf"\b(CREATE|DROP|ALTER)\s+{_WHAT}{_NAME}(?:\s+RENAME\s+TO\s+{_NAME})?", re.IGNORECASE)

Item = tuple[str, str, str]
"""Kind, schema, name."""


def made(text: str) -> tuple[Item, ...]:
    """What a statement makes: `CREATE TYPE mood AS ENUM ('sad')`."""
    return tuple(_item(kind, name) for verb, kind, name, _ in _SAID.findall(text) if verb.upper() == "CREATE")


def after(there: frozenset[Item], texts: Iterable[str]) -> frozenset[Item]:
    """What there is once these statements have been executed where `there` was."""
    now = set(there)
    for text in texts:
        for verb, kind, name, renamed in _SAID.findall(text):
            item = _item(kind, name)
            if verb.upper() == "CREATE":
                now.add(item)
            elif verb.upper() == "DROP" or renamed:
                now.discard(item)
            if renamed:
                now.add((item[0], item[1], _plain(renamed)))
    return frozenset(now)


def _item(kind: str, name: str) -> Item:
    *schema, last = re.findall(r'"(?:[^"]|"")+"|\w+', name)
    return kind.upper(), _plain(schema[0]) if schema else "public", _plain(last)


def _plain(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name.lower()
