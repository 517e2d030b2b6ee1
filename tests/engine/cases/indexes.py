"""Indexes of every form."""

from .case import Case

T = "CREATE TABLE t (a int, b text, c jsonb, d tsvector, e int4range, f varchar(9), g text[]);"

CASES = (
    Case(
        "an index comes without stopping anybody",
        T,
        f"{T} CREATE INDEX i ON t (a)",
        ('CREATE INDEX CONCURRENTLY "i" ON "t" USING btree ("a")',),
    ),
    Case(
        "an index comes along with its table",
        "",
        "CREATE TABLE t (a int); CREATE INDEX i ON t (a)",
        ('CREATE TABLE "t" (\n\t"a" integer\n)', 'CREATE INDEX "i" ON "t" USING btree ("a")'),
    ),
    Case("an index goes", f"{T} CREATE INDEX i ON t (a)", T, ('DROP INDEX "i"',)),
    Case(
        "an index comes with a comment",
        T,
        f"{T} CREATE INDEX i ON t (a); COMMENT ON INDEX i IS 'why'",
        ('CREATE INDEX CONCURRENTLY "i" ON "t" USING btree ("a")', """COMMENT ON INDEX "i" IS 'why'"""),
    ),
    Case("two indexes come", T, f"{T} CREATE INDEX i ON t (a); CREATE UNIQUE INDEX j ON t (b, a)"),
    Case(
        "an index on an expression",
        T,
        f"{T} CREATE INDEX i ON t (lower(b)); CREATE INDEX j ON t ((a + 1), (b || 'x'), a); CREATE INDEX k ON t ((c ->> 'x'))",
    ),
    Case("a partial index", T, f"{T} CREATE UNIQUE INDEX i ON t (a) WHERE b <> 'x' AND f IN ('a', 'b')"),
    Case("a covering index", T, f"{T} CREATE INDEX i ON t (a) INCLUDE (b, f)"),
    Case("orders", T, f"{T} CREATE INDEX i ON t (a DESC, b NULLS FIRST, f DESC NULLS LAST, lower(b) DESC)"),
    Case(
        "operator classes and collations",
        T,
        f"""{T} CREATE INDEX i ON t (b text_pattern_ops, f varchar_pattern_ops DESC); CREATE INDEX j ON t (b COLLATE "C"); CREATE INDEX l ON t (lower(b) COLLATE "C" text_pattern_ops);
        CREATE INDEX k ON t USING gin (c jsonb_path_ops); CREATE INDEX m ON t USING gist (d tsvector_ops (siglen = 100))""",
    ),
    Case(
        "an index on an expression with a collation of its own",
        """CREATE TABLE t (b text COLLATE "C")""",
        """CREATE TABLE t (b text COLLATE "C"); CREATE INDEX i ON t (lower(b)); CREATE INDEX j ON t (b COLLATE "POSIX"); CREATE INDEX k ON t (b COLLATE "default"); CREATE INDEX l ON t (lower(b) COLLATE "default")""",
    ),
    Case(
        "every method",
        T,
        f"{T} CREATE INDEX ON t USING hash (a); CREATE INDEX ON t USING gin (g); CREATE INDEX ON t USING gist (e); CREATE INDEX ON t USING spgist (b); CREATE INDEX ON t USING brin (a)",
    ),
    Case("nulls are equal", T, f"{T} CREATE UNIQUE INDEX i ON t (a) NULLS NOT DISTINCT", since=15),
    Case(
        "options",
        T,
        f"{T} CREATE INDEX i ON t (a) WITH (fillfactor = 70, deduplicate_items = off); CREATE INDEX j ON t USING brin (a) WITH (pages_per_range = 8)",
    ),
    Case(
        "options in another order",
        f"{T} CREATE INDEX i ON t (a) WITH (fillfactor = 70, deduplicate_items = off)",
        f"{T} CREATE INDEX i ON t (a) WITH (deduplicate_items = off, fillfactor = 70)",
        (),
    ),
    Case(
        "an index changes",
        f"{T} CREATE INDEX i ON t (a)",
        f"{T} CREATE INDEX i ON t (a DESC)",
        ('DROP INDEX "i"', 'CREATE INDEX CONCURRENTLY "i" ON "t" USING btree ("a" DESC)'),
    ),
    Case(
        "an index is renamed, and said of",
        f"{T} CREATE INDEX i ON t (lower(b)) WHERE a > 0",
        f"{T} CREATE INDEX j ON t (lower(b)) WHERE a > 0; COMMENT ON INDEX j IS 'x'",
        ('ALTER INDEX "i" RENAME TO "j"', """COMMENT ON INDEX "j" IS 'x'"""),
    ),
    Case(
        "two indexes swap their names",
        f"{T} CREATE INDEX i ON t (a); CREATE INDEX j ON t (b)",
        f"{T} CREATE INDEX j ON t (a); CREATE INDEX i ON t (b)",
    ),
    Case(
        "an index of the same name moves to another table",
        "CREATE TABLE t (a int); CREATE TABLE u (a int); CREATE INDEX i ON t (a)",
        "CREATE TABLE t (a int); CREATE TABLE u (a int); CREATE INDEX i ON u (a)",
    ),
    Case(
        "an index becomes a constraint of the same name",
        "CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a)",
        "CREATE TABLE t (a int CONSTRAINT i UNIQUE)",
    ),
    Case(
        "an index becomes a table of the same name",
        "CREATE TABLE t (a int); CREATE INDEX i ON t (a)",
        "CREATE TABLE t (a int); CREATE TABLE i (a int)",
    ),
    Case(
        "an index on a partitioned table",
        "CREATE TABLE t (a int) PARTITION BY RANGE (a)",
        "CREATE TABLE t (a int) PARTITION BY RANGE (a); CREATE INDEX i ON t (a)",
        ('CREATE INDEX "i" ON "t" USING btree ("a")',),
        ("blocks-writes",),
    ),
    Case(
        "an index in another schema",
        "CREATE SCHEMA app; CREATE TABLE app.t (a int)",
        "CREATE SCHEMA app; CREATE TABLE app.t (a int); CREATE INDEX i ON app.t (a); COMMENT ON INDEX app.i IS 'x'",
    ),
    Case(
        "an index over a column that comes",
        "CREATE TABLE t (a int)",
        "CREATE TABLE t (a int, b int); CREATE INDEX i ON t (b)",
    ),
    Case(
        "an index over the whole row",
        "CREATE TABLE t (a int, b int)",
        "CREATE TABLE t (a int, b int); CREATE INDEX i ON t ((t.*))",
    ),
    Case(
        "a column is a key and included as well",
        "CREATE TABLE t (id int, a int)",
        """CREATE TABLE t (id int, a int, CONSTRAINT k UNIQUE (id) INCLUDE (a, id));
        CREATE INDEX i ON t (id DESC, a) INCLUDE (id)""",
    ),
)
