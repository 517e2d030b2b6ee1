"""What Kubernetes shows of a container that has ended: one JSON object, whole, however much there was to say."""

import json
import os
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from ccm_deploy import termination
from deployment import Deployment, ended, wait_until_told

LIMIT = 4096  # bytes that Kubernetes keeps of it


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """As Kubernetes makes it, with what an earlier container of the pod has left in it."""
    path = tmp_path / "termination-log"
    path.write_text("x" * 5000)
    return path


def summary(log: Path) -> dict[str, Any]:
    """What is in it, without what changes from run to run."""
    assert log.stat().st_size <= LIMIT
    found: dict[str, Any] = json.loads(log.read_bytes())
    assert found.pop("seconds") >= 0
    assert found.pop("pod") == "pod-1"
    assert found.pop("version") == version("ccm-daemon")
    return found


def test_a_run_says_what_it_has_applied_or_that_there_was_nothing_to_do(deployment: Deployment, log: Path) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    deployment.write("0001_second", "CREATE TABLE b ();")
    deployment.deploy(CCM_TERMINATION_LOG=str(log))
    assert summary(log) == {"event": "applied", "status": 0, "applied": ["0000_first", "0001_second"]}
    deployment.deploy(CCM_TERMINATION_LOG=str(log))
    assert summary(log) == {"event": "nothing", "status": 0}


def test_a_migration_that_fails_is_named_with_its_place_and_what_was_applied_before_it(
    deployment: Deployment, log: Path
) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    deployment.write("0001_wrong", "SELECT 1;\nSELECT nothing;")
    done = deployment.deploy(CCM_TERMINATION_LOG=str(log))
    found = summary(log)
    assert done.stderr.endswith(f"error: {found.pop('message')}\n")
    assert found == {
        "event": "failed",
        "status": 6,
        "error": "StatementFailed",
        "migration": "0001_wrong",
        "statement": 2,
        "line": 2,
        "sqlstate": "42703",
        "applied": ["0000_first"],
    }


@pytest.mark.parametrize(
    ("variables", "error", "status"),
    [
        ({"CCM_LOCK_TIMEOUT": "soon"}, "SettingInvalid", 2),
        ({"CCM_LOG_FORMAT": "yaml"}, "SettingInvalid", 2),
        ({"CONFIRM_PROD": ""}, "ProductionNotConfirmed", 3),
        ({"CCM_OUT": "nowhere"}, "FolderMissing", 2),
        ({"DATABASE_URL_PROD": "postgresql://me@127.0.0.1:1/x", "CCM_CONNECT_TIMEOUT": "0"}, "DatabaseSilent", 4),
    ],
)
def test_whatever_else_ends_a_deploy_is_there_too(
    deployment: Deployment, log: Path, variables: dict[str, str], error: str, status: int
) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    deployment.deploy(CCM_TERMINATION_LOG=str(log), **variables)
    found = summary(log)
    assert (found["event"], found["error"], found["status"]) == ("failed", error, status)


def test_a_mistake_on_the_command_line_is_there_too(deployment: Deployment, log: Path) -> None:
    deployment.run("deploy", "--fast", CCM_TERMINATION_LOG=str(log))
    found = summary(log)
    assert found.pop("message").startswith("unrecognized arguments: --fast\n")
    assert found == {"event": "failed", "status": 2, "error": "CommandLineRefused"}


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)], ids=["TERM", "INT"])
def test_a_run_that_is_stopped_says_so(deployment: Deployment, log: Path, number: signal.Signals, status: int) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    deployment.write("0001_slow", "DO $$ BEGIN RAISE NOTICE 'begun'; PERFORM pg_sleep(60); END $$;")
    process = deployment.start("deploy", CCM_TERMINATION_LOG=str(log))
    wait_until_told(process, "begun")
    process.send_signal(number)
    assert ended(process).returncode == status
    found = summary(log)
    assert found.pop("message").startswith(f"stopped by {number.name}")
    assert found == {"event": "stopped", "status": status, "error": "Stopped", "applied": ["0000_first"]}


def test_a_crash_is_a_failure(deployment: Deployment, log: Path) -> None:
    deployment.write("0000_first", "").unlink()
    (deployment.home / "migrations" / "0000_first.sql").mkdir()
    assert deployment.deploy(CCM_TERMINATION_LOG=str(log)).returncode == 1
    found = summary(log)
    assert found.pop("message").startswith("IsADirectoryError: ")
    assert found == {"event": "failed", "status": 1, "error": "IsADirectoryError"}


