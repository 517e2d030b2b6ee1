"""Names that change hands between objects of different kinds."""

from .case import Case

CASES = (
    Case("a table becomes a sequence of the same name", "CREATE TABLE x (a int)", "CREATE SEQUENCE x"),
    Case(
        "a table becomes a type of the same name",
        "CREATE TABLE x (a int)",
        "CREATE TYPE x AS ENUM ('a'); CREATE TABLE t (x x)",
    ),
    Case(
        "a schema takes the name of a table that goes",
        "CREATE TABLE x (a int)",
        "CREATE SCHEMA x; CREATE TABLE x.x (a int)",
    ),
    Case(
        "a table takes the name of another one's key",
        "CREATE TABLE t (id int CONSTRAINT x PRIMARY KEY)",
        "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE x (id int)",
    ),
    Case(
        "a constraint takes the name of a constraint of another kind",
        "CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0))",
        "CREATE TABLE t (a int CONSTRAINT c UNIQUE)",
    ),
    Case(
        "a foreign key takes the name of a check",
        "CREATE TABLE t (a int PRIMARY KEY CONSTRAINT c CHECK (a > 0))",
        "CREATE TABLE t (a int PRIMARY KEY CONSTRAINT c REFERENCES t)",
    ),
    Case(
        "an identity's sequence takes the name of one that goes",
        "CREATE SEQUENCE t_id_seq; CREATE TABLE t (id int)",
        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY)",
    ),
    Case(
        "the longest of names",
        f'CREATE TABLE "{"t" * 63}" ("{"c" * 63}" int)',
        f'CREATE TABLE "{"t" * 63}" ("{"c" * 63}" int NOT NULL, "{"d" * 63}" serial PRIMARY KEY, UNIQUE ("{"c" * 63}")); CREATE INDEX ON "{"t" * 63}" ("{"c" * 63}")',
    ),
    Case(
        "checks of one name change tables in a circle of other needs",
        "CREATE SEQUENCE s; CREATE TABLE a (x int DEFAULT nextval('s') CONSTRAINT c CHECK (x > 0)); ALTER SEQUENCE s OWNED BY a.x; CREATE TABLE b (x int DEFAULT nextval('s'))",
        "CREATE SEQUENCE r; CREATE TABLE d (x int DEFAULT nextval('r') CONSTRAINT c CHECK (x > 0)); ALTER SEQUENCE r OWNED BY d.x; CREATE TABLE b (x int DEFAULT nextval('r'))",
    ),
    Case(
        "types called as those of Postgres",
        """CREATE TYPE public.path AS ENUM ('a', 'b'); CREATE DOMAIN public."timestamp" AS int;
        CREATE TYPE public.point AS (x int); CREATE TYPE public.name AS RANGE (SUBTYPE = float8);
        CREATE TABLE t (a public.path DEFAULT 'a', b public.path[], c path, d public."timestamp", e public.point, f public.name)""",
        """CREATE TYPE public.path AS ENUM ('b', 'a', 'c'); CREATE DOMAIN public."timestamp" AS bigint CHECK (VALUE > 0);
        CREATE TYPE public.point AS (x text); CREATE TYPE public.name AS RANGE (SUBTYPE = float8);
        COMMENT ON TYPE public.point IS 'ours'; COMMENT ON TYPE public.name IS 'ours';
        CREATE TABLE t (a public.path DEFAULT 'a', b public.path[], c path, d public."timestamp", e public.point, f public.name)""",
        one_way=True,
    ),
)
