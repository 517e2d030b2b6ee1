"""What takes more than a table: partitions, inheritance, temporary tables, and settings that only SQL can reach."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
)

from .bases import Plain, run

# -- partitions -----------------------------------------------------------------------

measured = Table(
    "measured",
    Plain.metadata,
    Column("city", Integer, primary_key=True, autoincrement=False),
    Column("on", Date, primary_key=True),
    Column("value % of", Integer, CheckConstraint('"value % of" > 0')),
    Column("note", Text, index=True),
    postgresql_partition_by='RANGE ("on")',
    comment="by date",
)
Index("measured_by_value", measured.c["value % of"], measured.c.on.desc())

run(
    "after_create",
    measured,
    "CREATE TABLE measured_2020 PARTITION OF %(fullname)s FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
    "CREATE TABLE app.measured_rest PARTITION OF %(fullname)s DEFAULT PARTITION BY HASH (city)",
    "CREATE TABLE app.measured_rest_0 PARTITION OF app.measured_rest FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
    "CREATE TABLE app.measured_rest_1 PARTITION OF app.measured_rest FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
    "CREATE INDEX measured_2020_own ON measured_2020 (note DESC)",
    """CREATE TABLE measured_2021 (city integer NOT NULL, "on" date NOT NULL, "value %% of" integer, note text,
       CONSTRAINT "measured_value %% of_check" CHECK ("value %% of" > 0))""",
    "ALTER TABLE %(fullname)s ATTACH PARTITION measured_2021 FOR VALUES FROM ('2021-01-01') TO (MAXVALUE)",
)

listed = Table("by list", Plain.metadata, Column("kind", Text), postgresql_partition_by="LIST (lower(kind))")
run("after_create", listed, "CREATE TABLE list_of_two PARTITION OF %(fullname)s FOR VALUES IN ('it''s', '5 %%', NULL)")
Table("by_hash", Plain.metadata, Column("a", Integer), postgresql_partition_by="HASH (a)", schema="Mixed Case")
Table(
    "refers_to_partitioned",
    Plain.metadata,
    Column("city", Integer),
    Column("on", Date),
    ForeignKeyConstraint(["city", "on"], ["measured.city", "measured.on"], ondelete="CASCADE"),
)

# -- inheritance ------------------------------------------------------------------------

person = Table(
    "heir_person",
    Plain.metadata,
    Column("name", Text, CheckConstraint("name <> ''"), nullable=False),
    Column("born", Date, server_default="2000-01-01"),
)
owner = Table("heir_owner", Plain.metadata, Column("owns", Text))
heir = Table(
    "heir",
    Plain.metadata,
    Column("born", Date, server_default="2001-01-01"),
    Column("own", Integer, primary_key=True),
    postgresql_inherits=("heir_person", "heir_owner"),
)
heir.add_is_dependent_on(person)
heir.add_is_dependent_on(owner)

# -- temporary ----------------------------------------------------------------------------

Table(
    "gone_tomorrow",
    Plain.metadata,
    Column("id", Integer, primary_key=True),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="PRESERVE_ROWS",
)

# -- what only SQL can say -------------------------------------------------------------------

tuned = Table(
    "tuned",
    Plain.metadata,
    Column("id", Integer, primary_key=True),
    Column("body", Text, nullable=False, unique=True),
    Column("number", Integer, ForeignKey("tuned.id")),
    Column("gone", Text),
)
run(
    "after_create",
    tuned,
    "ALTER TABLE %(fullname)s ALTER body SET STORAGE EXTERNAL, ALTER body SET COMPRESSION pglz",
    "ALTER TABLE %(fullname)s ALTER number SET STATISTICS 500, ALTER number SET (n_distinct = -0.5)",
    "ALTER TABLE %(fullname)s REPLICA IDENTITY USING INDEX tuned_body_key",
    "ALTER TABLE %(fullname)s CLUSTER ON tuned_pkey",
    "ALTER TABLE %(fullname)s SET (toast.autovacuum_enabled = off, user_catalog_table = true)",
    "CREATE INDEX tuned_expression ON %(fullname)s (lower(body), (number + 1))",
    "ALTER INDEX tuned_expression ALTER COLUMN 2 SET STATISTICS 300",
    "ALTER TABLE %(fullname)s DROP COLUMN gone",
    "ALTER SEQUENCE tuned_id_seq INCREMENT BY 3 CACHE 5",
    'CREATE COLLATION app.bytewise FROM "C"',
    "ALTER TABLE %(fullname)s ADD COLUMN back text COLLATE app.bytewise",
)
