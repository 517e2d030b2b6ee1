"""`GENERATED ALWAYS AS IDENTITY`: a column that counts by a sequence of its own."""

from collections.abc import Iterator
from dataclasses import replace

from ccm_engine.kinds.commented import comment as comment_of
from ccm_engine.kinds.sequence import NUMBERS, Numbers, renumber
from ccm_engine.sql import literal, qualified, quote
from ccm_engine.value import value


@value
class Identity:
    """`sequence` is the name of the sequence behind the column, in the schema of its table."""

    always: bool
    sequence: str
    numbers: Numbers
    unlogged: bool | None = None
    """None where the sequence is as its table is."""
    comment: str | None = None
    """What is said of the sequence."""

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


def bare(identity: Identity) -> Identity:
    """As its clause makes it."""
    return replace(identity, unlogged=None, comment=None)


def said(old: Identity | None, new: Identity, schema: str) -> Iterator[str]:
    """What no clause says of the sequence, which is yet called as it was."""
    before = old or bare(new)
    name = qualified(schema, before.sequence)
    if new.unlogged is not None and before.unlogged != new.unlogged:
        yield f"ALTER SEQUENCE {name} SET {'UNLOGGED' if new.unlogged else 'LOGGED'}"
    elif before.unlogged is not None and new.unlogged is None:
        yield f"ALTER SEQUENCE {name} SET {'LOGGED' if before.unlogged else 'UNLOGGED'}"
    if before.comment != new.comment:
        yield f"COMMENT ON SEQUENCE {name} IS {'NULL' if new.comment is None else literal(new.comment)}"


def alter_sequence(old: Identity, new: Identity, schema: str) -> Iterator[str]:
    """The statements on the sequence, once the type of the column, and with it that of the sequence, has changed."""
    name = qualified(schema, new.sequence)
    if old.sequence != new.sequence:
        yield f"ALTER SEQUENCE {qualified(schema, old.sequence)} RENAME TO {quote(new.sequence)}"
    yield from renumber(name, old.numbers.retyped(new.numbers.type), new.numbers)


FIELD = f"""
            case when a.attidentity <> '' then (
                select json_build_object('always', a.attidentity = 'a', 'sequence', sc.relname, 'numbers', {NUMBERS},
                    'unlogged', case when sc.relpersistence <> r.persistence
                        and current_setting('server_version_num')::int >= 150000 then sc.relpersistence = 'u' end,
                    'comment', {comment_of("sc.oid", "pg_class")})
                from pg_depend i
                join pg_sequence s on s.seqrelid = i.objid
                join pg_class sc on sc.oid = s.seqrelid
                where i.classid = 'pg_class'::regclass and i.deptype = 'i'
                and i.refclassid = 'pg_class'::regclass and i.refobjid = r.oid and i.refobjsubid = a.attnum) end
                as identity"""
"""For the query of columns: `r` is the relation, `a` the column."""
