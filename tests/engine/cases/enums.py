"""Enums: values that come, go and change places, under everything that can use an enum."""

from .case import Case

SAD_OK = "CREATE TYPE mood AS ENUM ('sad', 'ok');"
SAD_OK_GLAD = "CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');"

CASES = (
    Case("an enum comes", "", SAD_OK, ("""CREATE TYPE "mood" AS ENUM ('sad', 'ok')""",)),
    Case("an enum without values", "", "CREATE TYPE nothing AS ENUM ()"),
    Case(
        "a value is appended",
        f"{SAD_OK} CREATE TABLE t (mood mood DEFAULT 'ok')",
        f"{SAD_OK_GLAD} CREATE TABLE t (mood mood DEFAULT 'ok')",
        ("""ALTER TYPE "mood" ADD VALUE 'glad'""",),
    ),
    Case(
        "values are inserted",
        f"{SAD_OK}",
        "CREATE TYPE mood AS ENUM ('lost', 'sad', 'so''so', 'meh', 'ok')",
        (
            """ALTER TYPE "mood" ADD VALUE 'lost' BEFORE 'sad'""",
            """ALTER TYPE "mood" ADD VALUE 'so''so' BEFORE 'ok'""",
            """ALTER TYPE "mood" ADD VALUE 'meh' BEFORE 'ok'""",
        ),
    ),
    Case(
        "a new value is used at once",
        f"{SAD_OK} CREATE TABLE t (id int, mood mood DEFAULT 'ok')",
        f"""{SAD_OK_GLAD}
        CREATE TABLE t (id int, mood mood DEFAULT 'glad', CHECK (mood <> 'glad' OR id > 0));
        CREATE INDEX ON t (id) WHERE mood = 'glad';
        CREATE TABLE u (mood mood NOT NULL DEFAULT 'glad', CHECK (mood = 'glad'))""",
    ),
    Case(
        "a value is removed from a column",
        f"{SAD_OK_GLAD} CREATE TABLE t (mood mood)",
        f"{SAD_OK} CREATE TABLE t (mood mood)",
        (
            'ALTER TYPE "mood" RENAME TO "mood__old"',
            """CREATE TYPE "mood" AS ENUM ('sad', 'ok')""",
            'ALTER TABLE "t" ALTER COLUMN "mood" SET DATA TYPE "mood" USING "mood"::text::"mood"',
            'DROP TYPE "mood__old"',
        ),
        ("rewrites-table", "fails-on-rows"),
    ),
    Case(
        "a value is removed beside a type that is called as the old one would be",
        f"{SAD_OK_GLAD} CREATE TYPE mood__old AS ENUM ('sad'); CREATE TABLE t (mood mood, old mood__old)",
        f"{SAD_OK} CREATE TYPE mood__old AS ENUM ('sad'); CREATE TABLE t (mood mood, old mood__old)",
    ),
    Case(
        "values change places, and the columns keep their defaults",
        f"{SAD_OK} CREATE TABLE t (a mood NOT NULL DEFAULT 'ok', b mood[] DEFAULT '{{sad}}', c mood[] DEFAULT ARRAY['ok'::mood])",
        """CREATE TYPE mood AS ENUM ('ok', 'sad');
        CREATE TABLE t (a mood NOT NULL DEFAULT 'ok', b mood[] DEFAULT '{sad}', c mood[] DEFAULT ARRAY['ok'::mood])""",
    ),
    Case(
        "values change places under checks",
        f"{SAD_OK} CREATE TABLE t (a mood, b mood[], CHECK (a > 'sad'), CHECK ('ok' = ANY (b)), CHECK (a::text <> 'x'))",
        """CREATE TYPE mood AS ENUM ('ok', 'sad');
        CREATE TABLE t (a mood, b mood[], CHECK (a > 'sad'), CHECK ('ok' = ANY (b)), CHECK (a::text <> 'x'))""",
    ),
    Case(
        "values change places under indexes",
        f"""{SAD_OK} CREATE TABLE t (id int, a mood, b mood[], PRIMARY KEY (id, a), UNIQUE (a));
        CREATE INDEX ON t (a); CREATE INDEX ON t (id) WHERE a = 'ok'; CREATE INDEX ON t ((a > 'ok'::mood));
        CREATE INDEX ON t USING gin (b)""",
        """CREATE TYPE mood AS ENUM ('ok', 'sad'); CREATE TABLE t (id int, a mood, b mood[], PRIMARY KEY (id, a), UNIQUE (a));
        CREATE INDEX ON t (a); CREATE INDEX ON t (id) WHERE a = 'ok'; CREATE INDEX ON t ((a > 'ok'::mood));
        CREATE INDEX ON t USING gin (b)""",
    ),
    Case(
        "values change places under a generated column",
        f"{SAD_OK} CREATE TABLE t (a mood, b bool GENERATED ALWAYS AS (a = 'ok') STORED); CREATE INDEX ON t (b)",
        """CREATE TYPE mood AS ENUM ('ok', 'sad');
        CREATE TABLE t (a mood, b bool GENERATED ALWAYS AS (a = 'ok') STORED); CREATE INDEX ON t (b)""",
    ),
    Case(
        "values change places under foreign keys",
        f"{SAD_OK} CREATE TABLE t (a mood PRIMARY KEY); CREATE TABLE u (a mood REFERENCES t)",
        "CREATE TYPE mood AS ENUM ('ok', 'sad'); CREATE TABLE t (a mood PRIMARY KEY); CREATE TABLE u (a mood REFERENCES t)",
    ),
    Case(
        "values change places while columns come and go and change",
        f"""{SAD_OK}
        CREATE TABLE t (stays mood DEFAULT 'ok', default_changes mood DEFAULT 'sad', goes mood, becomes_text mood DEFAULT 'ok',
            was_text text DEFAULT 'sad');
        CREATE TABLE goes (mood mood)""",
        """CREATE TYPE mood AS ENUM ('new', 'ok');
        CREATE TABLE t (stays mood DEFAULT 'ok', default_changes mood DEFAULT 'new', becomes_text text DEFAULT 'ok',
            was_text mood DEFAULT 'new', comes mood NOT NULL DEFAULT 'new');
        CREATE TABLE comes (mood mood)""",
    ),
    Case(
        "an enum under a domain gets a value",
        f"{SAD_OK} CREATE DOMAIN good AS mood CHECK (VALUE <> 'sad'); CREATE TABLE t (a good DEFAULT 'ok')",
        f"{SAD_OK_GLAD} CREATE DOMAIN good AS mood CHECK (VALUE <> 'sad'); CREATE TABLE t (a good DEFAULT 'glad')",
        one_way=True,
    ),
    Case(
        "a name of 63 bytes, most of them in two-byte letters",
        f"""CREATE TYPE "{"é" * 31}e" AS ENUM ('a', 'b'); CREATE TABLE t (a "{"é" * 31}e")""",
        f"""CREATE TYPE "{"é" * 31}e" AS ENUM ('b', 'a'); CREATE TABLE t (a "{"é" * 31}e")""",
    ),
    Case(
        "values change places under the default of a column of another type",
        f"{SAD_OK} CREATE TABLE t (a text DEFAULT ('ok'::mood)::text, b bool DEFAULT 'ok'::mood > 'sad')",
        """CREATE TYPE mood AS ENUM ('ok', 'sad');
        CREATE TABLE t (a text DEFAULT ('ok'::mood)::text, b bool DEFAULT 'ok'::mood > 'sad')""",
    ),
    Case(
        "a value is removed in another schema, under names that need quotes",
        """CREATE SCHEMA "My App"; CREATE TYPE "My App"."Mood's" AS ENUM ('so''so', 'ok');
        CREATE TABLE "My App"."T" ("A" "My App"."Mood's" DEFAULT 'ok', "B" "My App"."Mood's"[] DEFAULT '{ok}')""",
        """CREATE SCHEMA "My App"; CREATE TYPE "My App"."Mood's" AS ENUM ('ok');
        CREATE TABLE "My App"."T" ("A" "My App"."Mood's" DEFAULT 'ok', "B" "My App"."Mood's"[] DEFAULT '{ok}')""",
    ),
    Case(
        "a value is removed that a default and a check name no longer",
        f"{SAD_OK_GLAD} CREATE TABLE t (mood mood DEFAULT 'glad', CONSTRAINT c CHECK (mood <> 'glad'))",
        f"{SAD_OK} CREATE TABLE t (mood mood DEFAULT 'ok', CONSTRAINT c CHECK (mood <> 'sad'))",
    ),
    Case(
        "a new value, and a new table that has nothing to do with it",
        SAD_OK,
        f"{SAD_OK_GLAD} CREATE TABLE t (a int)",
    ),
    Case(
        "an enum goes, and with it the table that uses it",
        f"{SAD_OK} CREATE TABLE t (mood mood DEFAULT 'ok', CHECK (mood = 'ok'))",
        "",
        ('DROP TABLE "t"', 'DROP TYPE "mood"'),
        ("deletes-data",),
    ),
    Case(
        "an enum goes, and its column becomes text",
        f"{SAD_OK} CREATE TABLE t (mood mood NOT NULL DEFAULT 'ok')",
        "CREATE TABLE t (mood text NOT NULL DEFAULT 'ok')",
        (
            'ALTER TABLE "t" ALTER COLUMN "mood" DROP DEFAULT',
            'ALTER TABLE "t" ALTER COLUMN "mood" SET DATA TYPE text USING "mood"::text',
            """ALTER TABLE "t" ALTER COLUMN "mood" SET DEFAULT 'ok'""",
            'DROP TYPE "mood"',
        ),
        ("rewrites-table",),
    ),
    Case(
        "an enum is called otherwise",
        f"{SAD_OK} CREATE TABLE t (mood mood DEFAULT 'ok', moods mood[])",
        "CREATE TYPE feeling AS ENUM ('sad', 'ok'); CREATE TABLE t (mood feeling DEFAULT 'ok', moods feeling[])",
    ),
    Case(
        "a comment comes along with a value",
        SAD_OK,
        f"{SAD_OK_GLAD} COMMENT ON TYPE mood IS 'how one feels'",
    ),
)
