"""What a revision is given in place of a connection: it writes down what is executed, and has no answers.

Alembic's own, in its offline mode, drops parameters without a word, answers None to whoever asks, and turns tabs into
spaces within values.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn, Self

from sqlalchemy import ClauseElement, text

from ccm_engine.harvester import ddl
from ccm_engine.harvester.alembic import literals, there

Parameters = Mapping[str, object] | Sequence[Mapping[str, object]] | None

_MAJOR = 18  # of the server that the statements are for


class NoDatabaseToAsk(Exception):
    """A revision wants to know what only a database could say."""


class Bind(ddl.Recorder):
    """A connection to a database of which nothing is known but what has been executed on it."""

    def __init__(self) -> None:
        super().__init__(_MAJOR)
        literals.teach(self.dialect)
        self._there: frozenset[there.Item] = frozenset()

    def take(self) -> tuple[str, ...]:
        """What was executed since this was called last."""
        texts = tuple(_tidy(each.text) if each.creates else each.text for each in self.recorded)
        self._there = there.after(self._there, texts)
        self.recorded = []
        return texts

    def write(self, written: str) -> None:
        """What Alembic puts out as it stands: BEGIN and COMMIT, comments, and whatever `static_output` is given."""
        self.recorded.append(ddl.Recorded(text=written.strip().removesuffix(";"), origin=written))

    def flush(self) -> None:
        """It is a stream to Alembic."""

    def execute(self, obj: ClauseElement | str, parameters: Parameters = None, *_: object, **__: object) -> "Nothing":  # type: ignore[override]
        """Raises what SQLAlchemy does where a value cannot be written as SQL."""
        self._record(text(obj) if isinstance(obj, str) else obj, parameters)
        return Nothing()

    def exec_driver_sql(self, statement: str, parameters: object = None, **_: object) -> "Nothing":  # type: ignore[override]
        if parameters:
            raise TypeError("the driver's parameters cannot be written as SQL; text() takes them by name")
        super().exec_driver_sql(statement)
        return Nothing()

    def scalar(self, *_: object, **__: object) -> NoReturn:
        raise NoDatabaseToAsk

    scalars = scalar

    @contextmanager
    def begin(self) -> Generator[Self]:
        """A migration is a transaction anyway."""
        yield self

    begin_nested = begin

    def _run_ddl_visitor(self, visitorcallable: Any, element: Any, **options: Any) -> None:
        """`Enum(…).create(op.get_bind(), checkfirst=True)`, in each revision that needs it, makes it once."""
        only_where_missing, before = bool(options.get("checkfirst")), len(self.recorded)
        super()._run_ddl_visitor(visitorcallable, element, **options)
        if only_where_missing:
            known = there.after(self._there, (each.text for each in self.recorded[:before]))
            self.recorded[before:] = [each for each in self.recorded[before:] if not known.issuperset(_made(each))]


def _tidy(text: str) -> str:
    """Without the blanks at the ends of lines, and the tabs, that SQLAlchemy writes between what it is given."""
    parts = enumerate(text.split("'"))  # every other one is a string constant
    return "'".join(part if number % 2 else part.replace(", \n", ",\n").replace("\t", "    ") for number, part in parts)


def _made(each: ddl.Recorded) -> tuple[there.Item, ...]:
    return there.made(each.text) or (("", "", each.text),)


class Nothing:
    """The result of whatever was executed."""

    def _ask(self, *_: object) -> NoReturn:
        raise NoDatabaseToAsk

    __getattr__ = __getitem__ = __iter__ = __bool__ = __len__ = __contains__ = _ask
