"""`migrate --reset`: everything goes and is made anew, after a question; what extensions own stays."""

import signal
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

import postgres
from deployment import Deployment
from terminal import answered

UNTOUCHED = "the row stays"
OURS = """
    CREATE SCHEMA shop;
    CREATE TYPE shop.mood AS ENUM ('sad', 'glad');
    CREATE TYPE pair AS (a int, b int);
    CREATE DOMAIN positive AS int CHECK (VALUE > 0);
    CREATE SEQUENCE numbers;
    CREATE TABLE shop.customer (id int PRIMARY KEY, mood shop.mood, lucky positive);
    CREATE TABLE "Order" (id int PRIMARY KEY, "the customer" int REFERENCES shop.customer, pair pair);
    CREATE INDEX ON "Order" ("the customer");
    CREATE STATISTICS related ON id, "the customer" FROM "Order";
    CREATE VIEW orders AS SELECT * FROM "Order";
    CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM "Order";
    CREATE FUNCTION next(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
    CREATE PROCEDURE nothing() LANGUAGE sql AS '';
    CREATE AGGREGATE product(int) (SFUNC = int4mul, STYPE = int, INITCOND = '1');
    CREATE OPERATOR @+ (FUNCTION = next, RIGHTARG = int);
    CREATE COLLATION plain FROM "C";
    CREATE TEXT SEARCH CONFIGURATION words (COPY = simple);
    CREATE FUNCTION fired() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''not while I am here''; END';
    CREATE EVENT TRIGGER guard ON sql_drop EXECUTE FUNCTION fired();
    CREATE PUBLICATION news FOR TABLE "Order";
    CREATE FOREIGN DATA WRAPPER files;
    CREATE SERVER elsewhere FOREIGN DATA WRAPPER files;
    CREATE FOREIGN TABLE far (id int) SERVER elsewhere;
"""
LEFT = """
    SELECT string_agg(DISTINCT format('%s %s', type, identity), ', ') FROM pg_depend CROSS JOIN
        pg_identify_object(classid, objid, 0)
    WHERE objid >= 16384 AND schema IS DISTINCT FROM 'pg_toast' AND identity NOT LIKE '%__ccm%'
        AND identity NOT LIKE '%__drizzle%' AND (classid, objid) NOT IN
        (SELECT classid, objid FROM pg_depend WHERE deptype = 'e')
"""


@pytest.fixture
def shop(deployment: Deployment) -> Deployment:
    """One migration, applied, and a row that the migration did not write."""
    deployment.write("0000_first", "CREATE TABLE note (text text);")
    assert deployment.run("migrate").returncode == 0
    deployment.sql(f"INSERT INTO note VALUES ('{UNTOUCHED}')")
    return deployment


@pytest.fixture
def with_contrib(
    tmp_path: Path, server15: postgres.Server, create_database: Callable[[postgres.Server], str]
) -> Deployment:
    made = Deployment(home=tmp_path, server=server15, database=create_database(server15))
    made.write("0000_first", "CREATE TABLE note (text text);")
    return made


def notes(deployment: Deployment) -> str:
    return deployment.sql("SELECT text FROM note")


@pytest.mark.parametrize("answer", ["oui\n", "yes\n", " YES \n"])
def test_who_says_so_gets_an_empty_database_with_all_migrations(shop: Deployment, answer: str) -> None:
    done = answered(shop.home, shop.environ(), "migrate", "--reset", answer=answer)
    assert done.returncode == 0, done.stderr
    assert f"/{shop.database}: drop everything in it, all rows included, and run all migrations anew?" in done.stderr
    assert notes(shop) == ""
    assert shop.applied() == ["0000_first"]
    assert shop.attempts() == ["0000_first applied 1/1"]


@pytest.mark.parametrize("answer", ["non\n", "\n", "y\n"])
def test_any_other_answer_leaves_it_as_it_is(shop: Deployment, answer: str) -> None:
    done = answered(shop.home, shop.environ(), "migrate", "--reset", answer=answer)
    assert done.returncode == 3
    assert "stays as it is: the answer was neither oui nor yes" in done.stderr
    assert notes(shop) == UNTOUCHED


