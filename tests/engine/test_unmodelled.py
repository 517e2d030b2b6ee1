"""What no kind models is reported by its kind and its name, and what is nobody's own is not."""

import pytest

from ccm_engine.catalog import EMPTY, Unmodelled
from ccm_engine.shadow import Shadow

from .conftest import materialise

T = "CREATE TABLE t (a int, b text)"
DATA_WRAPPER = "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w"
USER_MAPPING = "CREATE USER MAPPING FOR CURRENT_USER SERVER s OPTIONS (password 'x')"

# the script, and each object in it that has no kind: (kind, name)
SCRIPTS: dict[str, tuple[tuple[str, str], ...]] = {
    "CREATE TYPE shell": (("type", "public.shell"),),
    f"{DATA_WRAPPER}; {USER_MAPPING}": (("user mapping", "postgres on server s (its options may hold a password)"),),
    "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false)": (("subscription", "s"),),
    "CREATE TRUSTED LANGUAGE l HANDLER plpgsql_call_handler": (("language", "l"),),
    """SET LOCAL allow_system_table_mods = on;
    INSERT INTO pg_seclabel VALUES ('public'::regnamespace, 'pg_namespace'::regclass, 0, 'my label', 'x')""": (
        ("security label", '"my label" of schema public'),
    ),
    "CREATE CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8": (("conversion", "public.c"),),
    "CREATE CAST (bool AS date) WITH INOUT": (("cast", "(boolean AS pg_catalog.date)"),),
    "CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int)": (
        ("operator", "public.===(integer,integer)"),
    ),
    "CREATE OPERATOR CLASS c FOR TYPE int USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(int)": (
        ("operator class", "public.c USING hash"),
        ("operator family", "public.c USING hash"),
    ),
    "CREATE TEXT SEARCH CONFIGURATION c (COPY = simple)": (("text search configuration", "public.c"),),
    "CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple)": (("text search dictionary", "public.d"),),
    "CREATE ACCESS METHOD a TYPE TABLE HANDLER heap_tableam_handler": (("access method", "a"),),
    "REVOKE EXECUTE ON FUNCTION pg_read_file(text) FROM pg_monitor; GRANT SELECT ON pg_shadow TO PUBLIC": (
        ("grant", "on view pg_catalog.pg_shadow"),
    ),
    "GRANT USAGE ON LANGUAGE plpgsql TO pg_monitor": (("grant", "on language plpgsql"),),
    f"""{T}; GRANT SELECT ON t TO pg_monitor WITH GRANT OPTION; SET ROLE pg_monitor;
    GRANT SELECT ON t TO pg_read_all_stats; RESET ROLE""": (("grant", 'of TABLE "t" by pg_monitor'),),
    """CREATE SCHEMA "my app"; CREATE TEXT SEARCH DICTIONARY "my app"."D" (TEMPLATE = simple)""": (
        ("text search dictionary", '"my app"."D"'),
    ),
}


@pytest.mark.parametrize("script", SCRIPTS)
async def test_what_has_no_kind_is_reported(script: str, shadow: Shadow) -> None:
    catalog = await materialise(shadow, script)
    assert catalog.unmodelled == tuple(Unmodelled(*item) for item in SCRIPTS[script])


async def test_what_is_reported_reads_as_its_kind_and_name(shadow: Shadow) -> None:
    catalog = await materialise(shadow, "CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple)")
    assert [str(item) for item in catalog.unmodelled] == ["text search dictionary public.d"]


async def test_the_runners_own_tables_are_nobodys_schema(shadow: Shadow) -> None:
    """As the runner makes them, and Drizzle before it: with sequence, index, and key."""
    script = """
        CREATE TABLE __drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint);
        CREATE TABLE __ccm_runs (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tag text CHECK (tag <> ''));
        CREATE INDEX ON __ccm_runs (tag)"""
    catalog = await materialise(shadow, script)
    assert catalog == EMPTY
    assert catalog.unmodelled == ()


OF_DRIZZLE = """
    CREATE SCHEMA drizzle;
    CREATE TABLE drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)"""
OF_ALEMBIC = "CREATE TABLE alembic_version (version_num varchar(32) CONSTRAINT alembic_version_pkc PRIMARY KEY)"


@pytest.mark.parametrize("script", [OF_DRIZZLE, OF_ALEMBIC])
async def test_the_tables_of_other_runners_are_not_either(script: str, shadow: Shadow) -> None:
    catalog = await materialise(shadow, script)
    assert catalog == EMPTY
    assert catalog.unmodelled == ()


@pytest.mark.parametrize(
    ("more", "objects"),
    [
        ("CREATE TABLE drizzle.t ()", ["schema drizzle", "table drizzle.t"]),
        ("CREATE TYPE drizzle.e AS ENUM ('x')", ["enum drizzle.e", "schema drizzle"]),
    ],
)
async def test_a_schema_that_holds_more_than_that_is_somebodys_own(
    more: str, objects: list[str], shadow: Shadow
) -> None:
    catalog = await materialise(shadow, f"{OF_DRIZZLE}; {more}")
    assert [str(key) for key in catalog.objects] == objects


async def test_a_table_that_only_has_the_name_of_the_runners_is_somebodys_own(shadow: Shadow) -> None:
    catalog = await materialise(shadow, "CREATE SCHEMA app; CREATE TABLE app.__ccm_runs (id int)")
    assert [str(key) for key in catalog.objects] == ["column app.__ccm_runs.id", "schema app", "table app.__ccm_runs"]


async def test_what_an_extension_brings_along_is_the_extensions(shadow15: Shadow) -> None:
    """Types, functions, operators, casts, tables and schemas of its own: only itself is read."""
    catalog = await materialise(shadow15, "CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION dblink")
    assert [str(key) for key in catalog.objects] == ["extension citext", "extension dblink", "extension hstore"]
    assert catalog.unmodelled == ()
