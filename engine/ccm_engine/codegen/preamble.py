"""What stands above the models: their base, and what is said once for all of them."""

from collections.abc import Iterator, Mapping

_NATIVE = '''\
class Native(UserDefinedType[Any]):
    """A type that SQLAlchemy has no class for, as Postgres spells it."""

    cache_ok = True

    def __init__(self, spelling: str) -> None:
        self.spelling = spelling

    def get_col_spec(self, **_: object) -> str:
        return self.spelling'''
_BASE = '''\
class Base(DeclarativeBase):
    """The base of every model; its metadata is the whole schema."""'''


def preamble(convention: Mapping[str, str], *, native: bool) -> str:
    """The naming convention, if there is one, and where `native` a class for types that SQLAlchemy does not know."""
    text = "\n\n\n".join(_parts(convention, native=native))
    return f"\n{text}" if text.startswith("class") else text


def _parts(convention: Mapping[str, str], *, native: bool) -> Iterator[str]:
    if native:
        yield _NATIVE
    if convention:
        patterns = "\n".join(f"    {key!r}: {pattern!r}," for key, pattern in convention.items())
        yield f"NAMES = {{\n{patterns}\n}}"
        yield f"{_BASE}\n\n    metadata = MetaData(naming_convention=NAMES)"
    else:
        yield _BASE
