"""Roles belong to a whole server: they are compared when they are asked for, whatever roles the shadow server has."""

from collections.abc import AsyncIterator

import pytest

import postgres
from ccm_engine import shadow as shadows
from ccm_engine.kinds.role import Role
from ccm_engine.plan import plan
from ccm_engine.prove import prove
from ccm_engine.shadow import Shadow

from .conftest import materialise

ROLES = frozenset({"role", "owner"})


@pytest.fixture
async def roles(server: postgres.Server) -> AsyncIterator[Shadow]:
    async with shadows.opened(server.url(), ROLES) as shadow:
        yield shadow


PAIRS = {
    "a role comes": ("", "CREATE ROLE visitor LOGIN; COMMENT ON ROLE visitor IS 'somebody'"),
    "every attribute": (
        "CREATE ROLE visitor",
        """CREATE ROLE visitor SUPERUSER CREATEDB CREATEROLE NOINHERIT LOGIN REPLICATION BYPASSRLS CONNECTION LIMIT 3
        VALID UNTIL '2030-01-01 00:00:00+00'""",
    ),
    "settings": (
        "CREATE ROLE visitor; ALTER ROLE visitor SET search_path = a, \"B\"; ALTER ROLE visitor SET work_mem = '8MB'",
        "CREATE ROLE visitor; ALTER ROLE visitor SET search_path = public; ALTER ROLE visitor SET app.name = 'it''s'",
    ),
    "memberships": (
        "CREATE ROLE a; CREATE ROLE b; CREATE ROLE visitor IN ROLE a, pg_monitor",
        "CREATE ROLE a; CREATE ROLE b; CREATE ROLE visitor; GRANT b TO visitor WITH ADMIN OPTION; GRANT a TO b",
    ),
    "a role that has something": (
        "",
        """CREATE ROLE "Strange Name"; CREATE TABLE t (a int); GRANT SELECT ON t TO "Strange Name";
        ALTER TABLE t OWNER TO "Strange Name"; CREATE ROLE visitor; GRANT SELECT (a) ON t TO visitor;
        ALTER DEFAULT PRIVILEGES FOR ROLE visitor GRANT SELECT ON TABLES TO "Strange Name" """,
    ),
}


@pytest.mark.parametrize("name", PAIRS)
async def test_roles_are_planned_there_and_back(name: str, roles: Shadow) -> None:
    before, after = [await materialise(roles, script) for script in PAIRS[name]]
    assert before != after
    await prove(roles, before, after, plan(before, after))
    await prove(roles, after, before, plan(after, before))
    await prove(roles, after, after, plan(after, after))


@pytest.mark.parametrize("name", PAIRS)
async def test_roles_are_the_same_whatever_the_server_has(name: str, server: postgres.Server) -> None:
    async with shadows.opened(server.url(), ROLES) as roles:
        before, after = [await materialise(roles, script) for script in PAIRS[name]]
    server.psql("CREATE ROLE visitor CREATEDB; CREATE ROLE resident")
    async with shadows.opened(server.url(), ROLES) as roles:
        assert [await materialise(roles, script) for script in PAIRS[name]] == [before, after]
        assert "resident" not in {role.name for role in after.all(Role)}
        await prove(roles, before, after, plan(before, after))
        await prove(roles, after, before, plan(after, before))
    server.psql("DROP ROLE visitor; DROP ROLE resident")


async def test_a_role_says_nothing_of_what_is_its_default(roles: Shadow) -> None:
    catalog = await materialise(roles, "CREATE ROLE visitor LOGIN PASSWORD 'secret'")
    assert list(catalog.all(Role)) == [Role(name="visitor", attributes=("LOGIN",))]
