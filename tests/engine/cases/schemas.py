"""Schemas, and what lives in several of them."""

from .case import Case

CASES = (
    Case("a schema comes", "", "CREATE SCHEMA app", ('CREATE SCHEMA "app"',)),
    Case(
        "a schema comes with all that is in it",
        "",
        """
        CREATE SCHEMA app;
        CREATE TYPE app.mood AS ENUM ('sad', 'ok');
        CREATE DOMAIN app.email AS text CHECK (VALUE LIKE '%@%');
        CREATE SEQUENCE app.numbers;
        CREATE TABLE app.users (id serial PRIMARY KEY, mood app.mood DEFAULT 'ok', email app.email UNIQUE);
        CREATE INDEX ON app.users (mood);
        COMMENT ON SCHEMA app IS 'ours'""",
    ),
    Case(
        "schemas refer to each other",
        "CREATE SCHEMA a; CREATE SCHEMA b",
        """
        CREATE SCHEMA a; CREATE SCHEMA b;
        CREATE TYPE b.mood AS ENUM ('sad');
        CREATE TABLE a.x (id int PRIMARY KEY, mood b.mood);
        CREATE TABLE b.y (id int PRIMARY KEY REFERENCES a.x);
        ALTER TABLE a.x ADD FOREIGN KEY (id) REFERENCES b.y""",
    ),
    Case(
        "a table moves to another schema, as a new one",
        "CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.t (id serial PRIMARY KEY, n int); CREATE INDEX i ON a.t (n)",
        "CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE b.t (id serial PRIMARY KEY, n int); CREATE INDEX i ON b.t (n)",
    ),
    Case(
        "a table moves out of a schema that goes",
        "CREATE SCHEMA a; CREATE TYPE a.mood AS ENUM ('sad'); CREATE TABLE a.t (id int PRIMARY KEY, mood a.mood)",
        "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (id int PRIMARY KEY, mood mood)",
    ),
    Case(
        "a column takes the enum of the same name from another schema",
        """
        CREATE SCHEMA a; CREATE TYPE a.mood AS ENUM ('sad', 'ok'); CREATE TYPE mood AS ENUM ('sad', 'ok');
        CREATE TABLE t (mood a.mood DEFAULT 'ok', moods a.mood[])""",
        """
        CREATE SCHEMA a; CREATE TYPE a.mood AS ENUM ('sad', 'ok'); CREATE TYPE mood AS ENUM ('sad', 'ok');
        CREATE TABLE t (mood mood DEFAULT 'ok', moods mood[])""",
    ),
    Case(
        "tables of the same name in two schemas",
        "CREATE SCHEMA a; CREATE TABLE a.t (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY)",
        """
        CREATE SCHEMA a;
        CREATE TABLE a.t (id int PRIMARY KEY, n int);
        CREATE TABLE t (id int PRIMARY KEY REFERENCES a.t, n text)""",
    ),
    Case(
        "a comment changes",
        "CREATE SCHEMA app; COMMENT ON SCHEMA app IS 'one'",
        "CREATE SCHEMA app; COMMENT ON SCHEMA app IS 'it''s two'",
        ("""COMMENT ON SCHEMA "app" IS 'it''s two'""",),
    ),
    Case(
        "the comment of public changes",
        "",
        "COMMENT ON SCHEMA public IS 'ours'",
        ("""COMMENT ON SCHEMA "public" IS 'ours'""",),
    ),
    Case(
        "public loses its comment",
        "COMMENT ON SCHEMA public IS 'ours'",
        "COMMENT ON SCHEMA public IS NULL",
        ('COMMENT ON SCHEMA "public" IS NULL',),
    ),
    Case("public never had one", "", "COMMENT ON SCHEMA public IS NULL", ('COMMENT ON SCHEMA "public" IS NULL',)),
)
