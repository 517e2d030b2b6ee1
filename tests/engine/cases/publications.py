"""Publications: what they publish, of which tables, columns, rows and schemas."""

from .case import Case

T = "CREATE TABLE t (a int PRIMARY KEY, b text, c int); CREATE TABLE u (a int PRIMARY KEY);"

CASES = (
    Case("comes", "", "CREATE PUBLICATION p", ('CREATE PUBLICATION "p"',)),
    Case("of all tables", T, f"{T} CREATE PUBLICATION p FOR ALL TABLES", ('CREATE PUBLICATION "p" FOR ALL TABLES',)),
    Case(
        "of tables",
        T,
        f"{T} CREATE PUBLICATION p FOR TABLE t, u",
        ('CREATE PUBLICATION "p" FOR TABLE "t", "u"',),
    ),
    Case("comes along with its tables", "", f"{T} CREATE PUBLICATION p FOR TABLE t, u"),
    Case(
        "of columns and rows",
        T,
        f"{T} CREATE PUBLICATION p FOR TABLE t (b, a) WHERE (a > 0 AND b <> 'x'), u",
        ("""CREATE PUBLICATION "p" FOR TABLE "t" ("a", "b") WHERE (((a > 0) AND (b <> 'x'::text))), "u\"""",),
        since=15,
    ),
    Case(
        "gets a table and loses one",
        f"{T} CREATE PUBLICATION p FOR TABLE t",
        f"{T} CREATE PUBLICATION p FOR TABLE u",
        ('ALTER PUBLICATION "p" ADD TABLE "u"', 'ALTER PUBLICATION "p" DROP TABLE "t"'),
    ),
    Case(
        "loses a table that goes",
        f"{T} CREATE PUBLICATION p FOR TABLE t, u WHERE (a > 0)",
        "CREATE TABLE t (a int PRIMARY KEY, b text, c int); CREATE PUBLICATION p FOR TABLE t",
        ('DROP TABLE "u"',),
        ("deletes-data",),
        since=15,
    ),
    Case(
        "gets another row filter",
        f"{T} CREATE PUBLICATION p FOR TABLE t WHERE (a > 0)",
        f"{T} CREATE PUBLICATION p FOR TABLE t WHERE (a > 1)",
        ('ALTER PUBLICATION "p" DROP TABLE "t"', 'ALTER PUBLICATION "p" ADD TABLE "t" WHERE ((a > 1))'),
        since=15,
    ),
    Case(
        "lets go of columns that go",
        "CREATE TABLE t (a int PRIMARY KEY, b text, c int); CREATE PUBLICATION p FOR TABLE t (a, b) WHERE (a > 0)",
        "CREATE TABLE t (a int PRIMARY KEY, c int); CREATE PUBLICATION p FOR TABLE t (a) WHERE (a > 0)",
        since=15,
    ),
    Case(
        "filters by a column that changes its type",
        f"{T} CREATE PUBLICATION p FOR TABLE t (a, c) WHERE (a > 0)",
        """CREATE TABLE t (a bigint PRIMARY KEY, b text, c text); CREATE TABLE u (a int PRIMARY KEY);
        CREATE PUBLICATION p FOR TABLE t (a, c) WHERE (a > 0)""",
        since=15,
    ),
    Case(
        "of schemas",
        'CREATE SCHEMA "my app"; CREATE PUBLICATION p FOR TABLES IN SCHEMA public',
        'CREATE SCHEMA "my app"; CREATE PUBLICATION p FOR TABLES IN SCHEMA "my app"; CREATE PUBLICATION "Q q" FOR TABLES IN SCHEMA "my app", public',
        since=15,
    ),
    Case(
        "of a schema that comes",
        "CREATE PUBLICATION p",
        "CREATE SCHEMA app; CREATE PUBLICATION p FOR TABLES IN SCHEMA app",
        ('CREATE SCHEMA "app"', 'ALTER PUBLICATION "p" ADD TABLES IN SCHEMA "app"'),
        since=15,
    ),
    Case(
        "of a schema and of a table",
        f"CREATE SCHEMA app; {T}",
        f"CREATE SCHEMA app; {T} CREATE PUBLICATION p FOR TABLE t, TABLES IN SCHEMA app",
        since=15,
    ),
    Case(
        "of all tables becomes one of some",
        f"{T} CREATE PUBLICATION p FOR ALL TABLES WITH (publish = 'insert')",
        f"{T} CREATE PUBLICATION p FOR TABLE t WITH (publish = 'insert'); COMMENT ON PUBLICATION p IS 'ours'",
        (
            'DROP PUBLICATION "p"',
            """CREATE PUBLICATION "p" FOR TABLE "t" WITH (publish = 'insert')""",
            """COMMENT ON PUBLICATION "p" IS 'ours'""",
        ),
    ),
    Case(
        "publishes something else",
        f"{T} CREATE PUBLICATION p FOR TABLE t WITH (publish = 'truncate, insert')",
        f"{T} CREATE PUBLICATION p FOR TABLE t WITH (publish = 'delete', publish_via_partition_root)",
        ("""ALTER PUBLICATION "p" SET (publish = 'delete', publish_via_partition_root = true)""",),
    ),
    Case("publishes nothing", "CREATE PUBLICATION p", "CREATE PUBLICATION p WITH (publish = '')"),
    Case(
        "publishes generated columns",
        "CREATE PUBLICATION p FOR ALL TABLES",
        "CREATE PUBLICATION p FOR ALL TABLES WITH (publish_generated_columns = stored)",
        ('ALTER PUBLICATION "p" SET (publish_generated_columns = stored)',),
        majors=(18,),
    ),
    Case(
        "of a partitioned table",
        "CREATE TABLE t (a int, b int) PARTITION BY RANGE (a)",
        """CREATE TABLE t (a int, b int) PARTITION BY RANGE (a);
        CREATE PUBLICATION p FOR TABLE t WHERE (a > 0) WITH (publish_via_partition_root)""",
        since=15,
    ),
    Case(
        "of a table that is unlogged later",
        "CREATE TABLE t (a int); CREATE PUBLICATION p FOR TABLE t",
        "CREATE UNLOGGED TABLE t (a int); CREATE PUBLICATION p",
    ),
    Case(
        "odd names",
        """CREATE SCHEMA "my app"; CREATE TABLE "my app"."T t" ("A a" int, b text)""",
        """CREATE SCHEMA "my app"; CREATE TABLE "my app"."T t" ("A a" int, b text);
        CREATE PUBLICATION "my app" FOR TABLE "my app"."T t" ("A a") WHERE ("A a" IS NOT NULL);
        COMMENT ON PUBLICATION "my app" IS 'it''s odd'""",
        since=15,
    ),
    Case(
        "a publication has whole schemas instead of some columns",
        "CREATE SCHEMA s; CREATE TABLE t (a int, b int); CREATE TABLE u (a int); CREATE PUBLICATION p FOR TABLE t (a, b)",
        """CREATE SCHEMA s; CREATE TABLE t (a int, b int); CREATE TABLE u (a int);
        CREATE PUBLICATION p FOR TABLE u, TABLES IN SCHEMA s""",
        since=15,
    ),
)