def test_a_terminal_that_is_closed_is_no_answer(shop: Deployment) -> None:
    done = answered(shop.home, shop.environ(), "migrate", "--reset", answer="\x04")
    assert done.returncode == 9
    assert "the terminal was closed instead of an answer to: " in done.stderr
    assert notes(shop) == UNTOUCHED


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_is_an_answer_too(shop: Deployment, sent: signal.Signals, status: int) -> None:
    done = answered(shop.home, shop.environ(), "migrate", "--reset", answer=sent)
    assert done.returncode == status
    assert "Traceback" not in done.stderr
    assert notes(shop) == UNTOUCHED


def test_where_nobody_can_be_asked_it_takes_yes(shop: Deployment) -> None:
    asked = shop.run("migrate", "--reset")
    assert asked.returncode == 9
    assert "there is no terminal; nothing was done" in asked.stderr
    assert "hint: run it at a terminal, or with --yes" in asked.stderr
    assert notes(shop) == UNTOUCHED
    assert shop.run("migrate", "--reset", "--yes").returncode == 0
    assert notes(shop) == ""


def test_production_is_reset_only_where_it_is_confirmed_as_well(shop: Deployment) -> None:
    production = {"USE_PROD_DB": "true", "DATABASE_URL_LOCAL": ""}
    for words in (["--reset"], ["--reset", "--yes"]):
        done = shop.run("migrate", *words, CONFIRM_PROD="", **production)
        assert done.returncode == 3
        assert "is production" in done.stderr
    assert notes(shop) == UNTOUCHED
    assert shop.run("migrate", "--reset", "--yes", **production).returncode == 0
    assert notes(shop) == ""


@pytest.mark.parametrize(("answer", "status", "applied"), [("oui\n", 0, 2), ("non\n", 3, 1)])
def test_at_a_terminal_production_is_asked_about(shop: Deployment, answer: str, status: int, applied: int) -> None:
    shop.write("0001_second", "CREATE TABLE more ();")
    environ = shop.environ(USE_PROD_DB="true", CONFIRM_PROD="")
    done = answered(shop.home, environ, "migrate", answer=answer)
    assert done.returncode == status
    assert f" WARNING !! This is the production database: {shop.database} " in done.stderr
    assert "Are you sure that migrations are to run in PRODUCTION? (yes/no): " in done.stderr
    assert len(shop.applied()) == applied


