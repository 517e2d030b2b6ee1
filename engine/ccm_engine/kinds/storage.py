"""Storage parameters, `WITH (fillfactor=70)`.

A kind that has them keeps them twice: `options`, sorted, because their order means nothing, and `options_as_given`,
which is not compared, because they are listed in that order for as long as the object lives.
"""

from collections.abc import Iterable, Iterator


def fields(array: str) -> str:
    """Both fields, from SQL for the array."""
    return f"""
            case when {array} is null then '[]' else (
                select coalesce(json_agg(o order by o), '[]') from unnest({array}) o) end as options,
            coalesce(to_json({array}), '[]') as options_as_given"""


def clause(options: Iterable[str]) -> Iterator[str]:
    if options:
        yield f"WITH ({', '.join(options)})"


def actions(old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[str]:
    """What ALTER … does to lead from the one to the other."""
    kept = {_name(option) for option in new}
    removed = [_name(option) for option in old if _name(option) not in kept]
    if removed:
        yield f"RESET ({', '.join(removed)})"
    added = [option for option in new if option not in old]
    if added:
        yield f"SET ({', '.join(added)})"


def _name(option: str) -> str:
    return option.partition("=")[0]
