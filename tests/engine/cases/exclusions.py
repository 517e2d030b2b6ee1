"""Exclusion constraints."""

from .case import Case

CASES = (
    Case(
        "an exclusion comes",
        "CREATE TABLE t (during tsrange)",
        "CREATE TABLE t (during tsrange, CONSTRAINT x EXCLUDE USING gist (during WITH &&))",
        ('ALTER TABLE "t" ADD CONSTRAINT "x" EXCLUDE USING gist (during WITH &&)',),
        ("scans-table",),
    ),
    Case(
        "an exclusion with everything",
        "CREATE TABLE t (a int, b inet, during tsrange)",
        """CREATE TABLE t (a int, b inet, during tsrange, CONSTRAINT "X y" EXCLUDE USING gist (b inet_ops WITH &&, (during) WITH &&) INCLUDE (a)
            WITH (fillfactor = 70) WHERE (a > 0) DEFERRABLE INITIALLY DEFERRED);
        COMMENT ON CONSTRAINT "X y" ON t IS 'why'""",
    ),
    Case(
        "an exclusion changes",
        "CREATE TABLE t (a int, b int, CONSTRAINT x EXCLUDE (a WITH =))",
        "CREATE TABLE t (a int, b int, CONSTRAINT x EXCLUDE (b WITH =))",
    ),
    Case(
        "an exclusion is renamed",
        "CREATE TABLE t (a int, CONSTRAINT x EXCLUDE (a WITH =))",
        "CREATE TABLE t (a int, CONSTRAINT y EXCLUDE (a WITH =))",
        ('ALTER TABLE "t" RENAME CONSTRAINT "x" TO "y"',),
    ),
    Case("an exclusion comes along with its table", "", "CREATE TABLE t (a int, EXCLUDE (a WITH =))"),
    Case(
        "a column goes that an exclusion only looks at, and the exclusion with it",
        "CREATE TABLE t (a int, b int, EXCLUDE (a WITH =) WHERE (b > 0))",
        "CREATE TABLE t (a int)",
        (
            'ALTER TABLE "t" DROP CONSTRAINT "t_a_excl"',
            'ALTER TABLE "t" DROP COLUMN "b"',
        ),
        ("deletes-data",),
    ),
    Case(
        "an exclusion becomes unique",
        "CREATE TABLE t (a int, CONSTRAINT x EXCLUDE (a WITH =))",
        "CREATE TABLE t (a int CONSTRAINT x UNIQUE)",
    ),
)
