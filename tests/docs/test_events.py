"""k8s/README.md names every event that a container logs, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "k8s" / "README.md").read_text()
BY_PEOPLE = {"migration_baselined", "nothing_to_repair", "migration_repaired", "reset"}
"""What only `baseline`, `repair` and `migrate --reset` do, which run in no container."""
OF_THE_LOG_ITSELF = {"failed", "stopped", "log"}


def test_the_table_of_events_is_what_is_logged() -> None:
    sources = [path.read_text() for path in (ROOT / "deploy").rglob("*.py")]
    logged = {event for text in sources for event in re.findall(r'"event": "(\w+)"', text)}
    listed = re.findall(r"^\| `(\w+)` \| (?:all|deploy|wait|exporter)", README, re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert set(listed) == logged - BY_PEOPLE | OF_THE_LOG_ITSELF
