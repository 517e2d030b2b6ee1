"""What a snapshot of Drizzle Kit may leave out or say otherwise, and what is refused, with its place."""

import re
from time import process_time

import pytest

from ccm_engine.drizzle.ddl import statements
from ccm_engine.drizzle.form import Projection
from ccm_engine.drizzle.parsing import parse
from snapshots import Json, column, enum, foreign_key, identity, index, key, policy, sequence, snapshot, table, view

A = column("a", "integer")

KEY = column("a", "integer", primaryKey=True, notNull=True)


def rewritten(given: Json, *path: str, without: tuple[str, ...] = (), **more: object) -> Json:
    """The same, with what stands there lacking some keys, and having others."""
    if path:
        name, *rest = path
        return {**given, name: rewritten(given[name], *rest, without=without, **more)}
    return {**{key: it for key, it in given.items() if key not in without}, **more}


def unique(name: str, *, nulls_not_distinct: bool = False) -> Json:
    return {name: {"name": name, "nullsNotDistinct": nulls_not_distinct, "columns": ["a"]}}


def of(section: str, regular: Json, *path: str, without: tuple[str, ...] = (), **more: object) -> tuple[Json, Json]:
    """A snapshot with a section that says something in another way, and the one that Drizzle Kit would write."""
    whole = snapshot(**{section: regular})
    return rewritten(whole, section, *path, without=without, **more), whole


T, TYPED = table("t", A), table("t", column("a", "mood[]", typeSchema="app"))
MOOD = enum("mood", "sad", schema="app")

LAX: dict[str, tuple[Json, Json]] = {
    "sections are left out": (
        rewritten(snapshot(tables=T), without=("sequences", "roles", "policies", "views")),
        snapshot(tables=T),
    ),
    "parts of a table are left out": of(
        "tables",
        T,
        "public.t",
        without=("uniqueConstraints", "policies", "checkConstraints", "isRLSEnabled"),
    ),
    "public is spelled out": of("tables", T, "public.t", schema="public"),
    "a key lacks the schema": (snapshot(tables={"t": T["public.t"]}), snapshot(tables=T)),
    "an index says little": of(
        "tables",
        table("t", A, indexes=index("i", key("a"))),
        "public.t",
        "indexes",
        "i",
        without=("method", "concurrently", "with"),
        columns=[{"expression": "a", "isExpression": False, "asc": True, "unknown": 1}],
    ),
    **{
        f"a foreign key names {said}": of(
            "tables",
            table("t", KEY, foreignKeys=foreign_key("f", ("a", "a"), "t")),
            "public.t",
            "foreignKeys",
            "f",
            **more,
        )
        for said, more in (
            ("public", {"schemaTo": "public"}),
            ("no schema", {"schemaTo": ""}),
            ("null", {"schemaTo": None}),
        )
    },
    "a foreign key without actions": of(
        "tables",
        table("t", KEY, foreignKeys=foreign_key("f", ("a", "a"), "t")),
        "public.t",
        "foreignKeys",
        "f",
        without=("onDelete", "onUpdate"),
    ),
    "a policy says little": of(
        "tables",
        table("t", A, policies=policy("p")),
        "public.t",
        "policies",
        "p",
        without=("as", "for", "to"),
    ),
    "a column is unique, as older versions say it": (
        snapshot(tables=table("t", column("a", "integer", isUnique=True, uniqueName="u", nullsNotDistinct=True))),
        snapshot(tables=table("t", A, uniqueConstraints=unique("u", nulls_not_distinct=True))),
    ),
    "a column is unique under no name": (
        snapshot(tables=table("t", column("a", "integer", isUnique=True))),
        snapshot(tables=table("t", A, uniqueConstraints=unique("t_a_unique"))),
    ),
    "a column is not unique": (snapshot(tables=table("t", column("a", "integer", isUnique=False))), snapshot(tables=T)),
    "a default is null": (
        snapshot(tables=table("t", column("a", "integer", default=None))),
        snapshot(tables=table("t", column("a", "integer", default="NULL"))),
    ),
    "an enum is left to be found": (
        snapshot(enums=MOOD, tables=table("t", column("a", "mood[]"))),
        snapshot(enums=MOOD, tables=TYPED),
    ),
    "it is found in public first": (
        snapshot(enums={**MOOD, **enum("mood", "sad")}, tables=table("t", column("a", "mood"))),
        snapshot(enums={**MOOD, **enum("mood", "sad")}, tables=table("t", column("a", "mood", typeSchema="public"))),
    ),
    "a sequence says little": of(
        "sequences",
        sequence("s"),
        "public.s",
        without=("increment", "startWith", "minValue", "maxValue", "cache", "cycle"),
    ),
    "a sequence counts down and says little": of(
        "sequences",
        sequence("s", increment="-2", startWith="-1", maxValue="-1", minValue=str(-(2**63))),
        "public.s",
        without=("startWith", "minValue", "maxValue", "cache", "cycle"),
    ),
    "identity says little": of(
        "tables",
        table("t", column("a", "smallint", identity=identity("n", schema="app", maxValue="32767")), schema="app"),
        "app.t",
        "columns",
        "a",
        identity={"type": "always", "name": "n", "schema": "elsewhere", "unknown": 1},
    ),
    "a role says little": of(
        "roles",
        {"r": {"name": "r", "createDb": False, "createRole": False, "inherit": True}},
        "r",
        without=("createDb", "createRole", "inherit"),
    ),
    "there are keys that nobody knows": (
        {**snapshot(tables=T), "internal": {"tables": {"t": {"columns": {}}}}, "unknown": 1},
        snapshot(tables=T),
    ),
    "renames are noted": (rewritten(snapshot(tables=T), "_meta", "tables", old="new"), snapshot(tables=T)),
}


