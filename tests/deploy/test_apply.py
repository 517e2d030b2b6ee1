"""Migrations are applied: in which order, in which transactions, and what is written down about it."""

from collections.abc import Callable
from pathlib import Path

import asyncpg

import postgres
from deployment import Deployment, ended, wait_until

TABLES = "SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public'"


def test_pending_migrations_are_applied_in_the_order_of_the_journal(deployment: Deployment) -> None:
    deployment.write("0001_named_early", "CREATE TABLE a (id integer);")
    deployment.write("0000_named_late", "ALTER TABLE a ADD name text;")
    done = deployment.deploy()
    assert done.returncode == 0, done.stderr
    assert deployment.applied() == ["0001_named_early", "0000_named_late"]
    assert (
        f"target: postgresql://***@127.0.0.1:{deployment.server.port}/{deployment.database} (production)" in done.stderr
    )
    assert "applied 0001_named_early in 0." in done.stderr
    assert "done, 2 applied, nothing is pending" in done.stderr


def test_it_is_the_same_on_every_version_of_postgres(
    tmp_path: Path, server: postgres.Server, create_database: Callable[[postgres.Server], str]
) -> None:
    deployment = Deployment(home=tmp_path, server=server, database=create_database(server))
    deployment.write("0000_first", "CREATE TABLE a (id integer); CREATE INDEX CONCURRENTLY a_id ON a (id);")
    for said in ("done, 1 applied", "nothing is pending, 1 are applied"):
        assert said in deployment.deploy().stderr
    assert deployment.attempts() == ["0000_first applied 2/2"]
    assert "lock     free" in deployment.run("status").stdout


