"""Composite types: attributes that come, go, and change, alone and under columns."""

from .case import Case

POINT = "CREATE TYPE point2 AS (x int, y int);"

CASES = (
    Case(
        "a composite type comes",
        "",
        """CREATE TYPE address AS (street text COLLATE "C", "Post Code" varchar(10), tags text[]);
        COMMENT ON TYPE address IS 'where one lives'; COMMENT ON COLUMN address."Post Code" IS 'it''s short'""",
        (
            'CREATE TYPE "address" AS (\n\t"street" text COLLATE pg_catalog."C",\n\t"Post Code" varchar(10),\n'
            '\t"tags" text[]\n)',
            """COMMENT ON COLUMN "address"."Post Code" IS 'it''s short'""",
            """COMMENT ON TYPE "address" IS 'where one lives'""",
        ),
    ),
    Case("a composite type without attributes", "", "CREATE TYPE nothing AS ()"),
    Case(
        "attributes come and go in place under columns",
        f"{POINT} CREATE TABLE t (a point2, b point2[])",
        "CREATE TYPE point2 AS (x int, z text); CREATE TABLE t (a point2, b point2[])",
        ('ALTER TYPE "point2" DROP ATTRIBUTE "y"', 'ALTER TYPE "point2" ADD ATTRIBUTE "z" text'),
        ("deletes-data",),
    ),
    Case(
        "the type of an attribute that no column has changes in place",
        POINT,
        "CREATE TYPE point2 AS (x bigint, y int)",
        ('ALTER TYPE "point2" ALTER ATTRIBUTE "x" SET DATA TYPE bigint',),
    ),
    Case(
        "the type of an attribute changes under a column",
        f"{POINT} CREATE TABLE t (a point2, b point2[])",
        "CREATE TYPE point2 AS (x numeric(10,2), y text); CREATE TABLE t (a point2, b point2[])",
    ),
    Case(
        "an attribute comes in the middle, and one goes",
        f"{POINT} CREATE TABLE t (a point2 DEFAULT '(1,2)')",
        "CREATE TYPE point2 AS (z text, y int); CREATE TABLE t (a point2 DEFAULT '(a,2)')",
    ),
    Case("attributes change places", POINT, "CREATE TYPE point2 AS (y int, x int)"),
    Case("comments of attributes", POINT, f"{POINT} COMMENT ON COLUMN point2.y IS 'up'"),
    Case(
        "an enum within a composite type, a domain and a range changes",
        """CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN good AS mood DEFAULT 'ok' NOT NULL CHECK (VALUE > 'sad');
        CREATE TYPE felt AS (mood mood, moods mood[], good good); CREATE TYPE moods AS RANGE (SUBTYPE = mood);
        CREATE TABLE t (a felt, b good, c good[], d moods, e felt[])""",
        """CREATE TYPE mood AS ENUM ('ok', 'sad'); CREATE DOMAIN good AS mood DEFAULT 'ok' NOT NULL CHECK (VALUE > 'sad');
        CREATE TYPE felt AS (mood mood, moods mood[], good good); CREATE TYPE moods AS RANGE (SUBTYPE = mood);
        CREATE TABLE t (a felt, b good, c good[], d moods, e felt[])""",
    ),
    Case(
        "types within types, in other schemas, under names that need quotes",
        "",
        """CREATE SCHEMA "My App"; CREATE TYPE "My App"."Inner" AS (a int);
        CREATE TYPE "My App"."Outer" AS (a "My App"."Inner", b "My App"."Inner"[]);
        CREATE TABLE t (a "My App"."Outer" DEFAULT '("(1)",)', b t2)""".replace(", b t2", ""),
    ),
    Case("a column of the row type of a table", "", "CREATE TABLE t (a int); CREATE TABLE u (a t, b t[])"),
)
