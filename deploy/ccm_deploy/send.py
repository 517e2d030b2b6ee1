"""A script is sent, followed by its marks, and what Postgres refuses of it is traced to its statement."""

import logging
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import asyncpg

from ccm_deploy import script
from ccm_deploy.connect import Connection, fatal
from ccm_deploy.course import Course
from ccm_deploy.failure import Refused
from ccm_deploy.prepare import Unit
from ccm_deploy.script import How, Place, Script
from ccm_engine.value import value

log = logging.getLogger(__name__)


@value
class Outcome:
    """How many of the units that were sent are done, and what was refused of the one after them."""

    done: int
    refused: Refused | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class _Ear:
    """Hears the marks of a script, and passes on what a migration itself has to say."""

    units: Sequence[Unit]
    course: Course
    place: Place | None = None

    def hear(self, _: object, message: asyncpg.PostgresLogMessage) -> None:
        place = script.mark(message)
        if place is None:
            extra = {"event": "notice", "sqlstate": message.sqlstate, **self._where()}
            log.info("%s: %s", str(message.severity_en).lower(), message.message, extra=extra)
            return
        if self.place is not None and place.unit > self.place.unit:
            self.course.commit(self.units[self.place.unit])
        self.place = place
        self.course.reach(self.units[place.unit], place.number)

    def _where(self) -> dict[str, object]:
        """Of what a migration has to say: which, and at which statement."""
        if self.place is None:
            return {}
        return {"migration": self.units[self.place.unit].tag, "statement": self.place.number}


async def units(connection: Connection, together: Sequence[Unit], how: How, course: Course) -> Outcome:
    """Run transactional units in one script. Raises only what ends the session."""
    composed = script.compose(together, how)
    with _listening(connection, _Ear(units=composed.units, course=course)) as ear:
        try:
            await connection.execute(composed.text)
        except asyncpg.PostgresError as error:
            if fatal(error):
                raise
            await connection.execute("ROLLBACK")
            place, position = _traced(composed, error, ear.place)
            unit = composed.units[place.unit]
            opens = unit.opens and (unit.brief or ear.place is None)  # where it is not on record yet
            refused = Refused(unit=replace(unit, opens=opens), number=place.number, error=error, position=position)
        else:
            course.commit(together[-1])
            return Outcome(done=len(together))
    if ear.place is None and place.unit:
        # Postgres parses a script as a whole before it runs any of it: nothing has run, and what comes before can
        return await units(connection, together[: place.unit], how, course)
    return Outcome(done=place.unit, refused=refused)


@contextmanager
def _listening(connection: Connection, ear: _Ear) -> Generator[_Ear]:
    connection.add_log_listener(ear.hear)
    try:
        yield ear
    finally:
        if not connection.is_closed():
            connection.remove_log_listener(ear.hear)


def _traced(composed: Script, error: asyncpg.PostgresError, heard: Place | None) -> tuple[Place, int | None]:
    """By the position that Postgres tells of, in the whole script, or where it tells none by the last mark."""
    found = composed.place(int(error.position)) if error.position else None
    if found is not None and (heard is None or found[0].unit == heard.unit):
        return found
    return heard or Place(unit=0, number=composed.units[0].first), None
