"""What `check` has found, and how it is told: to people in full, to programs as JSON."""

import json
import re
from collections.abc import Iterable
from dataclasses import field

from ccm_engine.errors import CcmError
from ccm_engine.language import translated as _
from ccm_engine.value import value


@value
class Found:
    """The findings, what was looked at, and what could not be; `prevented` is why much of it could not."""

    findings: tuple[CcmError, ...] = ()
    looked: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    prevented: CcmError | None = field(default=None, compare=False)

    def __add__(self, other: "Found") -> "Found":
        return Found(
            findings=(*self.findings, *other.findings),
            looked=(*self.looked, *other.looked),
            notes=(*self.notes, *other.notes),
            prevented=self.prevented or other.prevented,
        )

    @property
    def once(self) -> tuple[CcmError, ...]:
        """The findings, each once: a file that cannot be read stands in the way of more than one look."""
        return tuple({str(finding): finding for finding in self.findings}.values())


def code(finding: CcmError) -> str:
    """Its name for programs, which does not change: `JournalMalformed` is `journal-malformed`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(finding).__name__).lower()


def text(finding: CcmError) -> str:
    """For people."""
    return f"{code(finding)}: {finding.told(_)}"


def as_json(findings: Iterable[CcmError]) -> str:
    return json.dumps([_plain(finding) for finding in findings], indent=2, ensure_ascii=False) + "\n"


def _plain(finding: CcmError) -> dict[str, str | None]:
    message, hint = _apart(finding)
    return {"code": code(finding), "message": message, "hint": hint, "path": vars(finding).get("path")}


def _apart(finding: CcmError) -> tuple[str, str]:
    """The message, and the last paragraph, which begins with `hint: ` in whatever language."""
    told = finding.told(_)
    if "hint: " not in str(finding):
        return told, ""
    message, _gap, hint = told.rpartition("\n\n")
    return message, hint.partition(": ")[2]
