"""Procedures."""

from .case import Case

CASES = (
    Case(
        "a procedure comes",
        "",
        "CREATE PROCEDURE p(a int, INOUT b text DEFAULT 'x') LANGUAGE plpgsql AS 'BEGIN END'",
        (
            """CREATE PROCEDURE "p"("a" integer, INOUT "b" text DEFAULT 'x'::text)\nLANGUAGE plpgsql\nAS $$BEGIN END$$""",
        ),
    ),
    Case(
        "a procedure goes",
        "CREATE PROCEDURE p(a int, OUT b text) LANGUAGE plpgsql AS 'BEGIN END'",
        "",
        ('DROP PROCEDURE "p"(IN integer, OUT text)',),
        since=14,
    ),
    Case(
        "the body of a procedure changes",
        "CREATE TABLE t (a int); CREATE PROCEDURE p() LANGUAGE sql AS 'DELETE FROM t'",
        "CREATE TABLE t (a int); CREATE PROCEDURE p() LANGUAGE sql AS 'TRUNCATE t'; COMMENT ON PROCEDURE p IS 'faster'",
        (
            'CREATE OR REPLACE PROCEDURE "p"()\nLANGUAGE sql\nAS $$TRUNCATE t$$',
            """COMMENT ON PROCEDURE "p"() IS 'faster'""",
        ),
    ),
    Case(
        "a procedure runs as its owner",
        "CREATE PROCEDURE p(a int) LANGUAGE sql AS 'SELECT a'",
        "CREATE PROCEDURE p(a int) LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT a'",
        ("""ALTER PROCEDURE "p"(IN integer) SECURITY DEFINER SET search_path TO ''""",),
    ),
    Case(
        "what a procedure gives back has another name",
        "CREATE PROCEDURE p(OUT a int) LANGUAGE plpgsql AS 'BEGIN END'",
        "CREATE PROCEDURE p(OUT b int) LANGUAGE plpgsql AS 'BEGIN END'",
        since=14,
    ),
    Case(
        "two procedures that only differ in what goes in",
        "CREATE PROCEDURE p(a int, OUT b int) LANGUAGE plpgsql AS 'BEGIN END'",
        """CREATE PROCEDURE p(a int, OUT b int) LANGUAGE plpgsql AS 'BEGIN END';
        CREATE PROCEDURE p(a int, b int) LANGUAGE plpgsql AS 'BEGIN END'""",
        since=14,
    ),
    Case(
        "procedures call each other",
        "",
        """CREATE PROCEDURE p(n int) LANGUAGE sql AS 'CALL q(n)'; CREATE PROCEDURE q(n int) LANGUAGE sql AS 'CALL p(n)'""",
    ),
    Case(
        "a procedure over a column whose type changes",
        """CREATE TABLE t (a int); CREATE PROCEDURE p(n int) LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (n); END""",
        """CREATE TABLE t (a bigint); CREATE PROCEDURE p(n int) LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (n); END""",
        since=14,
    ),
)
