"""Grants."""

from .case import Case

T = "CREATE TABLE t (a int, b int)"

CASES = (
    Case(
        "a grant comes",
        T,
        f"{T}; GRANT SELECT, UPDATE, INSERT ON t TO app",
        ('GRANT SELECT, INSERT, UPDATE ON TABLE "t" TO "app"',),
    ),
    Case("a grant goes", f"{T}; GRANT ALL ON t TO app", T, ('REVOKE ALL ON TABLE "t" FROM "app"',)),
    Case("a grant to everybody", T, f"{T}; GRANT SELECT ON t TO PUBLIC", ('GRANT SELECT ON TABLE "t" TO PUBLIC',)),
    Case(
        "a grant changes",
        f"{T}; GRANT SELECT, DELETE ON t TO app",
        f"{T}; GRANT SELECT, TRUNCATE ON t TO app",
        ('REVOKE DELETE ON TABLE "t" FROM "app"', 'GRANT TRUNCATE ON TABLE "t" TO "app"'),
    ),
    Case(
        "everything is granted of which some was",
        f"{T}; GRANT SELECT ON t TO app WITH GRANT OPTION",
        f"{T}; GRANT ALL ON t TO app",
        ('REVOKE GRANT OPTION FOR SELECT ON TABLE "t" FROM "app"', 'GRANT ALL ON TABLE "t" TO "app"'),
    ),
    Case(
        "some of everything may be passed on",
        f"{T}; GRANT ALL ON t TO app WITH GRANT OPTION",
        f"{T}; GRANT ALL ON t TO app; GRANT SELECT, UPDATE ON t TO app WITH GRANT OPTION",
    ),
    Case(
        "whoever owns a table revokes some of it from himself",
        T,
        f"{T}; REVOKE INSERT ON t FROM CURRENT_USER",
        ('REVOKE INSERT ON TABLE "t" FROM CURRENT_USER',),
    ),
    Case("whoever owns a table may do nothing with it", T, f"{T}; REVOKE ALL ON t FROM CURRENT_USER"),
    Case(
        "columns have grants of their own",
        T,
        f'{T}; GRANT SELECT (a, b), UPDATE (a) ON t TO app; GRANT ALL (b) ON t TO "Strange ""Name"',
        (
            'GRANT SELECT ("a"), UPDATE ("a") ON TABLE "t" TO "app"',
            'GRANT SELECT ("b") ON TABLE "t" TO "app"',
            'GRANT ALL ("b") ON TABLE "t" TO "Strange ""Name"',
        ),
    ),
    Case(
        "a grant on a table goes, and those on its columns stay",
        f"{T}; GRANT SELECT ON t TO app; GRANT SELECT (a) ON t TO app; GRANT SELECT (b) ON t TO PUBLIC",
        f"{T}; GRANT SELECT (a) ON t TO app; GRANT SELECT (b) ON t TO PUBLIC",
        (
            'REVOKE SELECT ("a") ON TABLE "t" FROM "app"',
            'REVOKE SELECT ON TABLE "t" FROM "app"',
            'GRANT SELECT ("a") ON TABLE "t" TO "app"',
        ),
    ),
    Case(
        "a grant on a table shrinks, and those on its columns stay",
        f"{T}; GRANT ALL ON t TO app; GRANT SELECT (a) ON t TO app WITH GRANT OPTION",
        f"{T}; GRANT INSERT ON t TO app; GRANT SELECT (a) ON t TO app WITH GRANT OPTION",
    ),
    Case(
        "a column goes with its grants",
        f"{T}; GRANT SELECT (b) ON t TO app",
        "CREATE TABLE t (a int)",
        ('ALTER TABLE "t" DROP COLUMN "b"',),
        ("deletes-data",),
    ),
    Case(
        "grants on all that a table brings along",
        "",
        """CREATE TABLE t (a serial, b int GENERATED ALWAYS AS IDENTITY);
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO app; GRANT ALL ON t TO app""",
        (
            'CREATE TABLE "t" (\n\t"a" serial NOT NULL,\n\t"b" integer GENERATED ALWAYS AS IDENTITY NOT NULL\n)',
            'GRANT USAGE ON SEQUENCE "t_a_seq" TO "app"',
            'GRANT USAGE ON SEQUENCE "t_b_seq" TO "app"',
            'GRANT ALL ON TABLE "t" TO "app"',
        ),
    ),
    Case(
        "grants on a schema and on what is in it",
        "",
        """CREATE SCHEMA "my app"; GRANT USAGE ON SCHEMA "my app" TO app; CREATE TABLE "my app"."T" (a int);
        GRANT SELECT ON "my app"."T" TO app; GRANT ALL ON SCHEMA "my app" TO bob WITH GRANT OPTION""",
    ),
    Case(
        "the schema public is closed to everybody",
        "",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO app",
        ('REVOKE USAGE ON SCHEMA "public" FROM PUBLIC', 'GRANT USAGE ON SCHEMA "public" TO "app"'),
        since=15,
    ),
    Case(
        "the schema public is open to everybody",
        "",
        "GRANT CREATE ON SCHEMA public TO PUBLIC",
        ('GRANT ALL ON SCHEMA "public" TO PUBLIC',),
        since=15,
    ),
    Case(
        "the schema public was open to everybody, and is closed",
        "",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO app",
        ('REVOKE USAGE, CREATE ON SCHEMA "public" FROM PUBLIC', 'GRANT USAGE ON SCHEMA "public" TO "app"'),
        majors=(13, 14),
    ),
    Case(
        "in the schema public nobody makes anything any more",
        "",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        ('REVOKE CREATE ON SCHEMA "public" FROM PUBLIC',),
        majors=(13, 14),
    ),
    Case(
        "a type is closed to everybody",
        "CREATE TYPE e AS ENUM ('a'); CREATE DOMAIN d AS int",
        "CREATE TYPE e AS ENUM ('a'); CREATE DOMAIN d AS int; REVOKE ALL ON TYPE e, d FROM PUBLIC; GRANT USAGE ON TYPE d TO app",
        (
            'REVOKE USAGE ON TYPE "d" FROM PUBLIC',
            'GRANT USAGE ON TYPE "d" TO "app"',
            'REVOKE USAGE ON TYPE "e" FROM PUBLIC',
        ),
    ),
    Case(
        "a type is made anew with its grants",
        "CREATE DOMAIN d AS int; REVOKE ALL ON TYPE d FROM PUBLIC; GRANT USAGE ON TYPE d TO app",
        "CREATE DOMAIN d AS text; REVOKE ALL ON TYPE d FROM PUBLIC; GRANT USAGE ON TYPE d TO app",
    ),
    Case(
        "sequences have grants",
        "CREATE SEQUENCE s",
        "CREATE SEQUENCE s; GRANT ALL ON SEQUENCE s TO app; GRANT SELECT ON SEQUENCE s TO PUBLIC",
    ),
    Case(
        "a column is granted for which the table was",
        f"{T}; GRANT UPDATE ON t TO app",
        f"{T}; GRANT UPDATE (a) ON t TO app",
        ('REVOKE UPDATE ON TABLE "t" FROM "app"', 'GRANT UPDATE ("a") ON TABLE "t" TO "app"'),
    ),
    Case(
        "a grant moves from one column of a view to another, and from the view to a column",
        """CREATE VIEW v AS SELECT 1 AS a, 2 AS b; GRANT SELECT (a) ON v TO app;
        CREATE MATERIALIZED VIEW m AS SELECT 1 AS a; GRANT SELECT ON m TO app WITH GRANT OPTION""",
        """CREATE VIEW v AS SELECT 1 AS a, 2 AS b; GRANT SELECT (b) ON v TO app;
        CREATE MATERIALIZED VIEW m AS SELECT 1 AS a; GRANT SELECT (a) ON m TO app WITH GRANT OPTION""",
    ),
    Case(
        "routines have grants",
        "",
        """CREATE SCHEMA s; CREATE FUNCTION s.f(a int, OUT b text) LANGUAGE sql AS 'SELECT ''x''::text';
        CREATE PROCEDURE p(a int, INOUT b text) LANGUAGE sql AS 'SELECT ''x''::text';
        CREATE AGGREGATE g(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0');
        REVOKE ALL ON FUNCTION s.f(int) FROM PUBLIC; GRANT EXECUTE ON FUNCTION s.f(int) TO app;
        REVOKE ALL ON PROCEDURE p(int, text) FROM PUBLIC; GRANT EXECUTE ON FUNCTION g() TO app WITH GRANT OPTION""",
    ),
    Case(
        "servers have grants",
        "",
        """CREATE FOREIGN DATA WRAPPER w; CREATE SERVER v FOREIGN DATA WRAPPER w;
        GRANT USAGE ON FOREIGN DATA WRAPPER w TO app; GRANT USAGE ON FOREIGN SERVER v TO app""",
    ),
    Case(
        "nobody may call any function any more, nor those that come with a range type",
        """CREATE TYPE r AS RANGE (SUBTYPE = int); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'""",
        """CREATE TYPE r AS RANGE (SUBTYPE = int); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
        REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO app""",
    ),
)
