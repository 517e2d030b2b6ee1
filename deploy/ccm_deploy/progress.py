"""How far Postgres has come with an index, or with a table that it writes anew, by its own account.

The views are those of the manual's chapter 27.4. There is none for `VALIDATE CONSTRAINT`; what they call validation is
the second scan of `CREATE INDEX CONCURRENTLY`.
"""

from ccm_deploy.connect import Connection
from ccm_engine.value import value

ROWS = """
    SELECT command, coalesce(relid::regclass::text, '') AS relation, phase,
        coalesce(tuples_done, 0) AS rows, coalesce(tuples_total, 0) AS rows_expected,
        coalesce(blocks_done, 0) AS blocks, coalesce(blocks_total, 0) AS blocks_expected
    FROM pg_stat_progress_create_index WHERE pid = $1 AND phase IS NOT NULL
    UNION ALL
    SELECT command, coalesce(relid::regclass::text, ''), phase,
        coalesce(heap_tuples_scanned, 0), 0, coalesce(heap_blks_scanned, 0), coalesce(heap_blks_total, 0)
    FROM pg_stat_progress_cluster WHERE pid = $1 AND phase IS NOT NULL
"""


@value
class Progress:
    """One phase of one command; 0 is expected where Postgres does not know."""

    command: str
    relation: str
    phase: str
    rows: int
    rows_expected: int
    blocks: int
    blocks_expected: int

    def __str__(self) -> str:
        if not self.blocks_expected:
            return self.phase
        return f"{self.phase}, {100 * self.blocks // self.blocks_expected} %"


async def of(connection: Connection, pid: int) -> Progress | None:
    """How far that session has come; None where it does nothing of the kind, or is not to be looked at."""
    row = await connection.fetchrow(ROWS, pid)
    return None if row is None else Progress(**dict(row))
