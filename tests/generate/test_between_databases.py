"""`ccm-daemon diff` between two databases: asked at the same time, and what does not differ is not looked at."""

import subprocess
from collections.abc import Callable, Iterator

import pytest

import postgres
from projects import COMMAND, Project
from waiting import until

SCHEMA = """
CREATE TABLE team (id int PRIMARY KEY);
CREATE TABLE member (id int PRIMARY KEY, team int REFERENCES team, name text);
CREATE VIEW names AS SELECT name FROM member;
"""


@pytest.fixture
def urls(server18: postgres.Server, create_database: Callable[[postgres.Server], str]) -> tuple[str, str]:
    """Two databases with that schema."""
    one, other = create_database(server18), create_database(server18)
    for name in (one, other):
        server18.psql(SCHEMA, name)
    return server18.url(one), server18.url(other)


@pytest.fixture
def role(server18: postgres.Server, urls: tuple[str, str]) -> Iterator[str]:
    server18.psql("CREATE ROLE clerk")
    yield "clerk"
    change(server18, urls[1], "REASSIGN OWNED BY clerk TO postgres; DROP ROLE clerk")


def change(server: postgres.Server, url: str, sql: str) -> None:
    server.psql(sql, url.rpartition("/")[2])


def test_of_two_that_are_equal_nothing_is_said_and_nothing_tried(project: Project, urls: tuple[str, str]) -> None:
    command = [str(COMMAND), "diff", "--from", urls[0], "--to", urls[1], "--exit-code"]
    environment = {**project.environment, "CCM_SHADOW_URL": "postgresql://nobody@127.0.0.1:1/nowhere"}
    done = subprocess.run(command, cwd=project.root, env=environment, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_of_two_that_are_equal_embedded_postgres_is_neither_made_nor_left_running(
    project: Project, urls: tuple[str, str], server18: postgres.Server
) -> None:
    """Where it was made before, it is started while the two are asked: they may differ."""
    environment = {name: value for name, value in project.environment.items() if name != "CCM_SHADOW_URL"}
    command = [str(COMMAND), "diff", "--from", urls[0], "--to", urls[1], "--exit-code"]
    home = project.root / ".ccm" / "postgres"

    def status() -> int:
        return subprocess.run(command, cwd=project.root, env=environment, check=False, capture_output=True).returncode

    assert (status(), home.exists()) == (0, False)
    change(server18, urls[1], "ALTER TABLE team ADD size int")
    assert (status(), home.exists()) == (8, True)
    change(server18, urls[1], "ALTER TABLE team DROP size")
    assert status() == 0
    until(lambda: not (home / "postmaster.pid").exists())


def test_what_differs_is_made_with_what_hangs_on_it(
    project: Project, urls: tuple[str, str], server18: postgres.Server
) -> None:
    view = "CREATE VIEW names AS SELECT name FROM member"
    change(server18, urls[1], f"DROP VIEW names; ALTER TABLE member ALTER name TYPE varchar(80); {view}")
    done = project.run("diff", "--from", urls[0], "--to", urls[1], "--exit-code")
    assert done.returncode == 8
    change(server18, urls[0], done.stdout)
    assert project.run("diff", "--from", urls[0], "--to", urls[1], "--exit-code").returncode == 0
    assert server18.dump(urls[0].rpartition("/")[2]) == server18.dump(urls[1].rpartition("/")[2])


def test_what_would_lose_data_is_refused_in_a_sentence(
    project: Project, urls: tuple[str, str], server18: postgres.Server
) -> None:
    change(server18, urls[1], "DROP TABLE team CASCADE; CREATE TABLE team (id int PRIMARY KEY) PARTITION BY HASH (id)")
    done = project.run("diff", "--from", urls[0], "--to", urls[1])
    assert done.stdout == ""
    assert done.stderr.startswith("error: table public.team would have to be dropped and made anew")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE COLLATION german (provider = icu, locale = 'de')",
        """CREATE VIEW german AS SELECT name COLLATE "de-x-icu" AS name FROM member""",
    ],
)
def test_what_only_a_server_with_icu_can_prove_is_printed_with_a_warning(
    project: Project, create_database: Callable[[postgres.Server], str], server15: postgres.Server, statement: str
) -> None:
    """The shadow of the test, as embedded Postgres, is built without."""
    one, other = create_database(server15), create_database(server15)
    for name in (one, other):
        server15.psql(SCHEMA, name)
    server15.psql(statement, other)
    done = project.run("diff", "--from", server15.url(one), "--to", server15.url(other))
    assert done.stderr.startswith("warning: not proved: the shadow server lacks what this needs")
    server15.psql(done.stdout, one)
    assert server15.dump(one) == server15.dump(other)


def test_a_difference_of_which_no_catalog_knows_is_none(
    project: Project, urls: tuple[str, str], server18: postgres.Server
) -> None:
    """Storage parameters are kept in the order in which they were given, which means nothing."""
    change(server18, urls[0], "ALTER TABLE team SET (fillfactor = 70, autovacuum_enabled = off)")
    change(server18, urls[1], "ALTER TABLE team SET (autovacuum_enabled = off, fillfactor = 70)")
    done = project.run("diff", "--from", urls[0], "--to", urls[1], "--exit-code")
    assert (done.returncode, done.stdout) == (0, "")


def test_roles_are_read_and_owners_compared_as_asked_for(
    project: Project, urls: tuple[str, str], server18: postgres.Server, role: str
) -> None:
    """Both databases have the role; only one of them belongs to it, as far as owners are of interest."""
    change(server18, urls[1], f"ALTER TABLE team OWNER TO {role}")
    words = ("diff", "--from", urls[0], "--to", urls[1])
    assert project.run(*words).stdout == f'ALTER TABLE "team" OWNER TO "{role}";\n'
    assert project.run(*words, "--no-owner").stdout == ""
    assert project.run(*words, "--include", "role", "--no-owner").stdout == ""


def test_a_grant_on_what_belongs_to_somebody_else_is_proved_as_theirs(
    project: Project, urls: tuple[str, str], server18: postgres.Server, role: str
) -> None:
    for url in urls:
        change(server18, url, f"ALTER TABLE team OWNER TO {role}")
    change(server18, urls[1], "GRANT SELECT ON team TO PUBLIC")
    done = project.run("diff", "--from", urls[0], "--to", urls[1])
    assert (done.stdout, done.stderr) == ('GRANT SELECT ON TABLE "team" TO PUBLIC;\n', "")
    change(server18, urls[0], "ALTER TABLE team OWNER TO postgres")


def test_one_that_does_not_answer_is_named(project: Project, urls: tuple[str, str]) -> None:
    done = project.run("diff", "--from", urls[0], "--to", "postgresql://u:secret@127.0.0.1:1/gone")
    assert done.returncode == 4
    assert "postgresql://***@127.0.0.1:1/gone" in done.stderr
    assert "secret" not in done.stderr


def test_whoever_reads_may_stop_reading(project: Project, urls: tuple[str, str]) -> None:
    command = [str(COMMAND), "diff", "--from", "empty", "--to", urls[0]]
    with subprocess.Popen(
        command, cwd=project.root, env=project.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == 141
