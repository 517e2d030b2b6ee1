"""What is logged: text for people, one JSON object a line for programs, and no secret in either."""

import ast
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import postgres
from deployment import COMMAND, Deployment, ended, wait_until_told

ROOT = Path(__file__).parents[2]
JSON = {"CCM_LOG_FORMAT": "json"}
TEXT = {"CCM_LOG_FORMAT": "text"}
ALWAYS = {"time", "level", "event", "message", "pod"}


def objects(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """Each line of standard error, which is an object and holds what they all have."""
    found = [json.loads(line, parse_constant=lambda word: pytest.fail(f"{word} is no JSON")) for line in lines(done)]
    assert all(found_one.keys() >= ALWAYS for found_one in found)
    return found


def lines(done: subprocess.CompletedProcess[str]) -> list[str]:
    return done.stderr.removesuffix("\n").split("\n")


# -- which of the two -----------------------------------------------------------------


IN_KUBERNETES = {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}
ELSEWHERE = {"KUBERNETES_SERVICE_HOST": ""}


@pytest.mark.parametrize(
    ("variables", "beginning"),
    [
        (ELSEWHERE, "target: "),
        (ELSEWHERE | {"CCM_LOG_FORMAT": "json"}, "{"),
        (ELSEWHERE | {"CCM_LOG_FORMAT": " JSON "}, "{"),
        (IN_KUBERNETES, "{"),
        (IN_KUBERNETES | {"CCM_LOG_FORMAT": ""}, "{"),
        (IN_KUBERNETES | {"CCM_LOG_FORMAT": "text"}, "target: "),
    ],
)
def test_programs_read_json_where_it_is_asked_for_and_in_kubernetes(
    deployment: Deployment, variables: dict[str, str], beginning: str
) -> None:
    assert deployment.deploy(**variables).stderr.startswith(beginning)


def test_a_person_at_a_terminal_reads_text_in_kubernetes_as_well(deployment: Deployment) -> None:
    ours, theirs = pty.openpty()
    environ = deployment.environ(**IN_KUBERNETES)
    subprocess.run([COMMAND, "deploy"], env=environ, cwd=deployment.home, stderr=theirs, check=False)
    os.close(theirs)
    assert os.read(ours, 1000).startswith(b"target: ")
    os.close(ours)


@pytest.mark.parametrize("command", ["deploy", "wait", "status", "seal"])
def test_a_format_that_there_is_not_is_refused_by_every_command(deployment: Deployment, command: str) -> None:
    done = deployment.run(command, CCM_LOG_FORMAT="yaml")
    assert done.returncode == 2
    assert done.stderr.startswith("error: CCM_LOG_FORMAT is 'yaml', which is not text or json\n")


def test_in_kubernetes_that_is_said_as_json(deployment: Deployment) -> None:
    (refusal,) = objects(deployment.deploy(CCM_LOG_FORMAT="yaml", **IN_KUBERNETES))
    assert (refusal["event"], refusal["error"], refusal["status"]) == ("failed", "SettingInvalid", 2)


# -- what an object says --------------------------------------------------------------


def test_every_line_of_a_run_is_an_object_and_the_events_say_what_happened(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a (); DO $$ BEGIN RAISE NOTICE E'one\\ntwo: é'; END $$;")
    said = objects(deployment.deploy(**JSON, POD_NAME="app-1"))
    assert [line["event"] for line in said] == ["target", "notice", "migration_applied", "applied"]
    assert {line["pod"] for line in said} == {"app-1"}
    assert {line["level"] for line in said} == {"info"}
    _, notice, migration, applied = said
    assert notice["message"] == "notice: one\ntwo: é"
    assert (migration["migration"], type(migration["seconds"])) == ("0000_first", float)
    assert applied["migrations"] == ["0000_first"]


def test_the_moment_is_as_rfc_3339_has_it(deployment: Deployment) -> None:
    line = objects(deployment.deploy(**JSON))[0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    assert abs((datetime.now().astimezone() - datetime.fromisoformat(line["time"])).total_seconds()) < 60


def test_the_error_that_ends_a_command_says_where_it_was(deployment: Deployment) -> None:
    deployment.write("0000_wrong", "SELECT 1;\nSELECT nothing;")
    *_, failure = objects(deployment.deploy(**JSON))
    assert failure["message"].startswith('migrations/0000_wrong.sql:2:8: column "nothing" does not exist')
    assert {name: failure[name] for name in failure.keys() - {"time", "message", "pod"}} == {
        "level": "error",
        "event": "failed",
        "error": "StatementFailed",
        "status": 6,
        "migration": "0000_wrong",
        "statement": 2,
        "line": 2,
        "column": 8,
        "sqlstate": "42703",
        "path": "migrations/0000_wrong.sql",
    }


def test_a_run_that_is_stopped_says_so(deployment: Deployment) -> None:
    deployment.write("0000_slow", "DO $$ BEGIN RAISE NOTICE 'begun'; PERFORM pg_sleep(60); END $$;")
    process = deployment.start("deploy", **JSON)
    wait_until_told(process, "begun")
    process.terminate()
    *_, last = objects(ended(process))
    assert (last["event"], last["error"], last["status"], last["level"]) == ("stopped", "Stopped", 143, "error")
    assert "statement" not in last, "the number of the signal is none of a statement"


@pytest.mark.parametrize("words", [("deploy", "--fast"), ("deploi",), (), ("repair",)], ids=" ".join)
def test_a_mistake_on_the_command_line_is_an_error_like_any_other(
    deployment: Deployment, words: tuple[str, ...]
) -> None:
    as_json, as_text = deployment.run(*words, **JSON), deployment.run(*words, **TEXT)
    (refusal,) = objects(as_json)
    assert (refusal["error"], refusal["status"]) == ("CommandLineRefused", 2)
    assert as_json.returncode == as_text.returncode == 2
    assert as_text.stderr == f"error: {refusal['message']}\n"
    assert "\n\nusage: ccm-daemon" in refusal["message"]


def test_the_message_is_in_the_language_of_the_reader_and_the_event_is_not(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    english, french = objects(deployment.deploy(**JSON)), objects(deployment.deploy(**JSON, CCM_LANG="fr"))
    assert [line["event"] for line in french] == ["target", "up_to_date"]
    assert french[0]["message"].startswith("cible : ")
    assert english[0]["message"].startswith("target: ")


def test_migrate_shows_no_screen_to_programs(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    said = objects(deployment.run("migrate", **JSON))
    assert [line["event"] for line in said] == ["target", "migration_applied", "applied"]


def test_data_on_standard_output_stays_what_it_is(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    assert deployment.run("status", **JSON).stdout == deployment.run("status", **TEXT).stdout != ""


# -- what others have to say ----------------------------------------------------------

BEGIN = """
import logging, os, sys, threading, warnings
from datetime import datetime, UTC
from pathlib import Path
from ccm_daemon import logs
handler = logs.begin(os.environ)
log = logging.getLogger("ccm_deploy.test")
"""


def logged(program: str, **variables: str) -> list[dict[str, Any]]:
    """By a program that has begun as ccm-daemon does."""
    environ = {"PATH": "/usr/bin:/bin", "POD_NAME": "app-1", **JSON, **variables}
    command = [sys.executable, "-c", BEGIN + program]
    return objects(subprocess.run(command, env=environ, text=True, encoding="utf-8", capture_output=True, check=True))


def test_warnings_of_other_libraries_are_objects_too() -> None:
    program = "logging.getLogger('asyncio').warning('slow: %s', 'é'); logging.getLogger('asyncio').info('no')"
    (line,) = logged(program)
    assert (line["event"], line["level"], line["message"]) == ("log", "warning", "slow: é")


def test_warnings_of_python_are_objects_too() -> None:
    (line,) = logged("warnings.warn('old')")
    assert (line["event"], line["level"]) == ("log", "warning")
    assert "UserWarning: old" in line["message"]


def test_an_exception_that_is_logged_is_shown_with_its_traceback() -> None:
    (line,) = logged("try: 1 / 0\nexcept ArithmeticError: logging.getLogger('asyncio').exception('it broke')")
    assert line["message"] == "it broke"
    assert line["traceback"].startswith("Traceback (most recent call last):\n")
    assert line["traceback"].endswith("ZeroDivisionError: division by zero")


def test_a_thread_that_ends_by_an_exception_is_an_object_too() -> None:
    (line,) = logged("thread = threading.Thread(target=lambda: 1 / 0); thread.start(); thread.join()")
    assert (line["event"], line["level"]) == ("log", "error")
    assert "ZeroDivisionError" in line["traceback"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("('a', 'b')", ["a", "b"]),
        ("Path('a/b')", "a/b"),
        ("datetime(2026, 1, 2, tzinfo=UTC)", "2026-01-02 00:00:00+00:00"),
        ("float('inf')", "inf"),
        ("float('nan')", "nan"),
        ("10 ** 30", 10**30),
        ("None", None),
        ("'\\ud800\\n\\x00'", "\ud800\n\0"),
    ],
)
def test_whatever_is_told_beside_the_message_can_be_read_back(value: str, shown: object) -> None:
    (line,) = logged(f"log.info('%s', {value}, extra={{'event': 'test', 'seen': {value}}})", PYTHONIOENCODING="ascii")
    assert line["seen"] == shown


def test_a_crash_is_an_object_with_its_traceback(deployment: Deployment) -> None:
    deployment.write("0000_first", "").unlink()
    (deployment.home / "migrations" / "0000_first.sql").mkdir()
    *_, crash = objects(deployment.deploy(**JSON))
    assert (crash["event"], crash["level"], crash["status"]) == ("crashed", "critical", 1)
    assert crash["error"] == "IsADirectoryError"
    assert crash["traceback"].startswith("Traceback (most recent call last):\n")
    done = deployment.deploy()
    assert done.returncode == 1
    assert "\nIsADirectoryError: " in done.stderr


@pytest.mark.parametrize(
    ("error", "said"),
    [("KeyboardInterrupt()", ["stopped"]), ("BrokenPipeError()", []), ("None", [])],
)
def test_ctrl_c_is_told_and_a_reader_that_has_gone_is_not(error: str, said: list[str]) -> None:
    assert [line["event"] for line in logged(f"handler.ended({error}, 1); log.info('')")][:-1] == said


# -- secrets --------------------------------------------------------------------------

SECRETS = ("s3cr3t", "t0k3n")


@pytest.fixture(scope="module")
def guarded() -> Iterator[postgres.Server]:
    """A server that asks one role for its password."""
    with postgres.running(18) as server:
        server.psql("CREATE ROLE keeper LOGIN SUPERUSER PASSWORD 's3cr3t/t0k3n'")
        rules = server.home / "data" / "pg_hba.conf"
        rules.write_text(f"host all keeper 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")
        server.psql("SELECT pg_reload_conf()")
        yield server


URLS = {
    "the right password": ("postgresql://keeper:s3cr3t%2Ft0k3n@127.0.0.1:{port}/postgres", 0),
    "a wrong password": ("postgresql://keeper:t0k3n@127.0.0.1:{port}/postgres", 4),
    "in the query": ("postgresql://127.0.0.1:{port}/postgres?user=keeper&password=s3cr3t", 4),
    "of a database that is not there": ("postgresql://keeper:s3cr3t%2Ft0k3n@127.0.0.1:{port}/nowhere", 4),
    "of a server that is not there": ("postgresql://keeper:s3cr3t@127.0.0.1:1/postgres", 4),
    "of a host that is not there": ("postgresql://keeper:s3cr3t@t.invalid/postgres", 4),
    "with a slash": ("postgresql://keeper:s3cr3t/t0k3n@127.0.0.1:{port}/postgres", 2),
    "with a hash": ("postgresql://keeper:s3cr3t#t0k3n@127.0.0.1:{port}/postgres", 2),
    "with a bracket": ("postgresql://keeper:s3cr3t[t0k3n@127.0.0.1:{port}/postgres", 2),
    "with a question mark": ("postgresql://keeper:s3cr3t?t0k3n@127.0.0.1:{port}/postgres", 2),
    "for another server": ("mysql://keeper:s3cr3t@127.0.0.1/t0k3n", 2),
    "alone": ("s3cr3t", 2),
}


@pytest.mark.parametrize("command", ["deploy", "wait"])
@pytest.mark.parametrize(("url", "status"), URLS.values(), ids=URLS)
def test_no_password_of_the_database_is_told(
    deployment: Deployment, guarded: postgres.Server, command: str, url: str, status: int
) -> None:
    (deployment.home / "migrations" / "meta").mkdir(parents=True)
    (deployment.home / "migrations" / "meta" / "_journal.json").write_text('{"entries": []}')
    summary = deployment.home / "termination-log"
    summary.touch()
    variables = {"CCM_CONNECT_TIMEOUT": "0", "CCM_WAIT_TIMEOUT": "0", "CCM_TERMINATION_LOG": str(summary)}
    for form in (JSON, TEXT):
        done = deployment.run(command, DATABASE_URL_PROD=url.format(port=guarded.port), **variables, **form)
        assert done.returncode == status, done.stderr
        told = (done.stdout, done.stderr, summary.read_text())
        assert [secret for secret in SECRETS if secret in "".join(told)] == []


@pytest.mark.parametrize("form", [JSON, TEXT], ids=["json", "text"])
@pytest.mark.parametrize(
    "url",
    [
        "http://keeper:s3cr3t@127.0.0.1:1",
        "http://keeper:s3cr3t/t0k3n@127.0.0.1:1",
        "http://keeper:s3cr3t[t0k3n@127.0.0.1:1",
        "ftp://keeper:s3cr3t@127.0.0.1:1",
        "s3cr3t",
    ],
)
def test_no_password_of_the_pushgateway_is_told(deployment: Deployment, form: dict[str, str], url: str) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    done = deployment.deploy(CCM_PUSHGATEWAY_URL=url, **form)
    assert done.returncode in {0, 2}, done.stderr
    assert [secret for secret in SECRETS if secret in done.stdout + done.stderr] == []


# -- the source -----------------------------------------------------------------------

SOURCES = [path for room in ("engine", "deploy", "daemon") for path in sorted((ROOT / room).rglob("*.py"))]
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}


def log_calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="log" | "logger"), attr=level)) if level in LEVELS:
                yield node
            case _:
                pass


def events(call: ast.Call, tree: ast.Module) -> list[str]:
    """What `event` may be: in the dictionary that the call is given, or in one of that name."""
    given = [keyword.value for keyword in call.keywords if keyword.arg == "extra"]
    if given and isinstance(given[0], ast.Name):
        named = given[0].id
        around = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        function = next(node for node in around if call in ast.walk(node))
        given = [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == [named]
        ]
    return [
        str(value.value)
        for root in given
        for node in ast.walk(root)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and key.value == "event" and isinstance(value, ast.Constant)
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_log_call_names_its_event(path: Path) -> None:
    tree = ast.parse(path.read_text())
    for call in log_calls(tree):
        found = events(call, tree)
        assert found, f"{path}:{call.lineno} has no event"
        assert [event for event in found if not re.fullmatch(r"[a-z]+(_[a-z]+)*", event)] == []


# -- the cold start -------------------------------------------------------------------


def imported(deployment: Deployment, **variables: str) -> set[str]:
    command = [sys.executable, "-X", "importtime", str(COMMAND), "deploy"]
    environ = deployment.environ(**variables)
    done = subprocess.run(command, env=environ, cwd=deployment.home, text=True, capture_output=True, check=True)
    return {line.rpartition("|")[2].strip() for line in lines(done) if line.startswith("import time:")}


def test_json_costs_a_run_that_has_nothing_to_do_no_import(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    assert deployment.deploy().returncode == 0
    assert imported(deployment, **JSON) == imported(deployment, **TEXT)
