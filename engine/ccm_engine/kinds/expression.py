"""Expressions as Postgres spells them → a spelling that it reads back the same.

Its own is not always one: `status IN ('a', 'b')` over a varchar is stored as an array of varchar that is converted as
a whole, and printed as `(ARRAY['a'::character varying, …])::text[]`; read again, that converts each element. Without
the conversion written out, Postgres puts it where it was.
"""

import re

_STRING = r"'(?:[^']|'')*'"
_NAME = r'"(?:[^"]|"")*"'
_CONVERTED = re.compile(rf"({_STRING}|{_NAME})|\((ARRAY\[(?:{_STRING}|{_NAME}|[^\[\]'\"])*\])\)::text\[\]")


def settled(expression: str) -> str:
    """The same expression, such that Postgres prints of it what it printed to begin with."""
    return _CONVERTED.sub(lambda found: found[1] or found[2], expression)
