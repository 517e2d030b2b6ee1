"""What the watcher says: plain lines on stderr, for people."""

import sys

from ccm_daemon.generate import Outcome, Proposal, Removed, Unchanged, Written
from ccm_engine.errors import CcmError


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def outcome(result: Outcome, seconds: float) -> None:
    """What a save came to; `seconds` is how long it took."""
    match result:
        case Written(path=path, proposal=proposal):
            say(f"draft {path} ({seconds * 1000:.0f} ms)")
            statements(proposal)
        case Removed(path=path):
            say(f"draft {path} is gone: the schema is back where it was ({seconds * 1000:.0f} ms)")
        case Unchanged():
            say(f"no change ({seconds * 1000:.0f} ms)")


def statements(proposal: Proposal) -> None:
    """Each statement by its first line, with its hazards."""
    for statement in proposal.plan.statements:
        first, *more = statement.sql.splitlines()
        say(f"  {first}{' …' if more else ''}")
        for hazard in statement.hazards:
            say(f"    ! {hazard.code}: {hazard.message}; {hazard.fix}")


def unmodelled(proposal: Proposal) -> None:
    """What was seen and is not in any migration."""
    for item in proposal.unmodelled:
        say(f"warning: {item} is not modelled yet: it is in no migration, write it by hand with generate --custom")


def mistake(error: CcmError) -> None:
    say(f"error: {error}")