@pytest.mark.parametrize(("given", "regular"), LAX.values(), ids=LAX)
def test_what_is_said_otherwise_is_made_regular(given: Json, regular: Json) -> None:
    sections: object = {name: regular[name] for name in (*Projection.__annotations__,)}
    assert parse(given) == sections


async def test_three_hundred_tables_are_read_in_no_time() -> None:
    columns = [column(f"c{number}", "varchar(255)", default="'x'", notNull=True) for number in range(15)]
    tables: Json = {}
    for number in range(300):
        tables |= table(f"t{number}", *columns, indexes=index("i", key("c1"), key("c2")))
    begun = process_time()
    assert len(statements(parse(snapshot(tables=tables)))) == 600
    assert process_time() - begun < 0.6  # seconds; it takes a fifth of that


def without(given: Json, *path: str) -> Json:
    return rewritten(given, *path[:-1], without=path[-1:])


def changed(given: Json, *path: str, to: object) -> Json:
    return rewritten(given, *path[:-1], without=(), **{path[-1]: to})


FULL = snapshot(
    tables=table("t", A, indexes=index("i", key("a")), foreignKeys=foreign_key("f", ("a", "a"), "t")),
    enums=enum("e", "x"),
    sequences=sequence("s"),
    views=view("v", definition="select 1"),
    policies=policy("p", on='"t"'),
)
"""Of which the server would not take all."""

REFUSED: dict[str, object] = {
    "a snapshot is an object, this is [1]": [1],
    "version: it is missing": without(FULL, "version"),
    "version: 6 is older than 7: run `drizzle-kit up`, which makes it 7": changed(FULL, "version", to="6"),
    "version: 5 is older than 7: run `drizzle-kit up`, which makes it 7": changed(
        changed(FULL, "version", to="5"), "dialect", to="pg"
    ),
    "version: 8 is newer than 7, which Drizzle Kit 0.31 writes and ccm-daemon reads": changed(FULL, "version", to="8"),
    'version: "seven" is no version': changed(FULL, "version", to="seven"),
    "dialect: it is missing": without(FULL, "dialect"),
    'dialect: this is a snapshot of "mysql", not of postgresql': changed(FULL, "dialect", to="mysql"),
    "id: it is missing": without(FULL, "id"),
    "prevId: it is missing": without(FULL, "prevId"),
    "_meta: it is missing": without(FULL, "_meta"),
    "_meta.columns: it is missing": without(FULL, "_meta", "columns"),
    "tables: it is missing": without(FULL, "tables"),
    "tables: [] is no object": changed(FULL, "tables", to=[]),
    "tables.public.t.indexes: it is missing": without(FULL, "tables", "public.t", "indexes"),
    "tables.public.t.columns.a.type: it is missing": without(FULL, "tables", "public.t", "columns", "a", "type"),
    "tables.public.t.columns.a.type: 3 is no text": changed(FULL, "tables", "public.t", "columns", "a", "type", to=3),
    "tables.public.t.columns.a.notNull: null is neither true nor false": changed(
        FULL, "tables", "public.t", "columns", "a", "notNull", to=None
    ),
    'tables.public.t.columns.a.default: {"a": 1} is neither text, nor a number, nor true or false': changed(
        FULL, "tables", "public.t", "columns", "a", "default", to={"a": 1}
    ),
    "tables.public.t.columns.a.collate: Drizzle Kit 0.31 knows no such key here": changed(
        FULL, "tables", "public.t", "columns", "a", "collate", to="C"
    ),
    "tables.public.t.foreignKeys.f.deferrable: Drizzle Kit 0.31 knows no such key here": changed(
        FULL, "tables", "public.t", "foreignKeys", "f", "deferrable", to=True
    ),
    "tables.public.t.indexes.i.columns: 1 is no list": changed(
        FULL, "tables", "public.t", "indexes", "i", "columns", to=1
    ),
    "tables.public.t.indexes.i.columns.0.nulls: \"middle\" is not 'first' or 'last'": changed(
        FULL, "tables", "public.t", "indexes", "i", "columns", to=[key("a", nulls="middle")]
    ),
    "tables: public.t is there twice": changed(FULL, "tables", to={**table("t"), "t": table("t")["public.t"]}),
    "views.public.v.definition: it is missing": without(FULL, "views", "public.v", "definition"),
    "policies.p.on: it is missing": without(FULL, "policies", "p", "on"),
}


@pytest.mark.parametrize(("message", "given"), REFUSED.items(), ids=REFUSED)
def test_what_is_no_snapshot_is_refused_with_its_place(message: str, given: object) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        parse(given)
