"""The watcher's doings for programs: one JSON object a line on standard output.

Each has `event` and `at` (seconds since 1970); paths, statements and hazards are as in `diff --json`.
"""

import json
import sys
import time
from typing import Self

from ccm_daemon.generate import Outcome, Removed, Unchanged, Written
from ccm_engine.errors import CcmError
from ccm_engine.language import translated as _


class Events:
    """Written as they come; what is not modelled is named each time, since it may be another program that reads."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def watching(self, source: str, out: str, target: str | None) -> None:
        _write("watching", source=source, out=out, target=target)

    def saved(self) -> None:
        _write("saved")

    def outcome(self, result: Outcome, seconds: float) -> None:
        proposal = result.proposal
        stages = {name: round(took, 6) for name, took in proposal.took}
        about: dict[str, object] = {
            "seconds": round(seconds, 6),
            "stages": stages,
            "unmodelled": [{"kind": item.kind, "name": item.name} for item in proposal.unmodelled],
        }
        match result:
            case Written(path=path):
                statements = [
                    {
                        "sql": statement.sql,
                        "change": statement.change,
                        "hazards": [
                            {"code": hazard.code, "message": hazard.message, "fix": hazard.fix}
                            for hazard in statement.hazards
                        ],
                    }
                    for statement in proposal.plan.statements
                ]
                _write("draft_written", path=str(path), statements=statements, **about)
            case Removed(path=path):
                _write("draft_removed", path=str(path), **about)
            case Unchanged():
                _write("unchanged", **about)

    def followed(self, target: str, seconds: float) -> None:
        _write("followed", target=target, seconds=round(seconds, 6))

    def mistake(self, error: CcmError) -> None:
        plain = {name: value for name, value in vars(error).items() if isinstance(value, str | int | float)}
        _write("mistake", error=type(error).__name__, message=error.told(_), fields=plain)

    def stopped(self) -> None:
        _write("stopped")


def _write(event: str, **fields: object) -> None:
    sys.stdout.write(json.dumps({"event": event, "at": round(time.time(), 3), **fields}, ensure_ascii=False) + "\n")
    sys.stdout.flush()
