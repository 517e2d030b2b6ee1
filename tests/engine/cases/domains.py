"""Domains."""

from .case import Case

CASES = (
    Case(
        "a domain comes",
        "",
        """CREATE DOMAIN email AS varchar(80) COLLATE "C" DEFAULT 'a@b' NOT NULL CHECK (VALUE LIKE '%@%')
            CONSTRAINT short CHECK (length(VALUE) < 70);
        COMMENT ON DOMAIN email IS 'an address'""",
    ),
    Case(
        "a domain of a domain", "", "CREATE DOMAIN a AS int CHECK (VALUE > 0); CREATE DOMAIN b AS a CHECK (VALUE < 9)"
    ),
    Case("a domain of an array", "", "CREATE DOMAIN tags AS text[]; CREATE TABLE t (a tags DEFAULT '{}', b tags[])"),
    Case(
        "a domain changes in place under a column",
        "CREATE DOMAIN d AS text DEFAULT 'a' CHECK (VALUE <> ''); CREATE TABLE t (a d)",
        "CREATE DOMAIN d AS text DEFAULT 'b' NOT NULL CHECK (VALUE <> '-'); CREATE TABLE t (a d)",
        (
            """ALTER DOMAIN "d" SET DEFAULT 'b'::text""",
            'ALTER DOMAIN "d" SET NOT NULL',
            'ALTER DOMAIN "d" DROP CONSTRAINT "d_check"',
            """ALTER DOMAIN "d" ADD CONSTRAINT "d_check" CHECK ((VALUE <> '-'::text))""",
        ),
    ),
    Case(
        "a check of a domain is called otherwise",
        "CREATE DOMAIN d AS int CONSTRAINT a CHECK (VALUE > 0); CREATE TABLE t (a d)",
        "CREATE DOMAIN d AS int CONSTRAINT b CHECK (VALUE > 0); CREATE TABLE t (a d)",
    ),
    Case(
        "a check of a domain that is not valid",
        "CREATE DOMAIN d AS int",
        "CREATE DOMAIN d AS int; ALTER DOMAIN d ADD CONSTRAINT positive CHECK (VALUE > 0) NOT VALID",
    ),
    Case(
        "a domain comes with a check that is not valid, which then becomes valid",
        "CREATE DOMAIN d AS int CHECK (VALUE < 9); ALTER DOMAIN d ADD CONSTRAINT positive CHECK (VALUE > 0) NOT VALID",
        "CREATE DOMAIN d AS int CHECK (VALUE < 9) CONSTRAINT positive CHECK (VALUE > 0)",
        ('ALTER DOMAIN "d" VALIDATE CONSTRAINT "positive"',),
    ),
    Case("the type of a domain that nobody uses changes", "CREATE DOMAIN d AS int", "CREATE DOMAIN d AS text"),
    Case(
        "a column takes a domain, and leaves it",
        "CREATE DOMAIN d AS text; CREATE TABLE t (a text DEFAULT 'x', b d, c int)",
        "CREATE DOMAIN d AS text; CREATE TABLE t (a d DEFAULT 'x', b text, c d)",
    ),
    Case(
        "a domain goes, and its column takes the type below",
        "CREATE DOMAIN d AS text CHECK (VALUE <> ''); CREATE TABLE t (a d NOT NULL DEFAULT 'x')",
        "CREATE TABLE t (a text NOT NULL DEFAULT 'x')",
    ),
    Case(
        "a domain goes along with its table",
        "CREATE DOMAIN d AS text; CREATE TABLE t (a d, b d[])",
        "",
        ('DROP TABLE "t"', 'DROP DOMAIN "d"'),
        ("deletes-data",),
    ),
    Case(
        "a domain takes the name of an enum that goes",
        "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (a mood)",
        "CREATE DOMAIN mood AS text; CREATE TABLE t (b mood)",
    ),
    Case(
        "the type of a domain changes under columns, and under a domain",
        """CREATE DOMAIN d AS numeric(10,2) DEFAULT 1 NOT NULL CONSTRAINT p CHECK (VALUE > 0); CREATE DOMAIN e AS d;
        CREATE TABLE t (a d, b d[], c e DEFAULT 2, UNIQUE (a)); COMMENT ON CONSTRAINT p ON DOMAIN d IS 'plus'""",
        """CREATE DOMAIN d AS bigint DEFAULT 1 NOT NULL CONSTRAINT p CHECK (VALUE > 0); CREATE DOMAIN e AS d;
        CREATE TABLE t (a d, b d[], c e DEFAULT 2, UNIQUE (a)); COMMENT ON CONSTRAINT p ON DOMAIN d IS 'plus'""",
    ),
    Case(
        "domains over composite and range types",
        "CREATE TYPE c AS (a int); CREATE TYPE r AS RANGE (SUBTYPE = int4)",
        """CREATE TYPE c AS (a int); CREATE TYPE r AS RANGE (SUBTYPE = int4); CREATE DOMAIN d AS c CHECK ((VALUE).a > 0);
        CREATE DOMAIN e AS r; CREATE DOMAIN f AS r[]; CREATE TABLE t (d d, e e, f f, g e[])""",
    ),
    Case(
        "comments and names of constraints",
        """CREATE DOMAIN d AS int CONSTRAINT a CHECK (VALUE > 0) CONSTRAINT b CHECK (VALUE < 9);
        COMMENT ON CONSTRAINT a ON DOMAIN d IS 'lower'""",
        """CREATE DOMAIN d AS int CONSTRAINT low CHECK (VALUE > 0) CONSTRAINT b CHECK (VALUE < 9);
        COMMENT ON CONSTRAINT b ON DOMAIN d IS 'upper'; COMMENT ON CONSTRAINT low ON DOMAIN d IS 'lower'""",
        (
            'ALTER DOMAIN "d" RENAME CONSTRAINT "a" TO "low"',
            """COMMENT ON CONSTRAINT "b" ON DOMAIN "d" IS 'upper'""",
        ),
    ),
    Case(
        "a named NOT NULL",
        "CREATE DOMAIN d AS int CONSTRAINT there NOT NULL; CREATE DOMAIN e AS int NOT NULL; CREATE DOMAIN f AS int",
        """CREATE DOMAIN d AS int NOT NULL; CREATE DOMAIN e AS int; CREATE DOMAIN f AS int CONSTRAINT there NOT NULL;
        COMMENT ON CONSTRAINT there ON DOMAIN f IS 'always'""",
        majors=(18,),
    ),
)
