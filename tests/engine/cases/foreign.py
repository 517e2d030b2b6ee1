"""Foreign-data wrappers, servers, user mappings, and foreign tables."""

from .case import Case

W = "CREATE FOREIGN DATA WRAPPER w;"
S = f"{W} CREATE SERVER s FOREIGN DATA WRAPPER w;"
T = f"{S} CREATE FOREIGN TABLE t (a int, b text) SERVER s;"

CASES = (
    Case("a wrapper comes", "", W, ('CREATE FOREIGN DATA WRAPPER "w"',)),
    Case(
        "a wrapper gets other options",
        "CREATE FOREIGN DATA WRAPPER w OPTIONS (host 'a', dbname 'b')",
        "CREATE FOREIGN DATA WRAPPER w OPTIONS (port '1', host 'c')",
        ("""ALTER FOREIGN DATA WRAPPER "w" OPTIONS (DROP "dbname", SET "host" 'c', ADD "port" '1')""",),
    ),
    Case(
        "a wrapper gets a validator",
        W,
        "CREATE FOREIGN DATA WRAPPER w VALIDATOR postgresql_fdw_validator",
        ('ALTER FOREIGN DATA WRAPPER "w" VALIDATOR postgresql_fdw_validator',),
    ),
    Case(
        "a wrapper comes with everything",
        "",
        """CREATE FOREIGN DATA WRAPPER "W w" OPTIONS (host 'it''s', "Odd one" '');
        COMMENT ON FOREIGN DATA WRAPPER "W w" IS 'ours'""",
    ),
    Case("a server comes", W, S, ('CREATE SERVER "s" FOREIGN DATA WRAPPER "w"',)),
    Case(
        "a server comes with everything",
        "",
        """CREATE FOREIGN DATA WRAPPER "W w";
        CREATE SERVER "S s" TYPE 'it''s' VERSION '1' FOREIGN DATA WRAPPER "W w" OPTIONS (host 'x', "Odd one" '');
        COMMENT ON SERVER "S s" IS 'ours'""",
    ),
    Case(
        "a server gets another version and other options",
        f"{W} CREATE SERVER s VERSION '1' FOREIGN DATA WRAPPER w OPTIONS (host 'x', port '1')",
        f"{W} CREATE SERVER s VERSION '2' FOREIGN DATA WRAPPER w OPTIONS (host 'y')",
        ("""ALTER SERVER "s" VERSION '2' OPTIONS (DROP "port", SET "host" 'y')""",),
    ),
    Case("a server loses its version", f"{W} CREATE SERVER s VERSION '1' FOREIGN DATA WRAPPER w", S),
    Case(
        "a server gets another type, and all that is on it stays",
        T + "CREATE USER MAPPING FOR public SERVER s",
        f"""{W} CREATE SERVER s TYPE 'x' FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE t (a int, b text) SERVER s;
        CREATE USER MAPPING FOR public SERVER s""",
    ),
    Case(
        "a server gets another wrapper",
        f"{T} CREATE FOREIGN DATA WRAPPER x",
        f"""{W} CREATE FOREIGN DATA WRAPPER x; CREATE SERVER s FOREIGN DATA WRAPPER x;
        CREATE FOREIGN TABLE t (a int, b text) SERVER s""",
    ),
    Case(
        "user mappings come",
        S,
        f"{S} CREATE USER MAPPING FOR public SERVER s; CREATE USER MAPPING FOR CURRENT_USER SERVER s",
        ('CREATE USER MAPPING FOR "postgres" SERVER "s"', 'CREATE USER MAPPING FOR PUBLIC SERVER "s"'),
    ),
    Case(
        "a server with the name of a schema",
        "",
        """CREATE SCHEMA "App"; CREATE FOREIGN DATA WRAPPER w; CREATE SERVER "App" FOREIGN DATA WRAPPER w;
        CREATE USER MAPPING FOR public SERVER "App"; CREATE FOREIGN TABLE "App"."App" (a int) SERVER "App\"""",
    ),
    Case(
        "a foreign table comes",
        S,
        f"{S} CREATE FOREIGN TABLE t (a int, b text OPTIONS (column_name 'B')) SERVER s OPTIONS (table_name 'T')",
        (
            """CREATE FOREIGN TABLE "t" (\n\t"a" integer,\n\t"b" text OPTIONS ("column_name" 'B')\n) """
            """SERVER "s" OPTIONS ("table_name" 'T')""",
        ),
    ),
    Case(
        "a foreign table comes, with how its columns are stored and analysed",
        S,
        f"""{S} CREATE FOREIGN TABLE t (a int, b text COLLATE "C") SERVER s;
        ALTER FOREIGN TABLE t ALTER a SET STATISTICS 20, ALTER b SET STORAGE EXTERNAL, ALTER a SET (n_distinct = 5)""",
    ),
    Case(
        "a foreign table comes that inherits, with defaults of its own",
        f"{S} CREATE TABLE p (a text, b int NOT NULL); ALTER TABLE p ALTER a SET STORAGE EXTERNAL",
        f"""{S} CREATE TABLE p (a text, b int NOT NULL); ALTER TABLE p ALTER a SET STORAGE EXTERNAL;
        CREATE FOREIGN TABLE t (c bigserial) INHERITS (p) SERVER s;
        ALTER FOREIGN TABLE t ALTER a SET DEFAULT 'x', ALTER a SET STATISTICS 3""",
    ),
    Case(
        "a foreign table comes with everything",
        "",
        f"""{S} CREATE SCHEMA app; CREATE TYPE mood AS ENUM ('sad', 'ok');
        CREATE TABLE p (a int, z text);
        CREATE FOREIGN TABLE app."T t" (
            id serial, a int DEFAULT 1 NOT NULL, "B b" text OPTIONS (x 'it''s') COLLATE "C" DEFAULT 'x',
            m mood DEFAULT 'ok', g int GENERATED ALWAYS AS (a + 1) STORED,
            CONSTRAINT positive CHECK (a > 0), CHECK (a < g)
        ) SERVER s OPTIONS (y 'z', "Odd one" '');
        ALTER FOREIGN TABLE app."T t" ADD CONSTRAINT later CHECK (a <> 7) NOT VALID;
        CREATE FOREIGN TABLE c (b int) INHERITS (p) SERVER s;
        CREATE STATISTICS st ON a, m FROM app."T t";
        COMMENT ON FOREIGN TABLE app."T t" IS 'ours'; COMMENT ON COLUMN app."T t"."B b" IS 'b';
        COMMENT ON CONSTRAINT positive ON app."T t" IS 'c'""",
    ),
    Case(
        "a foreign table changes its columns",
        T,
        f"""{S} CREATE FOREIGN TABLE t (a bigint OPTIONS (n 'x') NOT NULL, c date DEFAULT '2000-01-01') SERVER s""",
        (
            'ALTER TABLE "t" ALTER COLUMN "a" SET DATA TYPE bigint',
            'ALTER TABLE "t" ALTER COLUMN "a" SET NOT NULL',
            """ALTER TABLE "t" ALTER COLUMN "a" OPTIONS (ADD "n" 'x')""",
            """ALTER TABLE "t" ADD COLUMN "c" date DEFAULT '2000-01-01'""",
            'ALTER TABLE "t" DROP COLUMN "b"',
        ),
        ("rewrites-table", "scans-table", "deletes-data"),
    ),
    Case(
        "a column of a foreign table gets other options",
        f"{S} CREATE FOREIGN TABLE t (a int OPTIONS (x '1', y '2')) SERVER s",
        f"{S} CREATE FOREIGN TABLE t (a int OPTIONS (y '3', z '4')) SERVER s",
        ("""ALTER TABLE "t" ALTER COLUMN "a" OPTIONS (DROP "x", SET "y" '3', ADD "z" '4')""",),
    ),
    Case(
        "a foreign table gets checks",
        T,
        f"{T} ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0), ADD CONSTRAINT d CHECK (a < 9) NOT VALID",
    ),
    Case(
        "a foreign table gets other options",
        f"{S} CREATE FOREIGN TABLE t (a int) SERVER s OPTIONS (x '1', y '2')",
        f"{S} CREATE FOREIGN TABLE t (a int) SERVER s OPTIONS (y '3', z '4')",
        ("""ALTER FOREIGN TABLE "t" OPTIONS (DROP "x", SET "y" '3', ADD "z" '4')""",),
    ),
    Case(
        "a foreign table moves to another server",
        f"{T} CREATE SERVER x FOREIGN DATA WRAPPER w; COMMENT ON COLUMN t.a IS 'a'",
        f"""{S} CREATE SERVER x FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE t (a int, b text) SERVER x;
        COMMENT ON COLUMN t.a IS 'a'""",
        (
            'DROP FOREIGN TABLE "t"',
            'CREATE FOREIGN TABLE "t" (\n\t"a" integer,\n\t"b" text\n) SERVER "x"',
            """COMMENT ON COLUMN "t"."a" IS 'a'""",
        ),
    ),
    Case(
        "a foreign table takes the place of a table",
        f"{S} CREATE TABLE t (a int)",
        f"{S} CREATE FOREIGN TABLE t (a int) SERVER s",
    ),
)
