"""Extended statistics: their kinds, columns and expressions, their target, and what they are about."""

from .case import Case

T = "CREATE TABLE t (a int, b text, c int);"
S = f"{T} CREATE STATISTICS s ON a, b FROM t;"

CASES = (
    Case("comes", T, S, ('CREATE STATISTICS "s" ON "a", "b" FROM "t"',)),
    Case(
        "comes along with its table",
        "",
        f"{T} CREATE STATISTICS s (mcv, ndistinct) ON b, a FROM t; COMMENT ON STATISTICS s IS 'ours'",
    ),
    Case(
        "of every combination of kinds",
        T,
        f"""{T}
        CREATE STATISTICS n (ndistinct) ON a, b FROM t; CREATE STATISTICS d (dependencies) ON a, b FROM t;
        CREATE STATISTICS m (mcv) ON a, b FROM t; CREATE STATISTICS nd (dependencies, ndistinct) ON a, b FROM t;
        CREATE STATISTICS nm (mcv, ndistinct) ON a, b FROM t; CREATE STATISTICS dm (mcv, dependencies) ON a, b FROM t;
        CREATE STATISTICS every ON a, b FROM t""",
    ),
    Case(
        "gets other kinds and columns",
        f"{T} CREATE STATISTICS s (mcv) ON a, b FROM t",
        f"{T} CREATE STATISTICS s (mcv, ndistinct) ON a, b, c FROM t",
        ('DROP STATISTICS "s"', 'CREATE STATISTICS "s" (ndistinct, mcv) ON "a", "b", "c" FROM "t"'),
    ),
    Case(
        "of expressions",
        S,
        f"""{T}
        CREATE STATISTICS s ON a, lower(b), (a + c), (b || ' ON , FROM t') FROM t;
        CREATE STATISTICS one ON (c % 2) FROM t""",
        since=14,
    ),
    Case(
        "gets a target",
        S,
        f"{S} ALTER STATISTICS s SET STATISTICS 0; COMMENT ON STATISTICS s IS 'ours'",
        ('ALTER STATISTICS "s" SET STATISTICS 0', """COMMENT ON STATISTICS "s" IS 'ours'"""),
    ),
    Case("comes with a target", T, f"{S} ALTER STATISTICS s SET STATISTICS 10000"),
    Case(
        "is renamed along with its table",
        "CREATE TABLE t (a int, b int); CREATE STATISTICS t_s ON a, b FROM t",
        "CREATE TABLE t (a int, b int); CREATE STATISTICS u_s ON a, b FROM t",
        ('ALTER STATISTICS "t_s" RENAME TO "u_s"',),
    ),
    Case(
        "goes along with a column",
        "CREATE TABLE t (a int, b int, c int); CREATE STATISTICS s ON a, b FROM t",
        "CREATE TABLE t (a int, c int)",
        ('ALTER TABLE "t" DROP COLUMN "b"',),
        ("deletes-data",),
    ),
    Case(
        "stays while a column changes its type",
        "CREATE TABLE t (a int, b varchar(9)); CREATE STATISTICS s ON a, b, lower(b) FROM t",
        "CREATE TABLE t (a bigint, b text); CREATE STATISTICS s ON a, b, lower(b) FROM t",
        since=14,
    ),
    Case(
        "of columns that stand in another order",
        "CREATE TABLE t (b int, a int); CREATE STATISTICS s ON a, b FROM t",
        "CREATE TABLE t (a int, b int); CREATE STATISTICS s ON b, a FROM t",
        (),
    ),
    Case(
        "reads a function",
        T,
        f"""{T}
        CREATE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';
        CREATE STATISTICS s ON f(a) FROM t""",
        since=14,
    ),
    Case(
        "odd names, in another schema than the table",
        'CREATE SCHEMA "my app"; CREATE SCHEMA other; CREATE TABLE "my app"."A table FROM" ("A col" int, "b, ON" text)',
        """
        CREATE SCHEMA "my app"; CREATE SCHEMA other; CREATE TABLE "my app"."A table FROM" ("A col" int, "b, ON" text);
        CREATE STATISTICS other."Odd (mcv) ON" ON "A col", "b, ON", ("A col" + 1) FROM "my app"."A table FROM";
        ALTER STATISTICS other."Odd (mcv) ON" SET STATISTICS 7;
        COMMENT ON STATISTICS other."Odd (mcv) ON" IS 'it''s odd'""",
        since=14,
    ),
    Case(
        "odd names of columns, in another schema than the table",
        'CREATE SCHEMA "my app"; CREATE SCHEMA other; CREATE TABLE "my app"."A table FROM" ("A col" int, "b, ON" text)',
        """
        CREATE SCHEMA "my app"; CREATE SCHEMA other; CREATE TABLE "my app"."A table FROM" ("A col" int, "b, ON" text);
        CREATE STATISTICS other."Odd (mcv) ON" ON "A col", "b, ON" FROM "my app"."A table FROM";""",
    ),
    Case(
        "of a partitioned table",
        "CREATE TABLE t (a int, b int) PARTITION BY RANGE (a)",
        "CREATE TABLE t (a int, b int) PARTITION BY RANGE (a); CREATE STATISTICS s ON a, b FROM t",
    ),
    Case(
        "a column changes its type under statistics with a target",
        "CREATE TABLE t (a int, b int); CREATE STATISTICS s ON a, b FROM t; ALTER STATISTICS s SET STATISTICS 5",
        "CREATE TABLE t (a bigint, b int); CREATE STATISTICS s ON a, b FROM t; ALTER STATISTICS s SET STATISTICS 5",
    ),
)
