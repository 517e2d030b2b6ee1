"""A migration that fails: where, why, what to do; nothing half done is left, and a correction goes on."""

from textwrap import dedent

import pytest

from deployment import Deployment

FAILING = """\
CREATE TABLE "café" ("id" integer);
--> statement-breakpoint
/* the first two lines are fine */
UPDATE "café"
\tSET id = length('é') + idd;
--> statement-breakpoint
CREATE TABLE "never" ();
"""


@pytest.fixture
def failed(deployment: Deployment) -> Deployment:
    deployment.write("0000_fine", "CREATE TABLE fine ();")
    deployment.write("0001_wrong", FAILING)
    return deployment


def test_the_message_shows_the_exact_place_in_the_file_and_what_postgres_says(failed: Deployment) -> None:
    done = failed.deploy()
    assert done.returncode == 6
    _, _, message = done.stderr.partition("error: ")
    assert message == dedent(
        """\
        migrations/0001_wrong.sql:5:25: column "idd" does not exist (SQLSTATE 42703)

        migration 0001_wrong, statement 2 of 3:
        \tSET id = length('é') + idd;
        \t                       ^
        rolled back: nothing of this attempt is in the database

        hint: Perhaps you meant to reference the column "café.id".
        """
    )


def test_a_failed_migration_is_rolled_back_and_what_was_applied_before_it_stays(failed: Deployment) -> None:
    failed.deploy()
    assert failed.sql("SELECT to_regclass('fine') IS NOT NULL, to_regclass('\"café\"') IS NULL") == "t|t"
    assert failed.applied() == ["0000_fine"]


def test_a_failure_is_recorded(failed: Deployment) -> None:
    failed.deploy()
    assert failed.attempts() == ["0000_fine applied 1/1", "0001_wrong failed 0/3"]
    query = "SELECT sqlstate, message, line, statement, finished_at IS NOT NULL FROM __ccm_runs WHERE status = 'failed'"
    assert failed.sql(query) == ('42703|column "idd" does not exist|5|UPDATE "café"\n\tSET id = length(\'é\') + idd|t')


def test_once_the_file_is_corrected_the_next_run_goes_on(failed: Deployment) -> None:
    failed.deploy()
    failed.write("0001_wrong", FAILING.replace("idd", "id"))
    assert failed.deploy().returncode == 0
    assert failed.applied() == ["0000_fine", "0001_wrong"]


def test_a_failure_without_a_position_points_at_the_statement(deployment: Deployment) -> None:
    deployment.write("0000_wrong", "CREATE TABLE a (id integer UNIQUE);\n\nINSERT INTO a VALUES (1),\n  (1);\n")
    done = deployment.deploy()
    assert "migrations/0000_wrong.sql:3:1: duplicate key value" in done.stderr
    assert "INSERT INTO a VALUES (1),\n^\n" in done.stderr
    assert "detail: Key (id)=(1) already exists." in done.stderr


def test_a_constraint_that_is_checked_at_the_end_fails_the_last_statement_of_the_transaction(
    deployment: Deployment,
) -> None:
    deployment.write(
        "0000_wrong",
        "CREATE TABLE a (id integer UNIQUE DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO a VALUES (1), (1);\n",
    )
    done = deployment.deploy()
    assert done.returncode == 6
    assert "migrations/0000_wrong.sql:2:1: duplicate key value" in done.stderr
    assert deployment.attempts() == ["0000_wrong failed 0/2"]
    assert deployment.applied() == []


def test_only_the_part_of_a_long_line_that_matters_is_shown(deployment: Deployment) -> None:
    deployment.write("0000_wrong", f"SELECT {'1, ' * 500}nothing, {'2, ' * 500}3;")
    done = deployment.deploy()
    assert "migrations/0000_wrong.sql:1:1508: " in done.stderr
    lines = done.stderr.splitlines()
    caret = next(number for number, line in enumerate(lines) if line.strip() == "^")
    assert lines[caret - 1][lines[caret].index("^") :].startswith("nothing, 2")
    assert len(lines[caret - 1]) == 120


REFUSED = {
    "BEGIN;\nCREATE TABLE a ();\nCOMMIT;": "migrations/0001_wrong.sql:1:1: BEGIN inside a migration",
    "CREATE TABLE a ();\n  ROLLBACK;": "migrations/0001_wrong.sql:2:3: ROLLBACK inside a migration",
    "CREATE TABLE a ();\nCOPY a FROM STDIN;": "migrations/0001_wrong.sql:2:1: COPY … FROM STDIN inside a migration",
}


@pytest.mark.parametrize(("sql", "said"), REFUSED.items(), ids=["begin", "rollback", "copy"])
def test_what_the_runner_cannot_run_is_refused_before_anything_runs(
    deployment: Deployment, sql: str, said: str
) -> None:
    deployment.write("0000_fine", "CREATE TABLE fine ();")
    deployment.write("0001_wrong", sql)
    done = deployment.deploy()
    assert done.returncode == 6
    assert said in done.stderr
    assert deployment.applied() == []


def test_a_file_that_does_not_parse_still_fails_with_its_place(deployment: Deployment) -> None:
    deployment.write("0000_wrong", "CREATE TABLE a ();\nCREATE TABEL b ();\n")
    done = deployment.deploy()
    assert done.returncode == 6
    assert 'migrations/0000_wrong.sql:2:8: syntax error at or near "TABEL" (SQLSTATE 42601)' in done.stderr
