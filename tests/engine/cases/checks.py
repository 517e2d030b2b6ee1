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
)
