"""One question in one round trip: asyncpg prepares any other query in one of its own."""

import json

from ccm_deploy.connect import Connection


async def ask(connection: Connection, query: str) -> object:
    """The answer to a query for a single JSON value. Raises what Postgres refuses.

    `COPY` travels in the simple protocol, which a pooler that knows no prepared statements passes on as well.
    """
    answer = bytearray()

    async def keep(data: bytes) -> None:  # a file object would be written to in a thread
        answer.extend(data)

    await connection.copy_from_query(query, output=keep)
    # COPY has doubled each backslash, and written one before the n that stands for a new line between two items of
    # `json_agg`; it has nothing else to escape in JSON.
    return json.loads(answer.replace(b"\\\\", b"\0").replace(b"\\n", b"\n").replace(b"\0", b"\\"))
