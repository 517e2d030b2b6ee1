"""`@value`: a frozen dataclass with slots and named arguments, made in a quarter of the time.

To the type checkers it is frozen; at run time it is not guarded, and what is compiled for each class by `dataclass`
(equality, hash, `repr`) is shared by all. There are two hundred of them, and every command waits until they are made.
"""

from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
def value(type_: type[T]) -> type[T]:
    """Compared and hashed by its fields, but for those with `compare=False`; equal only to one of the same class."""
    type_.__doc__ = type_.__doc__ or type_.__name__  # else its signature is worked out to be the docstring
    made: Any = dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)(type_)
    made.__compared__ = attrgetter(*[item.name for item in fields(made) if item.compare] or ["__class__"])
    for name, method in {"__eq__": _eq, "__hash__": _hash, "__repr__": _repr}.items():
        if name not in type_.__dict__:
            setattr(made, name, method)
    return made  # type: ignore[no-any-return]


def _eq(self: Any, other: Any) -> object:
    if type(self) is not type(other):
        return NotImplemented
    return self.__compared__(self) == self.__compared__(other)


def _hash(self: Any) -> int:
    return hash(self.__compared__(self))


def _repr(self: Any) -> str:
    values = ", ".join(f"{item.name}={getattr(self, item.name)!r}" for item in fields(self) if item.repr)
    return f"{type(self).__qualname__}({values})"
