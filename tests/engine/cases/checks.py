"""Check constraints."""

from .case import Case

CASES = (
    Case(
        "a check comes without stopping anybody",
        "CREATE TABLE t (a int)",
        "CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0))",
        ('ALTER TABLE "t" ADD CONSTRAINT "c" CHECK ((a > 0)) NOT VALID', 'ALTER TABLE "t" VALIDATE CONSTRAINT "c"'),
    ),
    Case(
        "a check comes that is not valid",
        "CREATE TABLE t (a int)",
        "CREATE TABLE t (a int); ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID",
        ('ALTER TABLE "t" ADD CONSTRAINT "c" CHECK ((a > 0)) NOT VALID',),
    ),
    Case(
        "a check becomes valid",
        "CREATE TABLE t (a int); ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID",
        "CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0))",
        ('ALTER TABLE "t" VALIDATE CONSTRAINT "c"',),
    ),
    Case(
        "a table comes with a check that is not valid",
        "",
        "CREATE TABLE t (a int); ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID",
    ),
    Case(
        "a check changes",
        "CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0))",
        "CREATE TABLE t (a int CONSTRAINT c CHECK (a > 1))",
        (
            'ALTER TABLE "t" DROP CONSTRAINT "c"',
            'ALTER TABLE "t" ADD CONSTRAINT "c" CHECK ((a > 1)) NOT VALID',
            'ALTER TABLE "t" VALIDATE CONSTRAINT "c"',
        ),
    ),
    Case(
        "a check is renamed",
        "CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0))",
        "CREATE TABLE t (a int CONSTRAINT d CHECK (a > 0))",
        ('ALTER TABLE "t" RENAME CONSTRAINT "c" TO "d"',),
    ),
    Case(
        "two checks swap their names",
        "CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0) CONSTRAINT d CHECK (a < 9))",
        "CREATE TABLE t (a int CONSTRAINT d CHECK (a > 0) CONSTRAINT c CHECK (a < 9))",
    ),
    Case("a check is not inherited", "CREATE TABLE t (a int)", "CREATE TABLE t (a int CHECK (a > 0) NO INHERIT)"),
    Case(
        "a check is not enforced",
        "CREATE TABLE t (a int)",
        "CREATE TABLE t (a int CHECK (a > 0) NOT ENFORCED)",
        since=18,
    ),
    Case(
        "a check is enforced",
        "CREATE TABLE t (a int CHECK (a > 0) NOT ENFORCED)",
        "CREATE TABLE t (a int CHECK (a > 0))",
        since=18,
    ),
    Case(
        "a check has a comment",
        "CREATE TABLE t (a int)",
        "CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0)); COMMENT ON CONSTRAINT c ON t IS 'positive'",
        (
            'ALTER TABLE "t" ADD CONSTRAINT "c" CHECK ((a > 0)) NOT VALID',
            """COMMENT ON CONSTRAINT "c" ON "t" IS 'positive'""",
            'ALTER TABLE "t" VALIDATE CONSTRAINT "c"',
        ),
    ),
    Case(
        "checks whose spelling Postgres changes",
        "CREATE TABLE t (a varchar(9), b int, c text, d char(3))",
        """CREATE TABLE t (a varchar(9) CHECK (a IN ('x', 'it''s')), b int CHECK (b BETWEEN 1 AND 9 OR b IS NULL),
            c text CHECK (c ~ '^[a-z]+$' AND c NOT IN ('x', 'y')), d char(3) CHECK (d IN ('a', 'b')),
            CONSTRAINT e CHECK (a = ANY (ARRAY['x'::varchar, 'y'::varchar])),
            CONSTRAINT f CHECK (CASE WHEN b > 0 THEN a ELSE c END <> 'z'), CONSTRAINT g CHECK (a LIKE 'x%' AND length(a) > 1))""",
    ),
    Case("a check without columns", "CREATE TABLE t (a int)", "CREATE TABLE t (a int, CONSTRAINT c CHECK (1 < 2))"),
    Case("a check of a column that comes", "CREATE TABLE t (a int)", "CREATE TABLE t (a int, b int CHECK (b > a))"),
    Case(
        "checks of the same name on two tables, one of which goes",
        "CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0))",
        "CREATE TABLE u (a int CONSTRAINT c CHECK (a > 0))",
    ),
    Case(
        "conditions that Postgres stores within one another, and reads back as one",
        "CREATE TABLE t (a int, b int); CREATE DOMAIN d AS int; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
        """CREATE TABLE t (a int CHECK (b BETWEEN 1 AND 2 AND a > 0), b int,
            c bool DEFAULT (1 BETWEEN 0 AND 2 AND true),
            g bool GENERATED ALWAYS AS (b NOT BETWEEN 0 AND 1 OR a > 0) STORED);
        CREATE DOMAIN d AS int CHECK (VALUE BETWEEN 1 AND 3 AND VALUE <> 2);
        CREATE VIEW v AS SELECT a FROM t WHERE b BETWEEN 0 AND 1 AND a > 0 AND ((a, b) = (1, 2) AND a > 3 OR c OR a > 5);
        CREATE INDEX ON t (a) WHERE a BETWEEN 1 AND 2 AND b > 1; CREATE INDEX ON t ((a BETWEEN 1 AND 2 AND c));
        CREATE POLICY p ON t USING (a BETWEEN 1 AND 2 AND b > 1) WITH CHECK (a NOT BETWEEN 1 AND 2 OR b > 1);
        CREATE RULE r AS ON UPDATE TO t WHERE old.a BETWEEN 1 AND 2 AND new.b > 1 DO NOTHING;
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
        CREATE TRIGGER t BEFORE UPDATE ON t FOR EACH ROW WHEN (old.a BETWEEN 1 AND 2 AND old.b > 1) EXECUTE FUNCTION f();
        CREATE FUNCTION g(a bool DEFAULT (1 BETWEEN 0 AND 2 AND true)) RETURNS bool LANGUAGE sql
            BEGIN ATOMIC SELECT 1 BETWEEN 0 AND 2 AND a; END;
        CREATE TABLE p (a int, b bool) PARTITION BY LIST ((a BETWEEN 0 AND 9 AND b))""",
        since=14,
    ),
)
