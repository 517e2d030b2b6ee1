"""Which of a schema's statements have to be run where some of them have changed: the share of a save in a schema.

Statements are told apart by their text and grouped by the name that they make or alter. A group is *affected* if a
statement of it is another than before, or speaks of an affected one; it is *needed* if an affected one speaks of it.
Whatever else there is stays as Postgres has spelled it before. Names are compared as words, wherever they stand in a
statement: that two are taken for one costs time and nothing else.

A foreign key speaks of its table in a way of its own: the key is what it was as long as the table has only gained.
Sequences have names that no statement gives them, so whoever calls one by its name is run each time.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from ccm_engine.value import value

_NAME = r'(?:"(?:[^"]|"")+"|[\w$]+)'
_PATH = rf"(?:{_NAME}\.)?({_NAME})"
_IF = r"(?:IF (?:NOT )?EXISTS )?"
_FORMS = tuple(
    re.compile(form.replace(" ", r"\s+").replace("NAME", _PATH).replace("IF?", _IF.replace(" ", r"\s+")), re.IGNORECASE)
    for form in (
        r"CREATE (?:UNLOGGED )?TABLE IF?NAME",
        rf"CREATE (?:UNIQUE )?INDEX IF?{_NAME} ON (?:ONLY )?NAME",
        r"ALTER TABLE IF?(?:ONLY )?NAME",
        r"COMMENT ON (?:TABLE|TYPE|SEQUENCE|DOMAIN|VIEW) NAME",
        rf"COMMENT ON COLUMN (?:{_NAME}\.)?({_NAME})\.{_NAME} ",
        rf"COMMENT ON CONSTRAINT {_NAME} ON NAME",
        r"CREATE (?:TYPE|DOMAIN) NAME AS",
        r"CREATE SEQUENCE IF?NAME",
        r"CREATE (?:OR REPLACE )?(?:MATERIALIZED )?VIEW IF?NAME",
    )
)
_ALWAYS = re.compile(r"CREATE\s+(?:SCHEMA|EXTENSION)\s", re.IGNORECASE)
_WORDS = re.compile(r'"((?:[^"]|"")+)"|([A-Za-z_\x80-\U0010ffff][\w$]*)')
_PARTS = re.compile(r"\b(?:PARTITION\s+OF|INHERITS?|(?:AT|DE)TACH\s+PARTITION)\b", re.IGNORECASE)
"""Of what hands its parts down to others, or leaves them to themselves."""
_REFERENCES = re.compile(rf"\bREFERENCES\s+{_PATH}", re.IGNORECASE)
_WORTH_IT = 0.5
"""The part of all statements above which all of them might as well be run."""


@value
class Share:
    """What is to be run, and what is replaced by what comes of it."""

    statements: tuple[str, ...]
    words: frozenset[str]
    """The names whose objects are among those that come of it, or are gone."""


@value
class _Said:
    """What a statement says: the name it is about, None where that is not known, and those that it speaks of."""

    about: str | None
    always: bool
    words: frozenset[str]
    references: frozenset[str]


def share(old: Sequence[str], new: Sequence[str]) -> Share | None:
    """The share of the change from `old` to `new`; None where it is everything, or cannot be told."""
    come, gone = _without(new, old), _without(old, new)
    said = {text: _said(text) for text in (*new, *gone)}
    changed = frozenset(said[text].about for text in (*come, *gone))
    if None in changed or any(said[text].always or _PARTS.search(text) for text in (*come, *gone)):
        return None
    sequences = {_said(text).about for text in new if "nextval" in text or "::regclass" in text}
    affected = _closure(frozenset(filter(None, changed | sequences)), said.values(), upwards=True)
    if not _only_gained(gone, come):
        affected |= {each.about for each in said.values() if each.about and each.references & affected}
    here = [said[text] for text in new]
    wanted = _closure(affected, here, upwards=False)
    if any(each.about is None and not each.always and each.words & wanted for each in here):
        return None
    chosen = tuple(text for text in new if said[text].always or said[text].about in wanted)
    if len(chosen) > len(new) * _WORTH_IT:
        return None
    return Share(statements=chosen, words=wanted)


def _without(texts: Iterable[str], others: Iterable[str]) -> list[str]:
    there = frozenset(others)
    return [text for text in texts if text not in there]


def _closure(words: frozenset[str], said: Iterable[_Said], *, upwards: bool) -> frozenset[str]:
    """With the names of whatever speaks of these, and so on; or, downwards, of whatever these speak of."""
    groups = [each for each in said if each.about is not None]
    names = frozenset(each.about for each in groups if each.about)
    more = words
    while more:
        if upwards:
            more = frozenset(each.about for each in groups if each.about and each.words & more) - words
        else:
            spoken = (name for each in groups if each.about in more for name in (each.words | each.references) & names)
            more = frozenset(spoken) - words
        words |= more
    return words


def _only_gained(gone: Sequence[str], come: Sequence[str]) -> bool:
    """Whether every statement that is gone has come again with more lines, and none other than before."""
    tables = {_said(text).about: frozenset(map(_line, text.splitlines())) for text in come if _creates_table(text)}
    return all(
        _creates_table(text) and set(map(_line, text.splitlines())) <= tables.get(_said(text).about, frozenset())
        for text in gone
    )


def _line(text: str) -> str:
    return text.strip().rstrip(",")


def _creates_table(text: str) -> bool:
    return _FORMS[0].match(text) is not None


@lru_cache(maxsize=2**16)
def _said(text: str) -> _Said:
    form = next((match for pattern in _FORMS if (match := pattern.match(text))), None)
    about = _word(form[1]) if form else None
    own: frozenset[str] = frozenset() if about is None else frozenset({about})
    return _Said(
        about=about,
        always=_ALWAYS.match(text) is not None,
        words=frozenset(_words(_REFERENCES.sub(" ", text))) - own,
        references=frozenset(map(_word, _REFERENCES.findall(text))) - own,
    )


def _words(text: str) -> Iterator[str]:
    return (_word(f'"{quoted}"' if quoted else plain) for quoted, plain in _WORDS.findall(text))


def _word(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name.lower()
