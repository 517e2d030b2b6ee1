"""What views and materialized views have in common: a query, as Postgres spells it, and the columns of its result."""

import re
from typing import TypeVar

from ccm_engine.kinds.expression import settled
from ccm_engine.kinds.kind import InSchema
from ccm_engine.sql import columns as listed
from ccm_engine.sql import literal, qualified, quote
from ccm_engine.value import value


@value
class ResultColumn:
    """A column of the result. Its type and collation follow from the query, and say whether that can be replaced."""

    name: str
    type: str
    collation: str | None = None
    """Quoted and qualified, where it is not the type's own."""
    comment: str | None = None


C = TypeVar("C", bound=ResultColumn)


_COLUMN = r'(?:"\*VALUES\*"\.)?column\d+(?: AS (?:"(?:[^"]|"")+"|\w+))?'
_ROWS = rf'SELECT {_COLUMN}(?:,\n    {_COLUMN})*\n   FROM \(VALUES ((?:(?!"\*VALUES\*").)*)\) "\*VALUES\*"'
_SETS = rf"{_ROWS}(?:\n(?:UNION|INTERSECT|EXCEPT)(?: ALL)?\n {_ROWS})*"
_NAMED_VALUES = re.compile(rf"{_SETS}(?:\n  ORDER BY [^\n]+)?(?:\n *(?:LIMIT|OFFSET) \S+)*", re.DOTALL)


def query(columns: tuple[C, ...], definition: str) -> tuple[str, str]:
    """The names of the columns, with a blank before them, where the query does not give them; the query.

    VALUES whose columns have names of their own are spelled as a SELECT, which Postgres would read as another tree.
    """
    if not _NAMED_VALUES.fullmatch(definition):
        return "", settled(definition)
    values = re.sub(_ROWS, r"VALUES \1", definition, flags=re.DOTALL).replace('"*VALUES*".', "")
    return f" {listed(column.name for column in columns)}", settled(values)


def comment(relation: InSchema, column: ResultColumn) -> str:
    text = "NULL" if column.comment is None else literal(column.comment)
    return f"COMMENT ON COLUMN {qualified(relation.schema, relation.name)}.{quote(column.name)} IS {text}"


def common(old: tuple[C, ...], new: tuple[C, ...]) -> list[tuple[C | None, C]]:
    """Each new column with the old one in its place."""
    return [*zip(old, new, strict=False), *((None, column) for column in new[len(old) :])]


# `r` is the relation, `c` its row in pg_class.
DEFINITION = "ltrim(rtrim(pg_get_viewdef(r.oid), ';'))"

COLUMN = """
                    'name', a.attname,
                    'type', format_type(a.atttypid, a.atttypmod),
                    'collation', (
                        select format('%I.%I', cn.nspname, l.collname)
                        from pg_collation l join pg_namespace cn on cn.oid = l.collnamespace
                        where l.oid = a.attcollation and a.attcollation <> t.typcollation),
                    'comment', col_description(r.oid, a.attnum)"""

FROM_COLUMNS = """
                from pg_attribute a
                join pg_type t on t.oid = a.atttypid
                left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped"""


def parts(relkind: str) -> str:
    """The rule that makes it a view, its row type, the array of that, and the defaults of its columns."""
    return f"""
        select 'pg_rewrite'::regclass, w.oid, 'pg_class'::regclass, w.ev_class, 0
        from pg_rewrite w join pg_class c on c.oid = w.ev_class and c.relkind = '{relkind}'
        where w.rulename = '_RETURN' and w.oid >= 16384
        union all
        select 'pg_type'::regclass, z.oid, 'pg_class'::regclass, c.oid, 0
        from pg_class c
        join pg_type t on t.oid = c.reltype
        cross join lateral (values (t.oid), (t.typarray)) z (oid)
        where c.relkind = '{relkind}' and c.oid >= 16384
        union all
        select 'pg_attrdef'::regclass, d.oid, 'pg_class'::regclass, c.oid, 0
        from pg_attrdef d join pg_class c on c.oid = d.adrelid and c.relkind = '{relkind}'"""
