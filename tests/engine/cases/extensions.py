"""Extensions. The embedded server, 18, has none of contrib; all others do."""

from functools import partial

from .case import Case as _Case

Case = partial(_Case, majors=(13, 14, 15, 16, 17))

CASES = (
    Case(
        "an extension comes",
        "",
        "CREATE EXTENSION citext",
        ('CREATE EXTENSION IF NOT EXISTS "citext" WITH SCHEMA "public"',),
    ),
    Case("an extension comes along with its schema", "", "CREATE SCHEMA app; CREATE EXTENSION citext SCHEMA app"),
    Case(
        "an extension comes with what uses it",
        "",
        """
        CREATE EXTENSION citext; CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gist;
        CREATE DOMAIN email AS citext;
        CREATE TABLE t (a citext DEFAULT 'x', b email, c citext[], room int, during tsrange, n text,
            EXCLUDE USING gist (room WITH =, during WITH &&));
        CREATE INDEX ON t USING gin (n gin_trgm_ops)""",
    ),
    Case(
        "a column leaves the type of an extension that goes",
        "CREATE EXTENSION citext; CREATE TABLE t (a citext DEFAULT 'x'); CREATE INDEX ON t (a)",
        "CREATE TABLE t (a text DEFAULT 'x'); CREATE INDEX ON t (a)",
    ),
    Case(
        "a default leaves the function of an extension that goes",
        """CREATE EXTENSION "uuid-ossp"; CREATE TABLE t (id uuid DEFAULT uuid_generate_v4())""",
        "CREATE TABLE t (id uuid DEFAULT gen_random_uuid())",
    ),
    Case(
        "an extension moves to another schema",
        "CREATE SCHEMA app; CREATE EXTENSION citext; CREATE TABLE t (a citext)",
        "CREATE SCHEMA app; CREATE EXTENSION citext SCHEMA app; CREATE TABLE t (a app.citext)",
    ),
    Case(
        "a comment changes",
        "CREATE EXTENSION citext",
        "CREATE EXTENSION citext; COMMENT ON EXTENSION citext IS 'ours'",
        ("""COMMENT ON EXTENSION "citext" IS 'ours'""",),
    ),
    Case(
        "an extension gets another version",
        "CREATE EXTENSION hstore VERSION '1.4'",
        "CREATE EXTENSION hstore VERSION '1.6'",
        ("""ALTER EXTENSION "hstore" UPDATE TO '1.6'""",),
        one_way=True,
    ),
    Case(
        "an extension gets the version that its server has",
        "CREATE EXTENSION hstore VERSION '1.4'; CREATE TABLE t (a hstore)",
        "CREATE EXTENSION hstore; CREATE TABLE t (a hstore)",
        ('ALTER EXTENSION "hstore" UPDATE',),
        one_way=True,
    ),
    Case(
        "an extension comes in a version",
        "",
        "CREATE EXTENSION hstore VERSION '1.4'",
        ("""CREATE EXTENSION IF NOT EXISTS "hstore" WITH SCHEMA "public" VERSION '1.4'""",),
    ),
    Case(
        "extensions need each other",
        "",
        "CREATE EXTENSION cube; CREATE EXTENSION earthdistance; COMMENT ON EXTENSION cube IS NULL",
    ),
    Case(
        "an extension has a wrapper, and the user what is on it",
        "CREATE EXTENSION postgres_fdw",
        """CREATE EXTENSION postgres_fdw;
        CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'example.org');
        CREATE FOREIGN TABLE t (a int OPTIONS (column_name 'A')) SERVER s OPTIONS (schema_name 'x')""",
    ),
)
