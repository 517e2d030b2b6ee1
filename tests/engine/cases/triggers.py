"""Triggers."""

from .case import Case

T = "CREATE TABLE t (a int, b text)"
F = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
TF = f"{T}; {F}"
R = f"{TF}; CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()"

CASES = (
    Case(
        "a trigger comes with its function and its table",
        "",
        f"{R}; COMMENT ON TRIGGER r ON t IS 'it''s on'",
        (
            'CREATE TABLE "t" (\n\t"a" integer,\n\t"b" text\n)',
            'CREATE FUNCTION "f"() RETURNS trigger\nLANGUAGE plpgsql\nAS $$BEGIN RETURN NEW; END$$',
            'CREATE TRIGGER "r" BEFORE INSERT ON "t" FOR EACH ROW EXECUTE FUNCTION f()',
            """COMMENT ON TRIGGER "r" ON "t" IS 'it''s on'""",
        ),
    ),
    Case("a trigger goes", R, TF, ('DROP TRIGGER "r" ON "t"',)),
    Case("a trigger goes with its table", R, F, ('DROP TABLE "t"',), hazards=("deletes-data",)),
    Case(
        "a trigger is another one",
        R,
        f"{TF}; CREATE TRIGGER r AFTER INSERT ON t EXECUTE FUNCTION f()",
        (
            'DROP TRIGGER "r" ON "t"',
            'CREATE TRIGGER "r" AFTER INSERT ON "t" FOR EACH STATEMENT EXECUTE FUNCTION f()',
        ),
    ),
    Case(
        "a trigger is renamed",
        R,
        f"{TF}; CREATE TRIGGER s BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
        ('ALTER TRIGGER "r" ON "t" RENAME TO "s"',),
    ),
    Case("a trigger is off", R, f"{R}; ALTER TABLE t DISABLE TRIGGER r", ('ALTER TABLE "t" DISABLE TRIGGER "r"',)),
    Case(
        "triggers on replicas, and always",
        f"{R}; ALTER TABLE t ENABLE REPLICA TRIGGER r",
        f"{R}; ALTER TABLE t ENABLE ALWAYS TRIGGER r",
        ('ALTER TABLE "t" ENABLE ALWAYS TRIGGER "r"',),
    ),
    Case("a trigger comes that is off", TF, f"{R}; ALTER TABLE t DISABLE TRIGGER r"),
    Case(
        "all that a trigger may have",
        TF,
        f"""{TF}; CREATE TRIGGER "R r" AFTER INSERT OR DELETE OR UPDATE OF a, b ON t FOR EACH ROW
            WHEN (pg_trigger_depth() < 2) EXECUTE FUNCTION f('x', 'it''s', '1');
        CREATE TRIGGER s BEFORE UPDATE ON t FOR EACH ROW
            WHEN (OLD.* IS DISTINCT FROM NEW.* AND NEW.b IN ('x', 'y')) EXECUTE FUNCTION f();
        CREATE TRIGGER u AFTER UPDATE ON t REFERENCING OLD TABLE AS "Before" NEW TABLE AS later
            FOR EACH STATEMENT EXECUTE FUNCTION f();
        CREATE TRIGGER v BEFORE TRUNCATE ON t EXECUTE FUNCTION f()""",
    ),
    Case(
        "constraint triggers",
        f"{TF}; CREATE TABLE u (a int)",
        f"""{TF}; CREATE TABLE u (a int);
        CREATE CONSTRAINT TRIGGER r AFTER INSERT ON t FROM u DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW WHEN (NEW.a > 0) EXECUTE FUNCTION f();
        CREATE CONSTRAINT TRIGGER s AFTER UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION f()""",
    ),
    Case(
        "a constraint trigger has another name",
        f"{TF}; CREATE CONSTRAINT TRIGGER r AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
        f"""{TF}; CREATE CONSTRAINT TRIGGER s AFTER INSERT ON t DEFERRABLE FOR EACH ROW EXECUTE FUNCTION f();
        COMMENT ON TRIGGER s ON t IS 's'""",
    ),
    Case(
        "the columns that a trigger watches change their type",
        f"""{TF}; CREATE TRIGGER r BEFORE UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION f();
        CREATE TRIGGER s BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.b <> 'x') EXECUTE FUNCTION f()""",
        f"""CREATE TABLE t (a bigint, b varchar(9)); {F};
        CREATE TRIGGER r BEFORE UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION f();
        CREATE TRIGGER s BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.b <> 'x') EXECUTE FUNCTION f()""",
    ),
    Case(
        "a column that a trigger watches goes",
        f"{TF}; CREATE TRIGGER r BEFORE UPDATE OF a, b ON t FOR EACH ROW EXECUTE FUNCTION f()",
        f"CREATE TABLE t (b text); {F}; CREATE TRIGGER r BEFORE UPDATE OF b ON t FOR EACH ROW EXECUTE FUNCTION f()",
    ),
    Case(
        "the function of a trigger is made anew",
        R,
        f"{T}; {F.replace('f()', 'g()')}; CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION g()",
    ),
    Case(
        "a trigger on a partitioned table",
        f"CREATE TABLE p (a int) PARTITION BY RANGE (a); {F}",
        f"""CREATE TABLE p (a int) PARTITION BY RANGE (a); {F};
        CREATE TRIGGER r AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION f(); ALTER TABLE p DISABLE TRIGGER r""",
    ),
    Case(
        "odd names in another schema",
        'CREATE SCHEMA "my app"; CREATE TABLE "my app"."T ON t" ("A a" int)',
        """CREATE SCHEMA "my app"; CREATE TABLE "my app"."T ON t" ("A a" int);
        CREATE FUNCTION "my app"."F f"() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER "R "" r" BEFORE INSERT OR UPDATE OF "A a" ON "my app"."T ON t" FOR EACH ROW
            EXECUTE FUNCTION "my app"."F f"(' ON t ');
        COMMENT ON TRIGGER "R "" r" ON "my app"."T ON t" IS 'odd'""",
    ),
    Case(
        "a trigger of a partitioned table is disabled in some partitions",
        """CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
        CREATE TABLE p2 PARTITION OF p DEFAULT; CREATE TRIGGER t AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION g()""",
        """CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
        CREATE TABLE p2 PARTITION OF p DEFAULT; CREATE TRIGGER t AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION g();
        ALTER TABLE p1 DISABLE TRIGGER t""",
        ('ALTER TABLE ONLY "p1" DISABLE TRIGGER "t"',),
    ),
    Case(
        "a trigger of a partitioned table is enabled in but one partition, which goes",
        """CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
        CREATE TABLE p2 PARTITION OF p DEFAULT; CREATE TRIGGER t AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION g();
        ALTER TABLE p DISABLE TRIGGER t; ALTER TABLE p1 ENABLE ALWAYS TRIGGER t""",
        """CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p2 PARTITION OF p DEFAULT;
        CREATE TRIGGER t AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION g(); ALTER TABLE p DISABLE TRIGGER t""",
    ),
    Case(
        "a trigger of the whole table takes the place of those of its partitions",
        f"""{F}; CREATE TABLE w (a int) PARTITION BY RANGE (a); CREATE TABLE w1 PARTITION OF w FOR VALUES FROM (0) TO (9);
        CREATE TABLE w2 PARTITION OF w DEFAULT PARTITION BY LIST (a); CREATE TABLE w21 PARTITION OF w2 DEFAULT;
        CREATE TRIGGER r AFTER INSERT ON w1 FOR EACH ROW EXECUTE FUNCTION f();
        CREATE TRIGGER r AFTER DELETE ON w21 FOR EACH ROW EXECUTE FUNCTION f()""",
        f"""{F}; CREATE TABLE w (a int) PARTITION BY RANGE (a); CREATE TABLE w1 PARTITION OF w FOR VALUES FROM (0) TO (9);
        CREATE TABLE w2 PARTITION OF w DEFAULT PARTITION BY LIST (a); CREATE TABLE w21 PARTITION OF w2 DEFAULT;
        CREATE TRIGGER r AFTER INSERT ON w FOR EACH ROW EXECUTE FUNCTION f()""",
    ),
)
