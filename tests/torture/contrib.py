"""Types and indexes that come with extensions, which the embedded server has not."""

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, event, func
from sqlalchemy.dialects.postgresql import ARRAY, CITEXT, HSTORE, INT4RANGE, ExcludeConstraint
from sqlalchemy.schema import CreateSchema

from .bases import run

metadata = MetaData()

event.listen(metadata, "before_create", CreateSchema("Extras", if_not_exists=True))
run(
    "before_create",
    metadata,
    "CREATE EXTENSION IF NOT EXISTS citext",
    "CREATE EXTENSION IF NOT EXISTS hstore SCHEMA public",
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    'CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA "Extras"',
)

contrib = Table(
    "contrib",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("email", CITEXT, unique=True, server_default="A@b"),
    Column("emails", ARRAY(CITEXT)),
    Column("settings", HSTORE, server_default='"a"=>"it\'s 5 %"'),
    Column("name", Text),
    Column("room", Integer),
    Column("span", INT4RANGE),
    ExcludeConstraint(("room", "="), ("span", "&&"), name="one_at_a_time"),
)
Index("contrib_settings", contrib.c.settings, postgresql_using="gin")
Index("contrib_name", contrib.c.name, postgresql_using="gin", postgresql_ops={"name": '"Extras".gin_trgm_ops'})
Index(
    "contrib_name_gist",
    func.lower(contrib.c.name).label("low"),
    postgresql_using="gist",
    postgresql_ops={"low": '"Extras".gist_trgm_ops(siglen=32)'},
)
