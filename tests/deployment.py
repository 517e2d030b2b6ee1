"""A migrations folder, a database, and ccm-daemon as a process of its own between them."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import postgres

COMMAND = Path(sys.executable).parent / "ccm-daemon"
PATIENCE = 20  # seconds after which what is waited for will not come


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What a pod has: migrations in `home`, and the URL of a database."""

    home: Path
    server: postgres.Server
    database: str

    @property
    def url(self) -> str:
        return self.server.url(self.database)

    def write(self, tag: str, sql: str) -> Path:
        """Write a migration file, and name it in the journal unless it is there already."""
        journal = self.home / "migrations" / "meta" / "_journal.json"
        journal.parent.mkdir(parents=True, exist_ok=True)
        entries = json.loads(journal.read_text())["entries"] if journal.exists() else []
        if all(entry["tag"] != tag for entry in entries):
            entries.append({"idx": len(entries), "version": "7", "when": 0, "tag": tag, "breakpoints": True})
        journal.write_text(json.dumps({"entries": entries}))
        path = self.home / "migrations" / f"{tag}.sql"
        path.write_text(sql)
        return path

    def environ(self, **variables: str) -> Mapping[str, str]:
        ours = ("CCM_", "DATABASE_URL", "USE_PROD_DB", "CONFIRM_PROD", "PG", "POD_NAME", "KUBERNETES_")
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(ours)},
            "DATABASE_URL_PROD": self.url,
            "DATABASE_URL_LOCAL": self.url,
            "CONFIRM_PROD": "oui",
            "CCM_METRICS_PORT": "0",
            "POD_NAME": "pod-1",
            **variables,
        }

    def start(self, *words: str, **variables: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [COMMAND, *words],
            env=self.environ(**variables),
            cwd=self.home,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return ended(self.start(*words, **variables))

    def deploy(self, **variables: str) -> subprocess.CompletedProcess[str]:
        return self.run("deploy", **variables)

    def sql(self, text: str) -> str:
        return self.server.psql(text, self.database)

    def applied(self) -> list[str]:
        """The tags in the tracking table, in the order in which they were applied."""
        return self.sql("SELECT id FROM __drizzle_migrations ORDER BY created_at").split()

    def attempts(self) -> list[str]:
        """The ledger, as `migration status done/total` each."""
        query = """
            SELECT format('%s %s %s/%s', migration, status, statements_done, statements_total)
            FROM __ccm_runs ORDER BY id
        """
        return self.sql(query).splitlines()


def ended(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    """Wait for the process; what it printed."""
    with process:
        try:
            stdout, stderr = process.communicate(timeout=60)
        finally:
            process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it has not happened"
        time.sleep(0.02)


def wait_until_told(process: subprocess.Popen[str], text: str) -> None:
    """Read what the process logs up to the line with the text."""
    assert process.stderr is not None
    told = ""
    while text not in told:
        line = process.stderr.readline()
        assert line, told
        told += line
