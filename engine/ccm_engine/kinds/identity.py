"""`GENERATED ALWAYS AS IDENTITY`: a column that counts by a sequence of its own."""

from collections.abc import Iterator
from dataclasses import dataclass

from ccm_engine.kinds.sequence import Numbers, renumber
from ccm_engine.sql import qualified, quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """`sequence` is the name of the sequence behind the column, in the schema of its table."""

    always: bool
    sequence: str
    numbers: Numbers

    @property
    def words(self) -> str:
        return "ALWAYS" if self.always else "BY DEFAULT"


def clause(identity: Identity, schema: str, derived: str) -> str:
    """As ADD COLUMN writes it; `derived` is what Postgres would call the sequence."""
    options = list(identity.numbers.options())
    if identity.sequence != derived:
        options.insert(0, f"SEQUENCE NAME {qualified(schema, identity.sequence)}")
    text = f"GENERATED {identity.words} AS IDENTITY"
    return f"{text} ({' '.join(options)})" if options else text


def alter_sequence(old: Identity, new: Identity, schema: str) -> Iterator[str]:
    """The statements on the sequence, once the type of the column, and with it that of the sequence, has changed."""
    name = qualified(schema, new.sequence)
    if old.sequence != new.sequence:
        yield f"ALTER SEQUENCE {qualified(schema, old.sequence)} RENAME TO {quote(new.sequence)}"
    yield from renumber(name, old.numbers.retyped(new.numbers.type), new.numbers)
