"""`CONSTRAINT "x" NOT NULL "a" NO INHERIT NOT VALID`: what PostgreSQL 18 knows of a NOT NULL."""

from collections.abc import Iterator
from dataclasses import replace

from ccm_engine.sql import literal, quote
from ccm_engine.value import value


@value
class NotNull:
    """All as it is before 18 where it has its default."""

    name: str | None = None
    """Where it is not the one that Postgres derives."""
    no_inherit: bool = False
    validated: bool = True
    local: bool = True
    """Of a column that a parent table hands down: whether it would stay if the parent's went."""
    comment: str | None = None


PLAIN = NotNull()
SINCE = 18
"""The first version in which it is a constraint with a name."""


def derived(table: str, column: str) -> str:
    """What Postgres calls it by itself, as long as that fits."""
    return f"{table}_{column}_not_null"


def clause(not_null: NotNull) -> str:
    """As a column's definition has it; one that is not valid cannot stand there."""
    name = f"CONSTRAINT {quote(not_null.name)} " if not_null.name else ""
    return f"{name}NOT NULL{' NO INHERIT' if not_null.no_inherit else ''}"


def add(not_null: NotNull, table: str, table_name: str, column: str) -> Iterator[str]:
    """To a column that is there."""
    if not_null.validated and not not_null.no_inherit:
        yield f"ALTER TABLE {table_name} ALTER COLUMN {quote(column)} SET NOT NULL"
        yield from alter(PLAIN, replace(PLAIN, name=not_null.name), table, table_name, column)
    else:
        name = quote(not_null.name or derived(table, column))
        words = f"{' NO INHERIT' if not_null.no_inherit else ''}{'' if not_null.validated else ' NOT VALID'}"
        yield f"ALTER TABLE {table_name} ADD CONSTRAINT {name} NOT NULL {quote(column)}{words}"


def alter(old: NotNull, new: NotNull, table: str, table_name: str, column: str) -> Iterator[str]:
    """From one to the other, both of them there."""
    before, after = (quote(item.name or derived(table, column)) for item in (old, new))
    if old.validated and not new.validated:
        yield f"ALTER TABLE {table_name} ALTER COLUMN {quote(column)} DROP NOT NULL"
        yield from add(new, table, table_name, column)
        return
    if before != after:
        yield _where_it_has_a_name(f"ALTER TABLE {table_name} RENAME CONSTRAINT {before} TO {after}")
    if new.validated and not old.validated:
        yield f"ALTER TABLE {table_name} VALIDATE CONSTRAINT {after}"
    if old.no_inherit != new.no_inherit:
        yield f"ALTER TABLE {table_name} ALTER CONSTRAINT {after} {'NO INHERIT' if new.no_inherit else 'INHERIT'}"
    if new.local and not old.local:
        yield f"ALTER TABLE {table_name} ALTER COLUMN {quote(column)} SET NOT NULL"


def comment(not_null: NotNull, table: str, table_name: str, column: str) -> str:
    text = "NULL" if not_null.comment is None else literal(not_null.comment)
    name = quote(not_null.name or derived(table, column))
    return _where_it_has_a_name(f"COMMENT ON CONSTRAINT {name} ON {table_name} IS {text}")


def _where_it_has_a_name(statement: str) -> str:
    """A statement that a server before 18, where a NOT NULL has no name, passes over.

    A name does not keep a migration from being run there: all that the schema means is the same without it.
    """
    body = f"BEGIN\n\tIF current_setting('server_version_num')::int >= 180000 THEN\n\t\t{statement};\n\tEND IF;\nEND"
    tag = next(tag for tag in ("$$", "$ccm$", "$ccm_not_null$") if tag not in body)
    return f"DO {tag} {body} {tag}"


_DERIVED = "r.name || '_' || a.attname || '_not_null'"

FIELDS = f"""
            a.attnotnull as not_null,
            case when n.oid is null or n.conname = {_DERIVED} and not n.connoinherit and n.convalidated and n.conislocal
                and nd.description is null then '{{}}' else json_build_object(
                'name', case when n.conname <> {_DERIVED} and octet_length({_DERIVED}) < 64 then n.conname end,
                'no_inherit', n.connoinherit, 'validated', n.convalidated, 'local', n.conislocal,
                'comment', nd.description) end as not_null_as"""
"""For the query of columns."""

JOIN = """
        left join pg_constraint n on n.conrelid = r.oid and n.contype = 'n' and n.conkey = array[a.attnum]
        left join pg_description nd
            on nd.classoid = 'pg_constraint'::regclass and nd.objoid = n.oid and nd.objsubid = 0"""
"""The constraint, where there is one, and its comment."""
