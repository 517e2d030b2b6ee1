"""What only PostgreSQL 18 takes: virtual columns, and constraints that are named, not enforced, or of time."""

from sqlalchemy import Column, Computed, Integer, MetaData, Table, Text, func
from sqlalchemy.dialects.postgresql import DATERANGE, INT4RANGE, UUID

from .bases import run

metadata = MetaData()

eighteen = Table(
    "eighteen",
    metadata,
    Column("id", UUID, primary_key=True, server_default=func.uuidv7()),
    Column("name", Text),
    Column("loud", Text, Computed("upper(name)", persisted=False)),
    Column("number", Integer),
    Column("rooms", INT4RANGE),
    Column("during", DATERANGE),
)
run(
    "after_create",
    eighteen,
    'ALTER TABLE %(fullname)s ALTER id SET NOT NULL, ADD CONSTRAINT "it\'s there" NOT NULL name',
    "ALTER TABLE %(fullname)s ADD CONSTRAINT later NOT NULL number NOT VALID",
    "ALTER TABLE %(fullname)s ADD CONSTRAINT unenforced CHECK (number > 0) NOT ENFORCED",
    "ALTER TABLE %(fullname)s ADD CONSTRAINT once UNIQUE (rooms, during WITHOUT OVERLAPS)",
    "ALTER TABLE %(fullname)s ADD CONSTRAINT within FOREIGN KEY (rooms, PERIOD during) REFERENCES %(fullname)s"
    " (rooms, PERIOD during)",
    "CREATE TABLE eighteen_parent (a integer CONSTRAINT only_here NOT NULL NO INHERIT)",
    "CREATE TABLE eighteen_child () INHERITS (eighteen_parent)",
    "CREATE TABLE eighteen_unenforced (id uuid CONSTRAINT nobody_checks REFERENCES %(fullname)s NOT ENFORCED)",
)