def test_an_empty_database_is_one_with_nothing_to_drop(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE note (text text);")
    done = deployment.run("migrate", "--reset", "--yes")
    assert done.returncode == 0, done.stderr
    assert "reset: 0 objects dropped" in done.stderr
    assert deployment.applied() == ["0000_first"]


def test_whatever_the_kind_it_goes(deployment: Deployment) -> None:
    deployment.write("0000_nothing", "SELECT 1;")
    deployment.sql(OURS)
    assert "text search configuration public.words" in deployment.sql(LEFT)
    done = deployment.run("migrate", "--reset", "--yes")
    assert done.returncode == 0, done.stderr
    assert deployment.sql(LEFT) == ""


def test_what_an_extension_owns_stays(with_contrib: Deployment) -> None:
    with_contrib.sql("""
        CREATE SCHEMA tools; CREATE EXTENSION hstore SCHEMA tools; CREATE EXTENSION citext; CREATE EXTENSION file_fdw;
        CREATE TABLE tools.own (id int, tags tools.hstore); CREATE TABLE note (text citext);
        CREATE SERVER disk FOREIGN DATA WRAPPER file_fdw;
    """)
    extensions = "SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension"
    members = "SELECT count(*) FROM pg_depend WHERE deptype = 'e'"
    before = with_contrib.sql(f"{extensions}; {members}")
    done = with_contrib.run("migrate", "--reset", "--yes")
    assert done.returncode == 0, done.stderr
    assert with_contrib.sql(f"{extensions}; {members}") == before
    assert with_contrib.sql("SELECT to_regclass('tools.own'), count(*) FROM pg_foreign_server") == "|0"
    assert with_contrib.sql("SELECT atttypid::regtype FROM pg_attribute WHERE attname = 'text'") == "text"


def test_what_hangs_on_no_schema_stays_where_it_has_another_owner(shop: Deployment) -> None:
    shop.sql(f"""
        CREATE PUBLICATION theirs;
        CREATE ROLE migrator_{shop.database} LOGIN; ALTER DATABASE {shop.database} OWNER TO migrator_{shop.database};
        ALTER TABLE note OWNER TO migrator_{shop.database}; ALTER TABLE __ccm_runs OWNER TO migrator_{shop.database};
        ALTER TABLE __drizzle_migrations OWNER TO migrator_{shop.database};
    """)
    url = shop.url.replace("postgres@", f"migrator_{shop.database}@")
    done = shop.run("migrate", "--reset", "--yes", DATABASE_URL_LOCAL=url)
    assert done.returncode == 0, done.stderr
    assert notes(shop) == ""
    assert shop.sql("SELECT pubname FROM pg_publication") == "theirs"
    shop.sql(f"REASSIGN OWNED BY migrator_{shop.database} TO postgres; DROP ROLE migrator_{shop.database}")


def test_the_schema_of_an_extension_can_be_made_by_a_migration_again(with_contrib: Deployment) -> None:
    with_contrib.write("0001_tools", "CREATE SCHEMA tools; CREATE EXTENSION IF NOT EXISTS hstore SCHEMA tools;")
    assert with_contrib.run("migrate").returncode == 0
    done = with_contrib.run("migrate", "--reset", "--yes")
    assert done.returncode == 0, done.stderr
    assert with_contrib.applied() == ["0000_first", "0001_tools"]


def test_a_reset_that_would_reach_an_extension_does_nothing(with_contrib: Deployment) -> None:
    with_contrib.sql("""
        CREATE TABLE owned (id int); CREATE EXTENSION citext;
        CREATE VIEW hung AS SELECT * FROM owned; ALTER EXTENSION citext ADD VIEW hung; CREATE TABLE other ();
    """)
    done = with_contrib.run("migrate", "--reset", "--yes")
    assert done.returncode == 6
    assert "extensions hang on what a reset drops, and would go with it: citext; nothing was dropped" in done.stderr
    assert with_contrib.sql("SELECT to_regclass('other')") == "other"


async def test_what_somebody_uses_is_not_waited_for_longer_than_a_statement_waits(shop: Deployment) -> None:
    other = await asyncpg.connect(shop.url)
    async with other.transaction():
        await other.execute("SELECT * FROM note")
        done = shop.run("migrate", "--reset", "--yes", CCM_STATEMENT_LOCK_TIMEOUT="0.2")
    await other.close()
    assert done.returncode == 6
    assert "lock timeout" in done.stderr
    assert "(SQLSTATE 55P03); nothing was dropped" in done.stderr
    assert notes(shop) == UNTOUCHED


def test_a_file_that_cannot_be_run_is_told_before_anything_goes(shop: Deployment) -> None:
    shop.write("0001_bad", "BEGIN; CREATE TABLE more ();")
    done = shop.run("migrate", "--reset", "--yes")
    assert done.returncode == 6
    assert "0001_bad.sql:1" in done.stderr
    assert notes(shop) == UNTOUCHED


def test_an_edited_file_is_no_obstacle(shop: Deployment) -> None:
    shop.write("0000_first", "CREATE TABLE memo (text text);")
    assert shop.run("migrate").returncode == 7
    done = shop.run("migrate", "--reset", "--yes")
    assert done.returncode == 0, done.stderr
    assert shop.sql("SELECT to_regclass('note'), to_regclass('memo')") == "|memo"


def test_yes_answers_nothing_but_the_question_of_a_reset(shop: Deployment) -> None:
    done = shop.run("migrate", "--yes")
    assert done.returncode == 2
    assert "migrate asks nothing that --yes could answer, unless it is a reset" in done.stderr
