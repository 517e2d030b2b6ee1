"""Default privileges, and what is made while they are in force."""

from .case import Case

READ = "ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT ON TABLES TO app"
ALL_KINDS = """
    ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO app WITH GRANT OPTION;
    ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO "Strange Name";
    ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
    ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC;
    ALTER DEFAULT PRIVILEGES GRANT USAGE, CREATE ON SCHEMAS TO app;
    ALTER DEFAULT PRIVILEGES REVOKE DELETE ON TABLES FROM CURRENT_USER;
    ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT SELECT ON TABLES TO PUBLIC;
    ALTER DEFAULT PRIVILEGES FOR ROLE app REVOKE ALL ON TABLES FROM app"""

CASES = (
    Case(
        "default privileges come",
        "",
        READ,
        ('ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT ON TABLES TO "app"',),
    ),
    Case("default privileges for every kind of object", "", ALL_KINDS),
    Case(
        "default privileges change",
        READ,
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app WITH GRANT OPTION",
        (
            'ALTER DEFAULT PRIVILEGES REVOKE INSERT ON TABLES FROM "app"',
            'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "app" WITH GRANT OPTION',
        ),
    ),
    Case(
        "default privileges in schemas",
        "",
        """CREATE SCHEMA "my app"; ALTER DEFAULT PRIVILEGES IN SCHEMA "my app" GRANT EXECUTE ON FUNCTIONS TO app;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC""",
        (
            'CREATE SCHEMA "my app"',
            'ALTER DEFAULT PRIVILEGES IN SCHEMA "my app" GRANT EXECUTE ON FUNCTIONS TO "app"',
            'ALTER DEFAULT PRIVILEGES IN SCHEMA "public" GRANT SELECT ON TABLES TO PUBLIC',
        ),
    ),
    Case("what was made before default privileges came", "", f"CREATE TABLE t (a serial); {READ}"),
    Case("what was made after default privileges came", "", f"{READ}; CREATE TABLE t (a serial)"),
    Case(
        "what is made along with default privileges does not have their grants",
        "",
        f"CREATE TABLE t (a int); {READ}",
        (
            'CREATE TABLE "t" (\n\t"a" integer\n)',
            'ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT ON TABLES TO "app"',
        ),
    ),
    Case(
        "what is made while default privileges are in force has their grants", READ, f"{READ}; CREATE TABLE t (a int)"
    ),
    Case(
        "what default privileges give is taken back where the goal does not have it",
        READ,
        f"CREATE TABLE t (a int); {READ}",
        ('CREATE TABLE "t" (\n\t"a" integer\n)', 'REVOKE SELECT, INSERT ON TABLE "t" FROM "app"'),
    ),
    Case(
        "some of what default privileges give is taken back",
        READ,
        f"CREATE TABLE t (a int); GRANT SELECT ON t TO app; GRANT INSERT (a) ON t TO app; {READ}",
        (
            'CREATE TABLE "t" (\n\t"a" integer\n)',
            'REVOKE INSERT ON TABLE "t" FROM "app"',
            'GRANT INSERT ("a") ON TABLE "t" TO "app"',
        ),
    ),
    Case(
        "what is made for every kind while default privileges are in force",
        ALL_KINDS,
        f"""CREATE SCHEMA s; CREATE TABLE s.t (a serial, b int GENERATED ALWAYS AS IDENTITY); CREATE SEQUENCE q;
        CREATE TYPE e AS ENUM ('a'); CREATE DOMAIN d AS int; {ALL_KINDS}; CREATE SCHEMA u; CREATE DOMAIN u.d AS int;
        CREATE TABLE u (a int GENERATED ALWAYS AS IDENTITY)""",
    ),
    Case(
        "a column gets an identity while default privileges are in force",
        "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO app; CREATE TABLE t (a int NOT NULL)",
        """CREATE TABLE t (a int NOT NULL GENERATED ALWAYS AS IDENTITY);
        ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO app""",
    ),
    Case(
        "default privileges go while a table comes",
        READ,
        "CREATE TABLE t (a int)",
        (
            'ALTER DEFAULT PRIVILEGES REVOKE SELECT, INSERT ON TABLES FROM "app"',
            'CREATE TABLE "t" (\n\t"a" integer\n)',
        ),
    ),
    Case(
        "default privileges in a schema on top of those everywhere",
        f"{READ}; ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT UPDATE ON TABLES TO app",
        f"""CREATE SCHEMA s; CREATE TABLE t (a int); CREATE TABLE s.t (a int); GRANT DELETE ON s.t TO app;
        {READ}; ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT UPDATE ON TABLES TO app""",
    ),
    Case(
        "routines are made while default privileges are in force",
        ALL_KINDS,
        f"""CREATE FUNCTION f(a int, OUT b text) LANGUAGE sql AS 'SELECT ''x''::text';
        CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE PROCEDURE p(a int, INOUT b text) LANGUAGE sql AS 'SELECT ''x''::text';
        CREATE AGGREGATE g(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0'); {ALL_KINDS};
        CREATE FUNCTION h() RETURNS int LANGUAGE sql AS 'SELECT 1'""",
    ),
)
