"""Materialized views: their query, indexes, storage and comments."""

from .case import Case

T = "CREATE TABLE t (a int, b text);"

CASES = (
    Case(
        "a materialized view comes, with indexes and comments",
        T,
        f"""{T} CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t; CREATE UNIQUE INDEX i ON m (a);
        COMMENT ON MATERIALIZED VIEW m IS 'x'; COMMENT ON COLUMN m.a IS 'y'; COMMENT ON INDEX i IS 'z'""",
        (
            'CREATE MATERIALIZED VIEW "m" AS\nSELECT a,\n    b\n   FROM t\nWITH DATA',
            """COMMENT ON COLUMN "m"."a" IS 'y'""",
            """COMMENT ON MATERIALIZED VIEW "m" IS 'x'""",
            'CREATE UNIQUE INDEX "i" ON "m" USING btree ("a")',
            """COMMENT ON INDEX "i" IS 'z'""",
        ),
        majors=(18,),
    ),
    Case(
        "a materialized view goes",
        f"{T} CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE INDEX ON m (a)",
        T,
        ('DROP MATERIALIZED VIEW "m"',),
    ),
    Case(
        "an index comes to a materialized view that is there",
        f"{T} CREATE MATERIALIZED VIEW m AS SELECT a FROM t",
        f"{T} CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE UNIQUE INDEX i ON m (a)",
        ('CREATE UNIQUE INDEX CONCURRENTLY "i" ON "m" USING btree ("a")',),
    ),
    Case(
        "the query changes, and what hangs on it is made anew",
        f"""{T} CREATE MATERIALIZED VIEW m AS SELECT a FROM t; COMMENT ON MATERIALIZED VIEW m IS 'x';
        CREATE INDEX i ON m (a); COMMENT ON INDEX i IS 'y'; CREATE VIEW v AS SELECT a FROM m""",
        f"""{T} CREATE MATERIALIZED VIEW m AS SELECT a FROM t WHERE a > 0; COMMENT ON MATERIALIZED VIEW m IS 'x';
        CREATE INDEX i ON m (a); COMMENT ON INDEX i IS 'y'; CREATE VIEW v AS SELECT a FROM m""",
        (
            'DROP VIEW "v"',
            'DROP MATERIALIZED VIEW "m"',
            'CREATE MATERIALIZED VIEW "m" AS\nSELECT a\n   FROM t\n  WHERE (a > 0)\nWITH DATA',
            """COMMENT ON MATERIALIZED VIEW "m" IS 'x'""",
            'CREATE INDEX "i" ON "m" USING btree ("a")',
            """COMMENT ON INDEX "i" IS 'y'""",
            'CREATE VIEW "v" AS\nSELECT a\n   FROM m',
        ),
        majors=(18,),
    ),
    Case(
        "a column changes its type under materialized views",
        f"""{T} CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE UNIQUE INDEX i ON m (a);
        CREATE MATERIALIZED VIEW n AS SELECT a FROM m""",
        f"""{T.replace("a int", "a bigint")} CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE UNIQUE INDEX i ON m (a);
        CREATE MATERIALIZED VIEW n AS SELECT a FROM m""",
    ),
    Case(
        "storage is altered in place",
        f"""{T} CREATE MATERIALIZED VIEW m WITH (fillfactor = 70, toast.autovacuum_enabled = false) AS SELECT a, b FROM t;
        ALTER MATERIALIZED VIEW m ALTER a SET STATISTICS 7; ALTER MATERIALIZED VIEW m ALTER a SET (n_distinct = 5)""",
        f"""{T} CREATE MATERIALIZED VIEW m WITH (fillfactor = 80) AS SELECT a, b FROM t;
        ALTER MATERIALIZED VIEW m ALTER b SET STORAGE EXTERNAL; ALTER MATERIALIZED VIEW m ALTER b SET COMPRESSION pglz;
        ALTER MATERIALIZED VIEW m ALTER a SET (n_distinct_inherited = 3); COMMENT ON COLUMN m.b IS 'x'""",
        (
            'ALTER MATERIALIZED VIEW "m" RESET (toast.autovacuum_enabled)',
            'ALTER MATERIALIZED VIEW "m" SET (fillfactor=80)',
            'ALTER MATERIALIZED VIEW "m" ALTER COLUMN "a" SET STATISTICS -1',
            'ALTER MATERIALIZED VIEW "m" ALTER COLUMN "a" RESET (n_distinct)',
            'ALTER MATERIALIZED VIEW "m" ALTER COLUMN "a" SET (n_distinct_inherited=3)',
            'ALTER MATERIALIZED VIEW "m" ALTER COLUMN "b" SET STORAGE EXTERNAL',
            'ALTER MATERIALIZED VIEW "m" ALTER COLUMN "b" SET COMPRESSION pglz',
            """COMMENT ON COLUMN "m"."b" IS 'x'""",
        ),
        since=14,
    ),
    Case(
        "whether it is filled is no difference",
        f"{T} CREATE MATERIALIZED VIEW m AS SELECT a FROM t",
        f"{T} CREATE MATERIALIZED VIEW m AS SELECT a FROM t WITH NO DATA",
        (),
    ),
    Case(
        "one that is not filled comes",
        T,
        f"{T} CREATE MATERIALIZED VIEW m AS SELECT a FROM t WITH NO DATA",
        ('CREATE MATERIALIZED VIEW "m" AS\nSELECT a\n   FROM t\nWITH NO DATA',),
        majors=(18,),
    ),
    Case(
        "one reads another that is no longer filled",
        T,
        f"""{T} CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE VIEW v AS SELECT a FROM m;
        CREATE MATERIALIZED VIEW n AS SELECT a FROM v; REFRESH MATERIALIZED VIEW m WITH NO DATA""",
    ),
    Case(
        "a materialized view becomes a table",
        f"{T} CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE INDEX i ON m (a)",
        f"{T} CREATE TABLE m (a int); CREATE INDEX i ON m (a)",
    ),
    Case(
        "odd names",
        'CREATE SCHEMA "my app"',
        """CREATE SCHEMA "my app"; CREATE MATERIALIZED VIEW "my app"."M;" AS SELECT 1 AS "Odd name";
        COMMENT ON COLUMN "my app"."M;"."Odd name" IS 'x'; CREATE INDEX "I" ON "my app"."M;" ("Odd name")""",
    ),
)
