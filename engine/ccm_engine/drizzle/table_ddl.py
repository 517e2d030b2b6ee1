"""A table of a Drizzle Kit snapshot → the SQL that makes it and all that belongs to it."""

from collections.abc import Iterable, Iterator, Mapping

from ccm_engine.drizzle import form as drizzle
from ccm_engine.drizzle.column_types import is_native, parts
from ccm_engine.sql import columns, literal, qualified, quote, type_name

ROLE_WORDS = frozenset({"public", "current_user", "current_role", "session_user"})
"""What stands in a policy for no role of that name; these have no quotes."""


def table(given: drizzle.Table) -> str:
    """CREATE TABLE with its keys and checks.

    All in one statement, as Drizzle has it: where two keys have the same columns, Postgres then makes only one of them.
    """
    parts = (
        *map(_column, given["columns"].values()),
        *(_named(it, f"PRIMARY KEY {columns(it['columns'])}") for it in given["compositePrimaryKeys"].values()),
        *(_named(it, f"UNIQUE {_nulls(it)}{columns(it['columns'])}") for it in given["uniqueConstraints"].values()),
        *(_named(it, f"CHECK ({it['value']})") for it in given["checkConstraints"].values()),
    )
    inside = ",\n  ".join(parts)
    return f"CREATE TABLE {name(given)} (\n  {inside}\n)" if parts else f"CREATE TABLE {name(given)} ()"


def name(given: drizzle.Table) -> str:
    return qualified(given["schema"] or "public", given["name"])


def _named(given: drizzle.PrimaryKey | drizzle.Unique | drizzle.Check, definition: str) -> str:
    return f"CONSTRAINT {quote(given['name'])} {definition}"


def _nulls(unique: drizzle.Unique) -> str:
    return "NULLS NOT DISTINCT " * unique["nullsNotDistinct"]


# -- columns ------------------------------------------------------------------------


def _column(given: drizzle.Column) -> str:
    return " ".join((quote(given["name"]), _type(given), *_clauses(given)))


def _clauses(given: drizzle.Column) -> Iterator[str]:
    if given["primaryKey"]:
        yield "PRIMARY KEY"
    if "default" in given:
        yield f"DEFAULT {text(given['default'])}"
    if "generated" in given:
        yield f"GENERATED ALWAYS AS ({given['generated']['as']}) STORED"
    if "identity" in given:
        identity = given["identity"]
        how = "ALWAYS" if identity["type"] == "always" else "BY DEFAULT"
        yield f"GENERATED {how} AS IDENTITY (SEQUENCE NAME {quote(identity['name'])} {sequence_options(identity)})"
    elif given["notNull"]:
        yield "NOT NULL"


def _type(given: drizzle.Column) -> str:
    """An enum goes by its bare name; what else drizzle-orm prints is SQL.

    Drizzle quotes a type that it does not know, so that a word with capitals is a name of just these letters.
    """
    element, dimensions = parts(given["type"])
    if "typeSchema" in given:
        return type_name(given["typeSchema"], element) + dimensions
    if element.isidentifier() and element != element.lower() and not is_native(element):
        return quote(element) + dimensions
    return given["type"]


def text(value: drizzle.Value) -> str:
    """A default as SQL: a string is SQL already."""
    return value if isinstance(value, str) else str(value).lower()


def sequence_options(given: drizzle.Sequence) -> str:
    cycle = " CYCLE" * given["cycle"]
    return (
        f"INCREMENT BY {given['increment']} MINVALUE {given['minValue']} MAXVALUE {given['maxValue']} "
        f"START WITH {given['startWith']} CACHE {given['cache']}{cycle}"
    )


# -- what stands outside of CREATE TABLE ----------------------------------------------


def indexes(given: drizzle.Table) -> Iterable[str]:
    return (_index(item, name(given)) for item in given["indexes"].values())


def _index(given: drizzle.Index, on: str) -> str:
    unique = "UNIQUE " * given["isUnique"]
    keys = ", ".join(map(_index_column, given["columns"]))
    head = f"CREATE {unique}INDEX {quote(given['name'])} ON {on} USING {quote(given['method'])} ({keys})"
    where = (f"WHERE {given['where']}",) if "where" in given else ()
    return " ".join((head, *options(given["with"]), *where))


def _index_column(given: drizzle.IndexColumn) -> str:
    """Drizzle gives an order to a key only where that has no operator class."""
    key = given["expression"] if given["isExpression"] else quote(given["expression"])
    if "opclass" in given:
        return f"{key} {given['opclass']}"
    if given["asc"] and given["nulls"] == "last":
        return key
    return f"{key}{'' if given['asc'] else ' DESC'} NULLS {given['nulls'].upper()}"


def options(given: Mapping[str, drizzle.Value]) -> Iterator[str]:
    """Storage parameters."""
    if given:
        yield f"WITH ({', '.join(f'{quote(key)} = {_option(value)}' for key, value in given.items())})"


def _option(value: drizzle.Value) -> str:
    return literal(value) if isinstance(value, str) else text(value)


def foreign_keys(given: drizzle.Table) -> Iterable[str]:
    return (f"ALTER TABLE {name(given)} ADD {_foreign_key(item)}" for item in given["foreignKeys"].values())


def _foreign_key(given: drizzle.ForeignKey) -> str:
    return (
        f"CONSTRAINT {quote(given['name'])} FOREIGN KEY {columns(given['columnsFrom'])} "
        f"REFERENCES {qualified(given.get('schemaTo', 'public'), given['tableTo'])} {columns(given['columnsTo'])} "
        f"ON DELETE {given['onDelete'].upper()} ON UPDATE {given['onUpdate'].upper()}"
    )


def row_security(given: drizzle.Table) -> Iterator[str]:
    """Drizzle enables it for a table with policies, whether or not the snapshot says so."""
    if given["isRLSEnabled"] or given["policies"]:
        yield f"ALTER TABLE {name(given)} ENABLE ROW LEVEL SECURITY"
    yield from (policy(item, name(given)) for item in given["policies"].values())


def policy(given: drizzle.Policy, on: str) -> str:
    """`on` is the name of a table, as SQL."""
    roles = ", ".join(role if role in ROLE_WORDS else quote(role) for role in given["to"])
    parts = [f"CREATE POLICY {quote(given['name'])} ON {on} AS {given['as']} FOR {given['for']} TO {roles}"]
    if "using" in given:
        parts.append(f"USING ({given['using']})")
    if "withCheck" in given:
        parts.append(f"WITH CHECK ({given['withCheck']})")
    return " ".join(parts)
