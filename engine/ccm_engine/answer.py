"""What a person says was renamed, `users.email=mail`, as words.

Names are written as they are in the database, without folding; one that holds a dot, a colon, an equals sign or a
parenthesis stands in double quotes, as in SQL. A kind in front, `type:mood=feeling`, tells namesakes apart.
"""

import re

from ccm_engine import errors
from ccm_engine.value import value

_NAME = r'(?:"(?:[^"]|"")+"|[^".:=()]+)'
_PATH = rf"{_NAME}(?:\.{_NAME})*(?:\([^()]*\))?"
_ANSWER = re.compile(rf"(?:(?P<word>[a-z][a-z -]*):)?(?P<old>{_PATH})=(?P<new>{_PATH})")
_PART = re.compile(rf"\([^()]*\)|{_NAME}")

_TYPES = ("enum", "domain", "composite type", "range type", "base type")
_CONSTRAINTS = ("primary key", "unique constraint", "check constraint", "exclusion constraint", "foreign key")

WORDS: dict[str, tuple[str, ...]] = {
    "schema": ("schema",),
    "table": ("table", "foreign table"),
    "view": ("view", "materialized view"),
    "sequence": ("sequence",),
    "index": ("index",),
    "type": _TYPES,
    "function": ("function", "procedure", "aggregate"),
    "collation": ("collation",),
    "statistics": ("statistics", "statistics object"),
    "column": ("column",),
    "value": ("enum value",),
    "constraint": (*_CONSTRAINTS, "not-null constraint"),
    "trigger": ("trigger",),
    "policy": ("policy",),
    "rule": ("rule",),
    "event trigger": ("event trigger",),
    "publication": ("publication",),
    "wrapper": ("foreign-data wrapper",),
    "server": ("server",),
    "role": ("role",),
}
"""What may stand before the colon, and the kinds that it stands for; the name of a kind itself may stand there too."""

KINDS = frozenset(kind for kinds in WORDS.values() for kind in kinds)
"""The kinds that Postgres can rename, and the values of an enum, which are objects to nobody but us."""

ROUTINES = frozenset(WORDS["function"])


@value
class Answer:
    """`old` and `new` are names from the outermost to the innermost, as many as were written."""

    text: str
    kinds: frozenset[str]
    """Which kinds it may be of."""
    old: tuple[str, ...]
    new: tuple[str, ...]


def parse(text: str) -> Answer:
    """Raises `errors.RenameUnreadable`."""
    found = _ANSWER.fullmatch(text.strip())
    kinds = _kinds(found["word"]) if found else ()
    if not found or not kinds:
        raise errors.RenameUnreadable(text=text, words=", ".join(f"{word}:" for word in WORDS))
    return Answer(text=text, kinds=frozenset(kinds), old=_names(found["old"]), new=_names(found["new"]))


def _kinds(word: str | None) -> tuple[str, ...]:
    if word is None:
        return tuple(KINDS)
    return WORDS.get(word, (word,) if word in KINDS else ())


def _names(path: str) -> tuple[str, ...]:
    """The arguments of a function belong to its name."""
    names = list(_PART.findall(path))
    arguments = names.pop() if names[-1].startswith("(") else ""
    plain = [name[1:-1].replace('""', '"') if name.startswith('"') else name for name in names]
    return (*plain[:-1], plain[-1] + arguments)
