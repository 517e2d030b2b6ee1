"""Collations."""

from .case import Case

CASES = (
    Case(
        "a collation comes",
        "",
        "CREATE COLLATION posix (LOCALE = 'C'); COMMENT ON COLLATION posix IS 'plain'",
        (
            "CREATE COLLATION \"posix\" (PROVIDER = libc, LOCALE = 'C')",
            "COMMENT ON COLLATION \"posix\" IS 'plain'",
        ),
    ),
    Case("one with two locales", "", "CREATE COLLATION c (LC_COLLATE = 'C', LC_CTYPE = 'POSIX')"),
    Case(
        "one of icu changes under columns, a domain, and an index",
        """CREATE SCHEMA "My App"; CREATE COLLATION "My App"."Ö" (PROVIDER = icu, LOCALE = 'de');
        CREATE DOMAIN d AS text COLLATE "My App"."Ö";
        CREATE TABLE t (a text COLLATE "My App"."Ö" DEFAULT 'x', b d, c text); CREATE INDEX ON t (a);
        CREATE INDEX ON t (c COLLATE "My App"."Ö")""",
        """CREATE SCHEMA "My App"; CREATE COLLATION "My App"."Ö" (PROVIDER = icu, LOCALE = 'sv', DETERMINISTIC = false);
        CREATE DOMAIN d AS text COLLATE "My App"."Ö";
        CREATE TABLE t (a text COLLATE "My App"."Ö" DEFAULT 'x', b d, c text); CREATE INDEX ON t (a);
        CREATE INDEX ON t (c COLLATE "My App"."Ö")""",
        majors=(15,),
    ),
    Case(
        "a collation changes under columns",
        """CREATE COLLATION c (LOCALE = 'C'); CREATE DOMAIN d AS text COLLATE c;
        CREATE TABLE t (a text COLLATE c DEFAULT 'x', b d); CREATE INDEX ON t (a)""",
        """CREATE COLLATION c (LOCALE = 'POSIX'); CREATE DOMAIN d AS text COLLATE c;
        CREATE TABLE t (a text COLLATE c DEFAULT 'x', b d); CREATE INDEX ON t (a)""",
    ),
    Case(
        "one of the builtin provider",
        "",
        "CREATE COLLATION b (PROVIDER = builtin, LOCALE = 'C.UTF-8')",
        majors=(18,),
    ),
    Case(
        "a collation is made anew under a column of the same type, its key, its index and a view",
        """CREATE COLLATION c (LOCALE = 'C'); CREATE TABLE t (a text COLLATE c UNIQUE); CREATE INDEX i ON t (lower(a))""",
        """CREATE COLLATION c (LOCALE = 'POSIX'); CREATE TABLE t (a text COLLATE c UNIQUE); CREATE INDEX i ON t (lower(a));
        CREATE VIEW v AS SELECT a, a COLLATE "C" AS b FROM t""",
    ),
)
