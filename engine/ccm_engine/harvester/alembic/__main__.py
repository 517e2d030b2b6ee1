"""Reads whose history is asked for, one line, answers with one line, and ends.

`ccm_engine.alembic_history` starts it, as the leader of a session of its own.
"""

import os
import sys

from ccm_engine import alembic_wire, errors


def main() -> None:
    asked = alembic_wire.decode_asked(sys.stdin.buffer.readline())
    with os.fdopen(os.dup(1), "wb") as reply:
        os.dup2(2, 1)  # what the user's code prints is for people
        reply.write(alembic_wire.encode(_outcome(asked)))
        reply.flush()
        os._exit(0)  # neither the exit handlers nor the threads of the user's code are waited for


def _outcome(asked: alembic_wire.Asked) -> alembic_wire.Outcome:
    try:
        from ccm_engine.harvester.alembic import child
    except ModuleNotFoundError as error:
        if error.name not in {"alembic", "sqlalchemy"}:
            raise
        return errors.AlembicMissing(python=sys.executable)
    return child.run(asked)


if __name__ == "__main__":
    main()