def test_a_second_deploy_applies_nothing(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    deployment.deploy()
    done = deployment.deploy()
    assert done.returncode == 0
    assert "nothing is pending, 1 are applied" in done.stderr
    assert deployment.attempts() == ["0000_first applied 1/1"]


def test_a_second_deploy_asks_the_database_one_question(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    deployment.deploy()
    deployment.sql(f"ALTER DATABASE {deployment.database} SET log_statement = 'all'")
    log = deployment.server.home / "log"
    before = log.stat().st_size
    assert deployment.deploy().returncode == 0
    asked = [line.partition("LOG:")[2].strip() for line in log.read_text()[before:].splitlines() if "LOG:" in line]
    assert len(asked) == 1
    assert asked[0].startswith("statement: COPY (SELECT")


def test_the_tracking_table_is_the_one_that_drizzle_projects_have(deployment: Deployment) -> None:
    path = deployment.write("0000_first", "CREATE TABLE a ();")
    deployment.deploy()
    columns = """
        SELECT string_agg(concat_ws(' ', column_name, data_type, is_nullable, column_default), ', ')
        FROM (TABLE information_schema.columns ORDER BY ordinal_position) WHERE table_name = '__drizzle_migrations'
    """
    assert deployment.sql(columns) == (
        "id text NO, hash text NO ''::text, created_at timestamp with time zone NO now()"
    )
    sha256 = deployment.sql(f"SELECT encode(sha256('{path.read_text()}'), 'hex')")
    assert deployment.sql("SELECT hash FROM __drizzle_migrations") == sha256


def test_the_ledger_says_who_ran_it(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    deployment.deploy(POD_NAME="shop-7d4", NODE_NAME="node-3")
    row = deployment.sql("SELECT pod, host, version <> '', finished_at >= started_at FROM __ccm_runs")
    assert row == "shop-7d4|node-3|t|t"


def test_a_statement_that_cannot_run_in_a_transaction_runs_on_its_own(deployment: Deployment) -> None:
    deployment.write(
        "0000_first",
        "CREATE TABLE a (id integer);\n--> statement-breakpoint\n"
        "CREATE INDEX CONCURRENTLY a_id ON a (id);\n--> statement-breakpoint\n"
        "INSERT INTO a VALUES (1);",
    )
    deployment.write("0001_last", "CREATE UNIQUE INDEX CONCURRENTLY a_unique ON a (id);")
    done = deployment.deploy()
    assert done.returncode == 0, done.stderr
    assert deployment.sql("SELECT count(*) FROM pg_index WHERE indrelid = 'a'::regclass AND indisvalid") == "2"
    assert deployment.attempts() == ["0000_first applied 3/3", "0001_last applied 1/1"]


def test_a_commit_line_ends_the_transaction_there(deployment: Deployment) -> None:
    """What was committed stays when a later step fails, and the error says so."""
    deployment.write("0000_first", "CREATE TABLE a ();\n-- ccm: commit\nCREATE TABLE b ();\nSELECT 1/0;")
    done = deployment.deploy()
    assert done.returncode == 6
    assert "migration 0000_first, statement 3 of 3" in done.stderr
    assert "statements 1 to 1 are committed and stay" in done.stderr
    assert deployment.sql(TABLES) == "__ccm_runs __drizzle_migrations a"
    assert deployment.attempts() == ["0000_first failed 1/3"]


def test_a_file_without_statements_counts_as_applied(deployment: Deployment) -> None:
    deployment.write("0000_first", "-- written by hand, one day\n")
    assert deployment.deploy().returncode == 0
    assert deployment.attempts() == ["0000_first applied 0/0"]


def test_what_one_migration_sets_does_not_reach_the_next(deployment: Deployment) -> None:
    deployment.write("0000_sets", "CREATE SCHEMA other; SET search_path TO other; SET work_mem TO '1GB';")
    deployment.write("0001_makes", "CREATE TABLE a AS SELECT current_setting('work_mem') <> '1GB' AS clean;")
    done = deployment.deploy()
    assert done.returncode == 0, done.stderr
    assert deployment.sql("SELECT clean FROM public.a") == "t"


def test_what_one_migration_prepares_is_not_there_for_the_next(deployment: Deployment) -> None:
    """Nor is what the runner itself has prepared taken away from under it."""
    deployment.write("0000_first", "CREATE TABLE a (id integer); PREPARE query AS SELECT 1;")
    deployment.write("0001_second", "PREPARE query AS SELECT 2; DEALLOCATE ALL;")
    deployment.write("0002_third", "CREATE TABLE b ();")
    deployment.write("0003_fourth", "DEALLOCATE ALL; CREATE INDEX CONCURRENTLY ON a (id);")
    deployment.write("0004_fifth", "CREATE TABLE c ();")
    done = deployment.deploy()
    assert done.returncode == 0, done.stderr
    assert len(deployment.applied()) == 5


def test_a_migration_may_act_as_another_role(deployment: Deployment) -> None:
    """The role stays for the rest of the migration; the record is written by the one who runs."""
    deployment.sql("CREATE ROLE owner; GRANT CREATE ON SCHEMA public TO owner")
    deployment.write("0000_first", "SET ROLE owner; CREATE TABLE a ();\n-- ccm: commit\nCREATE TABLE b ();")
    deployment.write("0001_alone", "SET ROLE owner; CREATE TABLE c (id integer); CREATE INDEX CONCURRENTLY ON c (id);")
    deployment.write("0002_next", "CREATE TABLE d ();")
    done = deployment.deploy()
    owners = deployment.sql(
        "SELECT string_agg(tableowner, ' ' ORDER BY tablename) FROM pg_tables WHERE tablename ~ '^.$'"
    )
    deployment.sql("DROP OWNED BY owner; DROP ROLE owner")
    assert done.returncode == 0, done.stderr
    assert owners == "owner owner owner postgres"


def test_a_migration_that_comes_late_is_applied(deployment: Deployment) -> None:
    """Pending is what the database does not have, never what is newer than the newest it has."""
    deployment.write("0002_third", "CREATE TABLE c ();")
    deployment.deploy()
    deployment.write("0001_second", "CREATE TABLE b ();")
    assert deployment.deploy().returncode == 0
    assert deployment.applied() == ["0002_third", "0001_second"]


def test_a_database_that_is_newer_than_the_folder_is_a_warning(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    deployment.deploy()
    deployment.sql("INSERT INTO __drizzle_migrations (id) VALUES ('0001_from_the_future')")
    done = deployment.deploy()
    assert done.returncode == 0
    assert "warning: the database is newer than this folder" in done.stderr
    assert "0001_from_the_future" in done.stderr


async def test_a_statement_waits_no_longer_for_a_lock_than_it_may(deployment: Deployment) -> None:
    """While it waits for a strong lock, every reader queues behind it."""
    deployment.write("0000_first", "CREATE TABLE a (id integer);")
    deployment.deploy()
    deployment.write("0001_second", "ALTER TABLE a ADD name text;")
    reader = await asyncpg.connect(deployment.url)
    async with reader.transaction():
        await reader.execute("TABLE a")
        done = deployment.deploy(CCM_STATEMENT_LOCK_TIMEOUT="0.1", CCM_STATEMENT_LOCK_DEADLINE="0")
    await reader.close()
    assert done.returncode == 6
    assert "canceling statement due to lock timeout (SQLSTATE 55P03)" in done.stderr


async def test_an_index_built_concurrently_waits_for_as_long_as_it_takes(deployment: Deployment) -> None:
    """It holds nobody up meanwhile, and cut short it would leave an invalid index."""
    deployment.write("0000_first", "CREATE TABLE a (id integer);")
    deployment.deploy()
    deployment.write("0001_second", "CREATE INDEX CONCURRENTLY a_id ON a (id);")
    writer = await asyncpg.connect(deployment.url)
    async with writer.transaction():
        await writer.execute("INSERT INTO a VALUES (1)")
        process = deployment.start("deploy", CCM_STATEMENT_LOCK_TIMEOUT="0.1")
        waiting = """
            SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
            WHERE NOT granted AND query LIKE 'CREATE INDEX%' AND clock_timestamp() > query_start + interval '0.3 s'
        """
        wait_until(lambda: deployment.sql(waiting) == "1")
    await writer.close()
    done = ended(process)
    assert done.returncode == 0, done.stderr


def test_a_role_that_may_not_create_tables_is_told_what_it_needs(deployment: Deployment) -> None:
    role = f"app_{deployment.database}"
    deployment.sql(f"CREATE ROLE {role} LOGIN")
    deployment.write("0000_first", "CREATE TABLE a ();")
    done = deployment.deploy(DATABASE_URL_PROD=deployment.url.replace("postgres@", f"{role}@"))
    deployment.sql(f"DROP ROLE {role}")
    assert done.returncode == 2
    assert "permission denied for schema public (SQLSTATE 42501)" in done.stderr
    assert "GRANT CREATE ON SCHEMA public" in done.stderr
