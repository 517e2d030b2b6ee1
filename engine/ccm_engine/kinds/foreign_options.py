"""Options of what belongs to a foreign-data wrapper, `OPTIONS (host 'example.org', port '5432')`.

They are kept by name: their order means nothing.
"""

from collections.abc import Iterator
from typing import TypeAlias

from ccm_engine.sql import literal, quote

Options: TypeAlias = tuple[tuple[str, str], ...]
"""(name, value) of each."""


def field(array: str) -> str:
    """The field, from SQL for the array."""
    return f"""case when {array} is null then '[]' else (
                select coalesce(json_agg(json_build_array(o.option_name, coalesce(o.option_value, ''))
                    order by o.option_name), '[]')
                from pg_options_to_table({array}) o) end"""


def clause(options: Options) -> Iterator[str]:
    if options:
        yield f"OPTIONS ({', '.join(_each(options))})"


def changes(old: Options, new: Options) -> Iterator[str]:
    """The clause that makes the new ones of the old ones, if there is anything to change."""
    before, after = dict(old), dict(new)
    dropped = [f"DROP {quote(name)}" for name in before if name not in after]
    added = [f"ADD {each}" for each in _each(tuple(pair for pair in new if pair[0] not in before))]
    altered = [f"SET {each}" for each in _each(tuple(pair for pair in new if before.get(pair[0], pair[1]) != pair[1]))]
    if changed := [*dropped, *altered, *added]:
        yield f"OPTIONS ({', '.join(changed)})"


def _each(options: Options) -> Iterator[str]:
    return (f"{quote(name)} {literal(value)}" for name, value in options)
