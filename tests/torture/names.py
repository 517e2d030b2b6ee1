"""Names that need quoting, in every place where a name can stand, and comments that need it as much."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint
from sqlalchemy.sql import quoted_name

from .bases import Plain

ODD = (
    "select", "user", "Mixed", "two words", 'say "hi"', "per%cent", "%s", "%(x)s", "dot.ted", "back\\slash", "it's",
    "paren(s)", "col:on", "semi;colon", "-- dash", "/* star", "ünïcode", "emoji ☕", "1digit", "$dollar", "tab\tbed",
    "new\nline", " space ", "--> statement-breakpoint",
)  # fmt: skip

Table(
    "order",
    Plain.metadata,
    *(Column(name, Integer, index=True, comment=f"{name} is an odd name") for name in ODD),
    Column("é" * 40, Text),  # 80 bytes, of which Postgres keeps 63
    Column("renamed", Text, key="other_in_python"),
    Column(quoted_name("lower", quote=True), Text),
    PrimaryKeyConstraint("select", "user", name="primary"),
    UniqueConstraint("per%cent", 'say "hi"', name="per%cent"),
    UniqueConstraint("Mixed", "two words"),
    CheckConstraint('"per%cent" > 0 AND "say ""hi""" > 0'),
)

for _schema in ("select", "Mixed Case", "été 100 %", 'say "hi"'):
    Table(
        "table",
        Plain.metadata,
        Column("id", Integer, primary_key=True),
        Column("where", Integer, ForeignKey(f"{_schema}.table.id"), index=True),
        Column("Unique", Text, unique=True),
        schema=_schema,
    )

NASTY = """It's a "comment" with 100 %, a back\\slash, a $$, a :name, a ☕;
--> statement-breakpoint
-- ccm: commit
"""

Table(
    "commented",
    Plain.metadata,
    Column("id", Integer, comment="the key"),
    Column("a", Integer, comment=NASTY),
    PrimaryKeyConstraint("id", name="commented_key", comment=NASTY),
    UniqueConstraint("a", name="commented_unique", comment="once"),
    CheckConstraint("a > 0", name="commented check", comment="it's > 0"),
    comment=NASTY,
)
Table("Commented", Plain.metadata, Column("A", Integer, comment=" "), schema="Mixed Case", comment="it's 100 %")
