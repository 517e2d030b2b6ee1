"""Event triggers."""

from .case import Case

F = "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION $$no$$; END'"
E = f"{F}; CREATE EVENT TRIGGER e ON ddl_command_start WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION f()"

CASES = (
    Case(
        "an event trigger is the last to come",
        "",
        f"CREATE TABLE t (a int); {E}; COMMENT ON EVENT TRIGGER e IS 'never'",
        (
            'CREATE TABLE "t" (\n\t"a" integer\n)',
            'CREATE FUNCTION "f"() RETURNS event_trigger\nLANGUAGE plpgsql\nAS $body$BEGIN RAISE EXCEPTION $$no$$; END$body$',
            """CREATE EVENT TRIGGER "e" ON ddl_command_start WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') """
            'EXECUTE FUNCTION "f"()',
            """COMMENT ON EVENT TRIGGER "e" IS 'never'""",
        ),
    ),
    Case(
        "an event trigger is the first to go",
        f"CREATE TABLE t (a int); {E}",
        "",
        ('DROP EVENT TRIGGER "e"', 'DROP FUNCTION "f"()', 'DROP TABLE "t"'),
        hazards=("deletes-data",),
    ),
    Case(
        "an event trigger is off before anything else, and on after it",
        E,
        f"CREATE TABLE t (a int); {E}; ALTER EVENT TRIGGER e DISABLE",
        ('ALTER EVENT TRIGGER "e" DISABLE', 'CREATE TABLE "t" (\n\t"a" integer\n)'),
    ),
    Case("an event trigger comes that is off", "", f"CREATE TABLE t (a int); {E}; ALTER EVENT TRIGGER e DISABLE"),
    Case(
        "an event trigger is another one",
        E,
        f"""{F}; CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION f(); ALTER EVENT TRIGGER e ENABLE ALWAYS;
        CREATE SCHEMA "my app"; CREATE TABLE "my app".t (a int)""",
    ),
    Case(
        "odd names in another schema",
        "",
        """CREATE SCHEMA "my app";
        CREATE FUNCTION "my app"."F f"() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
        CREATE EVENT TRIGGER "E "" e" ON ddl_command_end EXECUTE FUNCTION "my app"."F f"();
        ALTER EVENT TRIGGER "E "" e" ENABLE REPLICA""",
    ),
)
