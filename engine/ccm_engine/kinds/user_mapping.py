"""`CREATE USER MAPPING FOR "app" SERVER "s"`, without options.

Options hold passwords, and a migration is no place for them: a mapping that has some, or whose options the role that
reads may not see, is reported as not modelled.
"""

from collections.abc import Iterable
from typing import ClassVar

from ccm_engine.catalog import Catalog, Object
from ccm_engine.kinds.kind import Kind, Sides
from ccm_engine.sql import quote
from ccm_engine.value import value


@value
class UserMapping(Object):
    KIND: ClassVar[str] = "user mapping"

    role: str | None
    """None where it is for PUBLIC."""
    server: str

    @property
    def path(self) -> tuple[str, ...]:
        return (f"{self.user} on {quote(self.server)}",)  # one name: the server is no schema

    @property
    def user(self) -> str:
        return "PUBLIC" if self.role is None else quote(self.role)

    @property
    def sql_name(self) -> str:
        return f"USER MAPPING FOR {self.user} SERVER {quote(self.server)}"


def create(mapping: UserMapping, _goal: Catalog) -> Iterable[str]:
    yield f"CREATE {mapping.sql_name}"


def alter(_old: UserMapping, _new: UserMapping, _sides: Sides) -> Iterable[str]:
    return ()


def drop(mapping: UserMapping) -> Iterable[str]:
    yield f"DROP {mapping.sql_name}"


KIND = Kind(
    type=UserMapping,
    present="exists (select from pg_foreign_server)",
    # the view, because only superusers may read the table; to others it shows options that they may not see as none
    query="""
        select 'pg_user_mapping'::regclass, m.umid, 0,
            nullif(m.usename, case when m.umuser = 0 then 'public' end) as role,
            m.srvname as server,
            null as comment
        from pg_user_mappings m
        where m.umoptions is null and (select r.rolsuper from pg_roles r where r.rolname = current_user)""",
    create=create,
    alter=alter,
    drop=drop,
    named=lambda mapping: mapping.sql_name,  # never used: it takes no comment
)
