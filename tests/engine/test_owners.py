"""Owners and roles are compared when they are asked for."""

from collections.abc import AsyncIterator

import pytest

import postgres
from ccm_engine import shadow as shadows
from ccm_engine.catalog import EMPTY
from ccm_engine.kinds.owner import Owner
from ccm_engine.plan import plan
from ccm_engine.prove import prove
from ccm_engine.shadow import Shadow

from .conftest import materialise


@pytest.fixture(scope="module")
async def owners(server: postgres.Server) -> AsyncIterator[Shadow]:
    async with shadows.opened(server.url(), frozenset({"owner"})) as shadow:
        yield shadow


THINGS = """
    CREATE SCHEMA "my app"; CREATE TABLE "my app"."T" (a serial, b int GENERATED ALWAYS AS IDENTITY);
    CREATE SEQUENCE q; CREATE TYPE e AS ENUM ('a'); CREATE DOMAIN d AS int"""
GIVEN = f"""{THINGS};
    ALTER SCHEMA "my app" OWNER TO app; ALTER TABLE "my app"."T" OWNER TO "Strange Name"; ALTER SEQUENCE q OWNER TO app;
    ALTER TYPE e OWNER TO app; ALTER DOMAIN d OWNER TO app; ALTER SCHEMA public OWNER TO app"""

PAIRS = {
    "what there is is given away": (THINGS, GIVEN),
    "what is made is given away": ("", GIVEN),
    "an owner changes": (
        "CREATE TABLE t (a int); ALTER TABLE t OWNER TO app",
        "CREATE TABLE t (); ALTER TABLE t OWNER TO bob",
    ),
    "what is given away has grants": (
        "CREATE TABLE t (a int)",
        """CREATE TABLE t (a int); GRANT SELECT ON t TO app, bob; REVOKE INSERT ON t FROM CURRENT_USER;
        ALTER TABLE t OWNER TO app""",
    ),
    "what belongs to another has a grant of a column to its owner": (
        "CREATE TABLE t (a int); ALTER TABLE t OWNER TO app",
        """CREATE TABLE t (a int); ALTER TABLE t OWNER TO app; GRANT SELECT (a) ON t TO app;
        CREATE TABLE u (a int); ALTER TABLE u OWNER TO app; GRANT SELECT (a) ON u TO app""",
    ),
    "what belongs to another gets other grants": (
        "CREATE TABLE t (a int); ALTER TABLE t OWNER TO app; GRANT SELECT ON t TO bob",
        """CREATE TABLE t (a int); ALTER TABLE t OWNER TO app; REVOKE ALL ON t FROM app;
        GRANT SELECT ON t TO CURRENT_USER""",
    ),
}


@pytest.mark.parametrize("name", PAIRS)
async def test_owners_are_planned_there_and_back(name: str, owners: Shadow) -> None:
    before, after = [await materialise(owners, script) for script in PAIRS[name]]
    await prove(owners, before, after, plan(before, after))
    await prove(owners, after, before, plan(after, before))


async def test_the_sequences_of_a_table_belong_to_its_owner(owners: Shadow) -> None:
    catalog = await materialise(owners, GIVEN)
    assert sorted(str(item.key) for item in catalog.all(Owner)) == [
        "owner domain.public.d",
        "owner enum.public.e",
        "owner schema.my app",
        "owner schema.public",
        "owner sequence.public.q",
        "owner table.my app.T",
    ]


async def test_owners_are_left_out_unless_asked_for(shadow: Shadow) -> None:
    assert await materialise(shadow, GIVEN) == await materialise(shadow, THINGS) != EMPTY
