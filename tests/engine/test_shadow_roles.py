"""Roles belong to a whole server: the shadow makes those that a script names, and leaves the server as it was."""

from pathlib import Path

import pytest

import postgres
from ccm_engine import errors, roles, shadow
from ccm_engine.catalog import EMPTY
from ccm_engine.folder import Migration
from ccm_engine.kinds.role import MARK
from ccm_engine.roles import Mention
from ccm_engine.shadow import Shadow

from .conftest import materialise


def server_roles(server: postgres.Server) -> set[str]:
    return set(server.psql("SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> 'postgres'").split())


NAMED: dict[str, Mention] = {
    'GRANT SELECT ON t TO "Al Ice", bob, PUBLIC, CURRENT_USER': Mention(named=frozenset({"Al Ice", "bob"})),
    "REVOKE ALL ON t FROM alice GRANTED BY bob": Mention(named=frozenset({"alice", "bob"})),
    "CREATE POLICY p ON t TO alice USING (true)": Mention(named=frozenset({"alice"})),
    "ALTER TABLE t OWNER TO alice": Mention(named=frozenset({"alice"})),
    "ALTER FUNCTION f() OWNER TO alice": Mention(named=frozenset({"alice"})),
    "CREATE SCHEMA AUTHORIZATION alice": Mention(named=frozenset({"alice"})),
    "ALTER DEFAULT PRIVILEGES FOR ROLE alice GRANT SELECT ON TABLES TO bob": Mention(named=frozenset({"alice", "bob"})),
    "CREATE USER MAPPING FOR alice SERVER s": Mention(named=frozenset({"alice"})),
    "SET ROLE alice": Mention(named=frozenset({"alice"})),
    "CREATE ROLE alice IN ROLE bob": Mention(
        named=frozenset({"bob"}), made=frozenset({"alice"}), changed=frozenset({"alice"})
    ),
    "CREATE USER alice": Mention(made=frozenset({"alice"}), changed=frozenset({"alice"})),
    "GRANT bob TO alice": Mention(named=frozenset({"alice", "bob"}), changed=frozenset({"alice", "bob"})),
    "DROP ROLE alice": Mention(changed=frozenset({"alice"})),
    "ALTER ROLE alice SET x.y = 1": Mention(named=frozenset({"alice"}), changed=frozenset({"alice"})),
    "ALTER ROLE alice RENAME TO bob": Mention(changed=frozenset({"alice"})),
    "COMMENT ON ROLE alice IS 'x'": Mention(changed=frozenset({"alice"})),
    "CREATE TABLE role (policy int)": Mention(),
    f"GRANT SELECT ON t TO {'é' * 40}": Mention(named=frozenset({"é" * 31})),
}


@pytest.mark.parametrize("statement", NAMED)
def test_the_roles_that_a_statement_names_are_found(statement: str) -> None:
    assert roles.mention(statement) == NAMED[statement]


async def test_a_schema_may_name_roles_that_the_server_lacks(shadow18: Shadow, server18: postgres.Server) -> None:
    before = server_roles(server18)
    await materialise(
        shadow18, "CREATE TABLE t (a int); CREATE POLICY p ON t TO stranger; GRANT SELECT ON t TO visitor"
    )
    assert server_roles(server18) == before


async def test_a_schema_may_make_roles_that_the_server_has(shadow18: Shadow, server18: postgres.Server) -> None:
    server18.psql("CREATE ROLE resident")
    try:
        script = (
            "CREATE ROLE resident LOGIN; CREATE ROLE newcomer; CREATE TABLE t (a int); GRANT SELECT ON t TO resident"
        )
        await materialise(shadow18, script)
    finally:
        server18.psql("DROP ROLE resident")


async def test_what_was_made_for_good_is_dropped_in_the_end(server18: postgres.Server) -> None:
    """Roles that another shadow has left may go with them."""
    script = "CREATE TABLE t (a int); GRANT SELECT ON t TO lodger; CREATE ROLE tenant; ALTER ROLE tenant LOGIN"
    async with shadow.opened(server18.url()) as held:
        assert await held.replay([migration(script)]) != EMPTY
        assert server_roles(server18) >= {"lodger", "tenant"}
        assert await held.replay([migration(script)]) != EMPTY
    assert not server_roles(server18) & {"lodger", "tenant"}


async def test_a_replay_leaves_the_servers_own_roles_alone(server18: postgres.Server) -> None:
    server18.psql("CREATE ROLE resident")
    try:
        async with shadow.opened(server18.url()) as held:
            await held.replay([migration("ALTER ROLE resident SUPERUSER; DROP ROLE resident")])
        assert server18.psql("SELECT rolsuper FROM pg_roles WHERE rolname = 'resident'") == "f"
    finally:
        server18.psql("DROP ROLE resident")


async def test_a_role_that_something_else_hangs_on_stays(server18: postgres.Server) -> None:
    async with shadow.opened(server18.url()) as held:
        await held.replay([migration("CREATE TABLE t (a int); GRANT SELECT ON t TO lodger")])
        server18.psql("CREATE TABLE lodgings (a int); GRANT SELECT ON lodgings TO lodger")
    assert "lodger" in server_roles(server18)
    server18.psql("DROP TABLE lodgings; DROP ROLE lodger")


async def test_a_role_that_a_crash_left_behind_is_dropped_by_the_next_start(server18: postgres.Server) -> None:
    server18.psql(f"CREATE ROLE ghost; COMMENT ON ROLE ghost IS '{MARK}1'; CREATE ROLE resident")
    async with shadow.opened(server18.url()):
        assert "ghost" not in server_roles(server18)
    server18.psql("DROP ROLE resident")


async def test_a_shadow_that_may_not_make_roles_says_so(server18: postgres.Server) -> None:
    server18.psql("CREATE ROLE humble LOGIN CREATEDB")
    try:
        async with shadow.opened(server18.url().replace("postgres@", "humble@")) as held:
            with pytest.raises(errors.ShadowLacksRoles, match='cannot be made there: "stranger"'):
                await held.materialise(["GRANT USAGE ON SCHEMA public TO stranger"])
    finally:
        server18.psql("DROP ROLE humble")


async def test_a_shadow_that_is_no_superuser_may_give_things_to_roles(server: postgres.Server) -> None:
    before = server_roles(server)
    server.psql("CREATE ROLE maker LOGIN CREATEDB CREATEROLE")
    script = """CREATE SCHEMA s; GRANT CREATE ON SCHEMA s TO lodger; CREATE TABLE s.t (a int);
        ALTER TABLE s.t OWNER TO lodger; ALTER DEFAULT PRIVILEGES FOR ROLE lodger GRANT SELECT ON TABLES TO guest"""
    async with shadow.opened(server.url().replace("postgres@", "maker@")) as held:
        await held.materialise(["CREATE SCHEMA s; GRANT USAGE ON SCHEMA s TO stranger"])
        await held.replay([migration(script)])
    server.psql("DROP ROLE maker")
    assert server_roles(server) == before


def migration(script: str) -> Migration:
    return Migration(tag="0000_x", sql=script, path=Path("0000_x.sql"), hash="")
