"""What a server says of an object, as plain values → the dataclass of its kind, as its type hints say."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def build(type_: type[T], values: Mapping[str, object]) -> T:
    """The dataclass with these fields; lists become tuples, and mappings the dataclasses that they are for.

    Nothing is validated: it is our own query that yields the values.
    """
    made: T = maker(cast("Any", type_))(values)
    return made


@cache
def maker(hint: Any) -> Callable[[Any], Any]:
    """What makes a value of that type."""
    arguments = get_args(hint)
    if is_dataclass(hint):
        return _of_fields(cast("type", hint))
    if NoneType in arguments:
        (some,) = (maker(argument) for argument in arguments if argument is not NoneType)
        return lambda value: None if value is None else some(value)
    if get_origin(hint) is tuple:
        first, *others = map(maker, (argument for argument in arguments if argument is not Ellipsis))
        if arguments[1:] == (Ellipsis,):
            return lambda value: tuple(map(first, value))
        return lambda value: tuple(make(item) for make, item in zip((first, *others), value, strict=True))
    return _as_it_is


def _as_it_is(value: object) -> object:
    return value


def _of_fields(type_: type) -> Callable[[Mapping[str, Any]], Any]:
    hints = get_type_hints(type_)
    makers = {item.name: maker(hints[item.name]) for item in fields(type_)}
    nested = {name: maker for name, maker in makers.items() if maker is not _as_it_is}

    def make(values: Mapping[str, Any]) -> object:
        return type_(**{**values, **{name: make(values[name]) for name, make in nested.items() if name in values}})

    return make
