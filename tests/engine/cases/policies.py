"""Row security policies."""

from .case import Case

T = "CREATE TABLE t (a int, b text, c varchar(9)); CREATE TABLE u (a int, owner text);"

CASES = (
    Case(
        "policies come, with a comment",
        T,
        f"""{T} ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (a > 0); COMMENT ON POLICY p ON t IS 'x';
        CREATE POLICY q ON t AS RESTRICTIVE FOR UPDATE TO pg_monitor, pg_read_all_stats USING (b = CURRENT_USER) WITH CHECK (c IN ('a', 'b'))""",
        (
            'ALTER TABLE "t" ENABLE ROW LEVEL SECURITY',
            'CREATE POLICY "p" ON "t" USING ((a > 0))',
            """COMMENT ON POLICY "p" ON "t" IS 'x'""",
            """CREATE POLICY "q" ON "t" AS RESTRICTIVE FOR UPDATE TO "pg_monitor", "pg_read_all_stats" USING ((b = CURRENT_USER)) WITH CHECK (((c)::text = ANY (ARRAY['a'::character varying, 'b'::character varying])))""",
        ),
    ),
    Case(
        "policies for every command",
        T,
        f"""{T} CREATE POLICY s ON t FOR SELECT USING (true); CREATE POLICY i ON t FOR INSERT WITH CHECK (a > 0);
        CREATE POLICY u ON t FOR UPDATE USING (a > 0); CREATE POLICY d ON t FOR DELETE USING (false); CREATE POLICY n ON t""",
    ),
    Case("a policy goes", f"{T} CREATE POLICY p ON t USING (a > 0)", T, ('DROP POLICY "p" ON "t"',)),
    Case(
        "a policy is altered",
        f"{T} CREATE POLICY p ON t USING (a > 0); CREATE POLICY q ON t TO pg_monitor USING (a > 0)",
        f"{T} CREATE POLICY p ON t TO pg_monitor USING (a > 1) WITH CHECK (a > 2); CREATE POLICY q ON t USING (a > 0)",
        (
            'ALTER POLICY "p" ON "t" TO "pg_monitor" USING ((a > 1)) WITH CHECK ((a > 2))',
            'ALTER POLICY "q" ON "t" TO PUBLIC',
        ),
    ),
    Case(
        "a policy loses an expression",
        f"{T} CREATE POLICY p ON t USING (a > 0) WITH CHECK (a > 1); COMMENT ON POLICY p ON t IS 'x'",
        f"{T} CREATE POLICY p ON t USING (a > 0); COMMENT ON POLICY p ON t IS 'x'",
        (
            'DROP POLICY "p" ON "t"',
            'CREATE POLICY "p" ON "t" USING ((a > 0))',
            """COMMENT ON POLICY "p" ON "t" IS 'x'""",
        ),
    ),
    Case(
        "a policy changes its command",
        f"{T} CREATE POLICY p ON t FOR SELECT USING (a > 0)",
        f"{T} CREATE POLICY p ON t FOR DELETE USING (a > 0)",
    ),
    Case(
        "a policy becomes restrictive",
        f"{T} CREATE POLICY p ON t USING (a > 0)",
        f"{T} CREATE POLICY p ON t AS RESTRICTIVE USING (a > 0)",
    ),
    Case(
        "a policy is renamed",
        f"{T} CREATE POLICY p ON t USING (a > 0)",
        f'{T} CREATE POLICY "P;" ON t USING (a > 0)',
        ('ALTER POLICY "p" ON "t" RENAME TO "P;"',),
    ),
    Case(
        "a comment changes",
        f"{T} CREATE POLICY p ON t; COMMENT ON POLICY p ON t IS 'x'",
        f"{T} CREATE POLICY p ON t",
        ('COMMENT ON POLICY "p" ON "t" IS NULL',),
    ),
    Case(
        "a policy reads another table",
        T,
        f"""{T} CREATE VIEW v AS SELECT owner FROM u;
        CREATE POLICY p ON t USING (EXISTS (SELECT 1 FROM u WHERE u.a = t.a AND u.owner = CURRENT_USER) OR b IN (SELECT owner FROM v))""",
    ),
    Case(
        "tables whose policies read each other",
        "",
        f"{T} CREATE POLICY p ON t USING (a IN (SELECT a FROM u)); CREATE POLICY p ON u USING (a IN (SELECT a FROM t))",
    ),
    Case(
        "a column changes its type under policies",
        f"""{T} CREATE POLICY p ON t USING (a > 0); COMMENT ON POLICY p ON t IS 'x'; CREATE POLICY q ON t USING (b = 'x');
        CREATE POLICY r ON u USING (owner IN (SELECT b FROM t WHERE t.a = u.a))""",
        f"""{T.replace("t (a int", "t (a bigint")} CREATE POLICY p ON t USING (a > 0); COMMENT ON POLICY p ON t IS 'x';
        CREATE POLICY q ON t USING (b = 'x'); CREATE POLICY r ON u USING (owner IN (SELECT b FROM t WHERE t.a = u.a))""",
        (
            'DROP POLICY "p" ON "t"',
            'DROP POLICY "r" ON "u"',
            'ALTER TABLE "t" ALTER COLUMN "a" SET DATA TYPE bigint',
            'CREATE POLICY "p" ON "t" USING ((a > 0))',
            """COMMENT ON POLICY "p" ON "t" IS 'x'""",
            """CREATE POLICY "r" ON "u" USING ((owner IN ( SELECT t.b\n   FROM t\n  WHERE (t.a = u.a))))""",
        ),
        ("rewrites-table",),
    ),
    Case(
        "a policy lets go of a column and takes another",
        "CREATE TABLE t (a int, b int); CREATE POLICY p ON t USING (a > 0)",
        "CREATE TABLE t (b int, c int); CREATE POLICY p ON t USING (c > 0)",
    ),
    Case(
        "policies on odd names",
        'CREATE SCHEMA "my app"; CREATE TABLE "my app"."Strange Name" ("a ""b" int)',
        """CREATE SCHEMA "my app"; CREATE TABLE "my app"."Strange Name" ("a ""b" int);
        CREATE POLICY "P ""s" ON "my app"."Strange Name" USING ("a ""b" > 0); COMMENT ON POLICY "P ""s" ON "my app"."Strange Name" IS 'x'""",
    ),
)