def test_wait_says_that_it_waited_or_that_it_did_so_in_vain(deployment: Deployment, log: Path) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    deployment.run("wait", CCM_TERMINATION_LOG=str(log), CCM_WAIT_TIMEOUT="0")
    found = summary(log)
    assert (found["event"], found["error"], found["status"]) == ("failed", "MigrationsAwaited", 10)
    process = deployment.start("wait", CCM_TERMINATION_LOG=str(log))
    wait_until_told(process, "waiting for another run to apply 0000_first")
    deployment.deploy()
    assert ended(process).returncode == 0
    assert summary(log) == {"event": "waited", "status": 0}
    deployment.run("wait", CCM_TERMINATION_LOG=str(log))
    assert summary(log) == {"event": "nothing", "status": 0}


def test_other_commands_leave_it_alone(deployment: Deployment, log: Path) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    before = log.read_text()
    for words in (("status",), ("migrate",), ("migrate", "--yes"), ("exporter", "--fast")):
        deployment.run(*words, CCM_TERMINATION_LOG=str(log))
    assert log.read_text() == before


def test_no_file_is_made_where_kubernetes_has_made_none(deployment: Deployment, tmp_path: Path) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    for path in (tmp_path / "none", tmp_path / "no" / "folder"):
        done = deployment.deploy(CCM_TERMINATION_LOG=str(path))
        assert done.returncode == 0
        assert "CCM_TERMINATION_LOG" not in done.stderr
        assert not path.exists()


@pytest.mark.parametrize("path", [".", "/dev/full", "migrations/0000_first.sql/x"])
def test_a_file_that_cannot_be_written_is_a_warning(deployment: Deployment, path: str) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    done = deployment.deploy(CCM_TERMINATION_LOG=path)
    assert done.returncode == 0
    assert f"warning: no summary in {path} (" in done.stderr
    assert deployment.applied() == ["0000_first"]


def test_it_may_be_named_in_dotenv_like_other_settings(deployment: Deployment, log: Path) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    (deployment.home / ".env").write_text(f"CCM_TERMINATION_LOG={log}\n")
    deployment.deploy()
    assert summary(log)["event"] == "applied"


# Of what Postgres says itself, only the beginning of a name may be quoted: a message of that length is a migration's.
LONG = {
    "two bytes": "é",
    "three bytes": "é€",
    "four bytes": "🐘",
    "escaped": '"\\\n\t\x01',
    "a mixture": 'é"🐘\\€\x01a',
}


@pytest.mark.parametrize("letters", LONG.values(), ids=LONG)
def test_a_message_that_is_too_long_is_cut_so_that_the_rest_can_be_read(
    deployment: Deployment, log: Path, letters: str
) -> None:
    text = letters * 5000
    deployment.write("0000_first", "CREATE TABLE a ();")
    deployment.write("0001_wrong", f"DO $do$ BEGIN RAISE EXCEPTION '%', $text${text}$text$; END $do$;")
    assert deployment.deploy(CCM_TERMINATION_LOG=str(log)).returncode == 6
    found = summary(log)
    assert log.stat().st_size > LIMIT - 20, "as much as there is room for"
    message = found.pop("message")
    assert message.startswith(f"migrations/0001_wrong.sql:1:1: {text[:500]}")
    assert message.endswith("…")
    assert found["migration"] == "0001_wrong"
    assert found["applied"] == ["0000_first"]


@pytest.mark.parametrize("message", ["", "short", "é" * 5000])
def test_of_many_names_the_first_are_told_and_how_many_there_are(message: str) -> None:
    names = [f"{number:04}_migration" for number in range(1000)]
    said = termination.fitted({"event": "applied", "message": message, "applied": names, "seconds": 1.5})
    assert len(said) <= LIMIT
    found = json.loads(said)
    *first, rest = found["applied"]
    assert first == names[: len(first)]
    assert len(first) > 50
    assert rest == f"… {1000 - len(first)} more"
    assert found.get("message", "")[:5] == message[:5]
    assert found["seconds"] == 1.5


@pytest.mark.parametrize("length", range(3970, 4010))
def test_at_the_limit_it_is_whole_or_cut(length: int) -> None:
    message = "é" * (length // 2)
    said = termination.fitted({"event": "failed", "status": 6, "message": message, "pod": "a" * 20})
    assert len(said) <= LIMIT
    told = json.loads(said)["message"]
    assert told == message or (told.endswith("…") and len(said) > LIMIT - 4)


def test_a_name_that_is_no_text_is_told_all_the_same() -> None:
    name = os.fsdecode(b"caf\xe9")
    assert json.loads(termination.fitted({"message": name}))["message"] == name


def test_where_there_is_no_file_nothing_is_loaded_to_write_it() -> None:
    program = (
        "import sys; from pathlib import Path; from ccm_deploy import termination;"
        "termination.write(Path('/nowhere'), {}); print(sys.modules.keys() & {'json', 'importlib.metadata'})"
    )
    done = subprocess.run([sys.executable, "-c", program], text=True, capture_output=True, check=True)
    assert done.stdout == "set()\n"
