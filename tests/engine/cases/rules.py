"""Rules on tables and views."""

from .case import Case

T = "CREATE TABLE t (a int, b varchar(9)); CREATE TABLE log (a int, b varchar(9));"
V = f"{T} CREATE VIEW v AS SELECT a, b FROM t;"

CASES = (
    Case(
        "a rule comes, with a comment",
        T,
        f"{T} CREATE RULE r AS ON INSERT TO t WHERE new.a > 0 DO ALSO INSERT INTO log VALUES (new.a); COMMENT ON RULE r ON t IS 'x'",
        (
            'CREATE RULE "r" AS ON INSERT TO "t"\nWHERE (new.a > 0) DO  INSERT INTO log (a)\n  VALUES (new.a)',
            """COMMENT ON RULE "r" ON "t" IS 'x'""",
        ),
    ),
    Case(
        "a rule goes",
        f"{T} CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING",
        T,
        ('DROP RULE "r" ON "t"',),
    ),
    Case(
        "a rule is replaced, by one of another event",
        f"{T} CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING; COMMENT ON RULE r ON t IS 'x'",
        f"{T} CREATE RULE r AS ON UPDATE TO t DO INSTEAD NOTHING; COMMENT ON RULE r ON t IS 'y'",
        (
            'CREATE OR REPLACE RULE "r" AS ON UPDATE TO "t"\nDO INSTEAD NOTHING',
            """COMMENT ON RULE "r" ON "t" IS 'y'""",
        ),
    ),
    Case(
        "a rule is renamed",
        f"{T} CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING",
        f'{T} CREATE RULE "R;" AS ON DELETE TO t DO INSTEAD NOTHING',
        ('ALTER RULE "r" ON "t" RENAME TO "R;"',),
    ),
    Case(
        "a rule is disabled, and enabled in other ways",
        f"""{T} CREATE RULE a AS ON DELETE TO t DO INSTEAD NOTHING; CREATE RULE b AS ON UPDATE TO t DO ALSO NOTHING;
        ALTER TABLE t DISABLE RULE b""",
        f"""{T} CREATE RULE a AS ON DELETE TO t DO INSTEAD NOTHING; CREATE RULE b AS ON UPDATE TO t DO ALSO NOTHING;
        CREATE RULE c AS ON INSERT TO t DO ALSO NOTHING; ALTER TABLE t DISABLE RULE a; ALTER TABLE t ENABLE ALWAYS RULE b;
        ALTER TABLE t ENABLE REPLICA RULE c""",
        (
            'ALTER TABLE "t" DISABLE RULE "a"',
            'ALTER TABLE "t" ENABLE ALWAYS RULE "b"',
            'CREATE RULE "c" AS ON INSERT TO "t"\nDO NOTHING',
            'ALTER TABLE "t" ENABLE REPLICA RULE "c"',
        ),
    ),
    Case(
        "rules of every form on a view",
        V,
        f"""{V} CREATE RULE i AS ON INSERT TO v DO INSTEAD INSERT INTO t VALUES (new.*) RETURNING a, b;
        CREATE RULE u AS ON UPDATE TO v WHERE old.b IN ('x', 'y') DO INSTEAD (UPDATE t SET a = new.a WHERE t.a = old.a; INSERT INTO log SELECT old.a, 'it''s');
        CREATE RULE u2 AS ON UPDATE TO v DO INSTEAD NOTHING;
        CREATE RULE d AS ON DELETE TO v DO INSTEAD DELETE FROM t USING log WHERE t.a = old.a AND log.a = t.a;
        CREATE RULE n AS ON DELETE TO v DO ALSO NOTIFY gone""",
    ),
    Case(
        "a view is made anew with its rules",
        f"{V} CREATE RULE i AS ON INSERT TO v DO INSTEAD INSERT INTO t VALUES (new.a); COMMENT ON RULE i ON v IS 'x'",
        f"""{T} CREATE VIEW v AS SELECT a::text AS a, b FROM t;
        CREATE RULE i AS ON INSERT TO v DO INSTEAD INSERT INTO t VALUES (new.a::int); COMMENT ON RULE i ON v IS 'x'""",
    ),
    Case(
        "a view grows a column that its rule returns",
        "CREATE TABLE t (a int); CREATE VIEW v AS SELECT * FROM t; CREATE RULE i AS ON INSERT TO v DO INSTEAD INSERT INTO t SELECT new.* RETURNING *",
        "CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT * FROM t; CREATE RULE i AS ON INSERT TO v DO INSTEAD INSERT INTO t SELECT new.* RETURNING *",
    ),
    Case(
        "a column changes its type under rules",
        f"""{T} CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO log VALUES (new.a); COMMENT ON RULE r ON t IS 'x';
        CREATE RULE s AS ON INSERT TO log DO ALSO NOTHING""",
        f"""{T.replace("a int", "a bigint")} CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO log VALUES (new.a);
        COMMENT ON RULE r ON t IS 'x'; CREATE RULE s AS ON INSERT TO log DO ALSO NOTHING""",
    ),
    Case(
        "rules on odd names",
        'CREATE SCHEMA "my app"; CREATE TABLE "my app"."Strange Name" ("a ""b" int)',
        """CREATE SCHEMA "my app"; CREATE TABLE "my app"."Strange Name" ("a ""b" int);
        CREATE RULE "R ""s" AS ON UPDATE TO "my app"."Strange Name" WHERE old."a ""b" > 1 DO INSTEAD NOTHING;
        COMMENT ON RULE "R ""s" ON "my app"."Strange Name" IS 'x'""",
    ),
    Case(
        "tables whose rules refer to each other",
        "",
        """CREATE TABLE a (x int); CREATE TABLE b (x int);
        CREATE RULE r AS ON INSERT TO a WHERE new.x > 0 DO ALSO INSERT INTO b VALUES (new.x);
        CREATE RULE r AS ON DELETE TO b WHERE old.x > 0 DO ALSO DELETE FROM a WHERE x = old.x""",
    ),
)
