"""Functions."""

from .case import Case

T = "CREATE TABLE t (a int, b text)"
F = "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a'"

CASES = (
    Case(
        "a function comes",
        "",
        """CREATE FUNCTION f(a int, "B c" text DEFAULT 'it''s') RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a'""",
        (
            'CREATE FUNCTION "f"("a" integer, "B c" text DEFAULT \'it\'\'s\'::text) RETURNS integer\n'
            "LANGUAGE sql IMMUTABLE\n"
            "AS $$SELECT a$$",
        ),
    ),
    Case(
        "a function goes",
        F,
        "",
        ('DROP FUNCTION "f"(integer)',),
    ),
    Case(
        "the body of a function changes",
        F,
        "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a + 1'; COMMENT ON FUNCTION f IS 'more'",
        (
            'CREATE OR REPLACE FUNCTION "f"("a" integer) RETURNS integer\nLANGUAGE sql\nAS $$SELECT a + 1$$',
            """COMMENT ON FUNCTION "f"(integer) IS 'more'""",
        ),
    ),
    Case(
        "what a function promises changes",
        F,
        """CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql STABLE STRICT LEAKPROOF SECURITY DEFINER PARALLEL RESTRICTED
            COST 7 SET search_path = app, "$user", "A ""b", '' SET work_mem = '4MB' SET my.name = 'x, y' AS 'SELECT a'""",
        (
            'ALTER FUNCTION "f"(integer) STABLE LEAKPROOF STRICT PARALLEL RESTRICTED COST 7 SECURITY DEFINER '
            """SET search_path TO 'app', '$user', 'A "b', '' SET work_mem TO '4MB' SET my.name TO 'x, y'""",
        ),
    ),
    Case(
        "what a function that returns rows promises changes",
        "CREATE FUNCTION f() RETURNS SETOF int LANGUAGE sql ROWS 10 COST 0.5 SET search_path = '' AS 'SELECT 1'",
        "CREATE FUNCTION f() RETURNS SETOF int LANGUAGE sql SET search_path = 'a, b' AS 'SELECT 1'",
        ("""ALTER FUNCTION "f"() COST 100 ROWS 1000 SET search_path TO 'a, b'""",),
    ),
    Case(
        "a setting of a function goes",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = '' SET work_mem = '4MB' AS 'SELECT 1'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET work_mem = '5MB' AS 'SELECT 1'",
        ("""ALTER FUNCTION "f"() SET work_mem TO '5MB' RESET search_path""",),
    ),
    Case(
        "the settings of a function have another order",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET jit = on SET work_mem = '4MB' AS 'SELECT 1'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET work_mem = '4MB' SET jit = on AS 'SELECT 1'",
    ),
    Case(
        "arguments get names and defaults",
        "CREATE FUNCTION f(int, text) RETURNS int LANGUAGE sql AS 'SELECT $1'",
        "CREATE FUNCTION f(a int, b text DEFAULT 'x') RETURNS int LANGUAGE sql AS 'SELECT $1'",
        (
            """CREATE OR REPLACE FUNCTION "f"("a" integer, "b" text DEFAULT 'x'::text) RETURNS integer\n"""
            "LANGUAGE sql\nAS $$SELECT $1$$",
        ),
    ),
    Case(
        "arguments get other names",
        "CREATE FUNCTION f(a int, b text) RETURNS int LANGUAGE sql AS 'SELECT $1'",
        "CREATE FUNCTION f(a int, c text) RETURNS int LANGUAGE sql AS 'SELECT $1'",
        (
            'DROP FUNCTION "f"(integer, text)',
            'CREATE FUNCTION "f"("a" integer, "c" text) RETURNS integer\nLANGUAGE sql\nAS $$SELECT $1$$',
        ),
    ),
    Case(
        "a polymorphic argument has a default of another type",
        "CREATE FUNCTION f(a anyelement DEFAULT 1) RETURNS anyelement LANGUAGE sql AS 'SELECT a'",
        "CREATE FUNCTION f(a anyelement DEFAULT 'x'::text) RETURNS anyelement LANGUAGE sql AS 'SELECT a'",
    ),
    Case(
        "an argument takes all that follow",
        "CREATE FUNCTION f(a int, b text[]) RETURNS int LANGUAGE sql AS 'SELECT a'",
        "CREATE FUNCTION f(a int, VARIADIC b text[] DEFAULT '{}') RETURNS int LANGUAGE sql AS 'SELECT a'",
    ),
    Case(
        "arguments that are returned",
        "CREATE FUNCTION f(INOUT a int, OUT text) LANGUAGE sql AS 'SELECT 1, $$x$$::text'",
        "CREATE FUNCTION f(INOUT a int, OUT b text) LANGUAGE sql AS 'SELECT 1, $$x$$::text'",
    ),
    Case(
        "the only argument that is returned has another name",
        "CREATE FUNCTION f(a int, OUT b text) LANGUAGE sql AS 'SELECT $$x$$::text'",
        "CREATE FUNCTION f(a int, OUT c text) LANGUAGE sql AS 'SELECT $$x$$::text'",
        (
            'CREATE OR REPLACE FUNCTION "f"("a" integer, OUT "c" text) RETURNS text\n'
            "LANGUAGE sql\nAS $body$SELECT $$x$$::text$body$",
        ),
    ),
    Case(
        "a function returns a table",
        "CREATE FUNCTION f() RETURNS TABLE (a int) LANGUAGE sql AS 'SELECT 1'",
        """CREATE FUNCTION f() RETURNS TABLE ("A b" int) LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION g() RETURNS TABLE (a int, b text[]) LANGUAGE sql ROWS 3 AS 'SELECT 1, NULL::text[]'""",
    ),
    Case(
        "a function returns the rows of a table that comes with it",
        "",
        f"""{T}; CREATE FUNCTION a_rows() RETURNS SETOF t LANGUAGE sql STABLE AS 'SELECT * FROM t';
        CREATE FUNCTION one(r t) RETURNS t LANGUAGE sql STABLE AS 'SELECT r'""",
    ),
    Case(
        "a function returns something else",
        F,
        "CREATE FUNCTION f(a int) RETURNS bigint LANGUAGE sql AS 'SELECT a::bigint'",
        (
            'DROP FUNCTION "f"(integer)',
            'CREATE FUNCTION "f"("a" integer) RETURNS bigint\nLANGUAGE sql\nAS $$SELECT a::bigint$$',
        ),
    ),
    Case(
        "a function that others hang on is made anew, and they with it",
        f"""CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a'; {T};
        ALTER TABLE t ADD c int DEFAULT f(1), ADD CHECK (f(a) > 0), ADD d int GENERATED ALWAYS AS (f(a)) STORED;
        CREATE INDEX i ON t (f(a)); CREATE FUNCTION g() RETURNS int LANGUAGE sql RETURN f(1)""",
        f"""CREATE FUNCTION f(b int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT b'; {T};
        ALTER TABLE t ADD c int DEFAULT f(1), ADD CHECK (f(a) > 0), ADD d int GENERATED ALWAYS AS (f(a)) STORED;
        CREATE INDEX i ON t (f(a)); CREATE FUNCTION g() RETURNS int LANGUAGE sql RETURN f(1)""",
        since=14,
    ),
    Case(
        "a function that others hang on gets one more argument",
        f"""CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a'; {T};
        ALTER TABLE t ADD c int DEFAULT f(1), ADD CHECK (f(a) > 0); CREATE INDEX i ON t (f(a))""",
        f"""CREATE FUNCTION f(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a'; {T};
        ALTER TABLE t ADD c int DEFAULT f(1), ADD CHECK (f(a) > 0); CREATE INDEX i ON t (f(a))""",
    ),
    Case("overloads", F, f"{F}; CREATE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT 1'"),
    Case(
        "a function becomes a procedure, and that an aggregate",
        "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE PROCEDURE g(int) LANGUAGE sql AS 'SELECT 1'",
        "CREATE PROCEDURE f(int) LANGUAGE sql AS 'SELECT 1'; CREATE AGGREGATE g(int) (SFUNC = int4pl, STYPE = int)",
    ),
    Case(
        "a body of SQL comes with what it names",
        "",
        """CREATE TABLE "Z" (a int); CREATE FUNCTION a_count() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM "Z"';
        CREATE FUNCTION a_sum() RETURNS bigint LANGUAGE sql AS 'SELECT z_one() + a_count()';
        CREATE FUNCTION z_one() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'""",
        (
            'CREATE TABLE "Z" (\n\t"a" integer\n)',
            'CREATE FUNCTION "a_count"() RETURNS bigint\nLANGUAGE sql\nAS $$SELECT count(*) FROM "Z"$$',
            'CREATE FUNCTION "z_one"() RETURNS bigint\nLANGUAGE sql\nAS $$SELECT 1::bigint$$',
            'CREATE FUNCTION "a_sum"() RETURNS bigint\nLANGUAGE sql\nAS $$SELECT z_one() + a_count()$$',
        ),
    ),
    Case(
        "what a body in plpgsql declares comes with it",
        "",
        """CREATE TYPE z_mood AS ENUM ('sad'); CREATE TABLE z (a int); CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS
        'DECLARE r z%ROWTYPE; m z_mood; BEGIN SELECT a FROM missing INTO r; RETURN 1; END'""",
    ),
    Case(
        "a body of SQL and the column that it reads change together",
        f"{T}; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT a FROM t'",
        "CREATE TABLE t (a bigint, c int); CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT a + c FROM t'",
    ),
    Case(
        "two bodies of SQL call each other",
        "",
        """CREATE FUNCTION odd(n int) RETURNS bool LANGUAGE sql AS 'SELECT n <> 0 AND even(n - 1)';
        CREATE FUNCTION even(n int) RETURNS bool LANGUAGE sql AS 'SELECT n = 0 OR odd(n - 1)'""",
        (
            'CREATE FUNCTION "even"("n" integer) RETURNS boolean\nLANGUAGE plpgsql\nAS $$BEGIN END$$',
            'CREATE FUNCTION "odd"("n" integer) RETURNS boolean\nLANGUAGE sql\nAS $$SELECT n <> 0 AND even(n - 1)$$',
            'CREATE OR REPLACE FUNCTION "even"("n" integer) RETURNS boolean\n'
            "LANGUAGE sql\nAS $$SELECT n = 0 OR odd(n - 1)$$",
        ),
    ),
    Case(
        "bodies of SQL that call each other change together, and one more comes",
        """CREATE FUNCTION odd(n int) RETURNS bool LANGUAGE sql AS 'SELECT n <> 0 AND even(n - 1)';
        CREATE FUNCTION even(n int) RETURNS bool LANGUAGE sql AS 'SELECT n = 0 OR odd(n - 1)'""",
        """CREATE FUNCTION odd(n int) RETURNS bool LANGUAGE sql AS 'SELECT n <> 0 AND even(n - 1) OR also(n)';
        CREATE FUNCTION even(n int) RETURNS bool LANGUAGE sql AS 'SELECT n = 0 OR odd(n - 1) OR also(n)';
        CREATE FUNCTION also(n int) RETURNS bool LANGUAGE sql AS 'SELECT even(n)'""",
        (
            'CREATE FUNCTION "also"("n" integer) RETURNS boolean\nLANGUAGE sql\nAS $$SELECT even(n)$$',
            'CREATE OR REPLACE FUNCTION "even"("n" integer) RETURNS boolean\n'
            "LANGUAGE sql\nAS $$SELECT n = 0 OR odd(n - 1) OR also(n)$$",
            'CREATE OR REPLACE FUNCTION "odd"("n" integer) RETURNS boolean\n'
            "LANGUAGE sql\nAS $$SELECT n <> 0 AND even(n - 1) OR also(n)$$",
        ),
    ),
    Case(
        "two bodies that Postgres parses call each other, and one itself",
        "",
        """CREATE FUNCTION odd(n int) RETURNS bool LANGUAGE sql RETURN n <> 0;
        CREATE FUNCTION even(n int) RETURNS bool LANGUAGE sql RETURN n = 0 OR odd(n - 1);
        CREATE OR REPLACE FUNCTION odd(n int) RETURNS bool LANGUAGE sql RETURN n <> 0 AND even(n - 1);
        CREATE FUNCTION down(n int) RETURNS int LANGUAGE sql RETURN n;
        CREATE OR REPLACE FUNCTION down(n int) RETURNS int LANGUAGE sql BEGIN ATOMIC
            SELECT CASE WHEN n > 0 THEN down(n - 1) END; END""",
        since=14,
    ),
    Case(
        "a table counts itself in a default",
        "",
        """CREATE TABLE t (a int); CREATE FUNCTION next_t() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t';
        ALTER TABLE t ALTER a SET DEFAULT next_t()""",
    ),
    Case(
        "a column that a parsed body reads changes its type",
        f"""{T}; CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC
            INSERT INTO t VALUES (1, 'x;y'); SELECT a FROM t WHERE b = 'x;y'; END""",
        """CREATE TABLE t (a int, b varchar(9)); CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC
            INSERT INTO t VALUES (1, 'x;y'); SELECT a FROM t WHERE b = 'x;y'; END""",
        since=14,
    ),
    Case(
        "a default calls a function that comes with it",
        T,
        """CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (a int DEFAULT f(), b text);
        CREATE FUNCTION g(a int DEFAULT f() + 1) RETURNS int LANGUAGE sql AS 'SELECT a';
        ALTER TABLE t ADD CHECK (g(a) > 0)""",
    ),
    Case(
        "bodies with all sorts of signs",
        "",
        "CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS E'\\r\\n-- it''s \\\\ x\\r\\nBEGIN\\tRETURN $$\\\\n$$; END';\n"
        "CREATE FUNCTION g() RETURNS text LANGUAGE plpgsql AS '\n\t-- $$ $body$ \\n '' é\u2028 {}\nBEGIN RETURN 1; END--$';\n"
        "CREATE FUNCTION h() RETURNS text LANGUAGE plpgsql AS "
        "$x$ BEGIN;\n-- ccm: commit\n--> statement-breakpoint\nEND $x$;\n".replace("BEGIN;", "BEGIN NULL;"),
    ),
    Case(
        "functions in C, and inside Postgres",
        "",
        """CREATE FUNCTION f(internal) RETURNS internal LANGUAGE internal STRICT AS 'generate_series_int4_support';
        CREATE FUNCTION g(int, int) RETURNS SETOF int LANGUAGE internal SUPPORT f AS 'generate_series_int4';
        CREATE FUNCTION w() RETURNS bigint LANGUAGE internal WINDOW COST 3 AS 'window_row_number';
        CREATE FUNCTION r() RETURNS trigger LANGUAGE c AS '$libdir/refint', 'check_primary_key'""",
        majors=(15,),
    ),
    Case(
        "a function gets another support function",
        """CREATE FUNCTION f(internal) RETURNS internal LANGUAGE internal STRICT AS 'generate_series_int4_support';
        CREATE FUNCTION g(int, int) RETURNS SETOF int LANGUAGE internal AS 'generate_series_int4'""",
        """CREATE FUNCTION f(internal) RETURNS internal LANGUAGE internal STRICT AS 'generate_series_int4_support';
        CREATE FUNCTION g(int, int) RETURNS SETOF int LANGUAGE internal SUPPORT f AS 'generate_series_int4'""",
    ),
    Case(
        "odd names in another schema",
        "",
        """CREATE SCHEMA "my app"; CREATE TYPE "my app"."Mood" AS ENUM ('sad'); CREATE TABLE "my app"."T t" (a int);
        CREATE FUNCTION "my app"."F ""f("("A" "my app"."Mood", "select" "my app"."T t"[]) RETURNS SETOF "my app"."T t"
            LANGUAGE sql AS 'SELECT * FROM "my app"."T t"';
        COMMENT ON FUNCTION "my app"."F ""f(" IS 'odd'""",
    ),
    Case(
        "a type that an argument has goes along with the function",
        "CREATE TYPE mood AS ENUM ('sad'); CREATE FUNCTION f(m mood) RETURNS mood[] LANGUAGE sql AS 'SELECT array[m]'",
        "",
    ),
    Case(
        "a default calls another overload of a function that goes, which needs one made anew",
        """CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION f(a int DEFAULT g()) RETURNS int LANGUAGE sql AS 'SELECT a'; CREATE TABLE t (x int DEFAULT f())""",
        """CREATE FUNCTION g() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
        CREATE FUNCTION f(a bigint DEFAULT g()) RETURNS bigint LANGUAGE sql AS 'SELECT a'; CREATE TABLE t (x bigint DEFAULT f())""",
    ),
    Case(
        "a default calls a function whose argument is of a type that goes",
        """CREATE TYPE st AS ENUM ('a'); CREATE FUNCTION f(x st DEFAULT 'a') RETURNS st LANGUAGE sql AS 'SELECT x';
        CREATE TABLE t (s st DEFAULT f()); CREATE VIEW v AS SELECT f(s) AS g FROM t""",
        """CREATE FUNCTION f(x text DEFAULT 'x') RETURNS text LANGUAGE sql AS 'SELECT x';
        CREATE TABLE t (s text DEFAULT f()); CREATE VIEW v AS SELECT f(s) AS g FROM t""",
    ),
    Case(
        "a view and a parsed body that need each other come apart",
        """CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS bigint LANGUAGE sql RETURN 1;
        CREATE VIEW v AS SELECT f() AS c FROM t;
        CREATE OR REPLACE FUNCTION f() RETURNS bigint LANGUAGE sql RETURN (SELECT count(*) FROM v)""",
        """CREATE TABLE t (a int); CREATE VIEW v AS SELECT a AS c FROM t;
        CREATE FUNCTION f() RETURNS bigint LANGUAGE sql RETURN (SELECT count(*) FROM v)""",
        since=14,
    ),
)
