"""Indexes of every form: methods, expressions, predicates, order, operator classes, collations, options."""

from sqlalchemy import ARRAY, Column, Index, Integer, MetaData, Table, Text, Unicode, func, text
from sqlalchemy.dialects.postgresql import INET, INT4RANGE, JSONB, TIMESTAMP, TSVECTOR

from .bases import LONGEST, Plain, Shop
from .column_types import Raw

indexed = Table(
    "indexed",
    Plain.metadata,
    Column("id", Integer, primary_key=True),
    Column("a", Integer, index=True),
    Column("b", Integer, index=True, unique=True),
    Column("name", Text),
    Column("Nick % Name", Unicode(40), index=True),
    Column("at", TIMESTAMP(timezone=True)),
    Column("data", JSONB),
    Column("tags", ARRAY(Text)),
    Column("words", TSVECTOR),
    Column("span", INT4RANGE),
    Column("address", INET),
    Column("place", Raw("point")),
)
c = indexed.c
nick = c["Nick % Name"]

# order and nulls
Index("mixed order", c.a.desc().nulls_last(), c.b.asc().nulls_first(), c.name.desc(), c.at)
Index("order_in_text", text("a DESC NULLS FIRST"), text("lower(name) ASC NULLS LAST"))

# expressions
Index("functional", func.lower(c.name))
Index("functional_of_several", func.coalesce(c.name, nick, "it's 5 %"), c.a)
Index("arithmetic", (c.a + c.b) % 10, text("(a % 7)"))
Index("cast_and_path", text("(data ->> 'key')"), text("(((data -> 'n') ->> 'x')::integer)"))
Index("conditional", text("(CASE WHEN a > 0 THEN b END)"))
Index("unique_expression", func.lower(c.name), unique=True)

# predicates
Index("partial", c.a, postgresql_where=c.b.is_(None))
Index("partial_unique", c.name, unique=True, postgresql_where=text("at IS NULL AND name LIKE 'it''s 5 %'"))
Index("partial_expression", func.upper(nick), postgresql_where=(c.a > 1) & c.name.in_(["x", "y"]))

# covering and null treatment
Index("covering", c.a, postgresql_include=["name", "Nick % Name"])
Index("nulls_not_distinct_index", c.a, c.b, unique=True, postgresql_nulls_not_distinct=True)
Index("nulls_distinct_index", c.b, c.a, unique=True, postgresql_nulls_not_distinct=False)

# operator classes and collations
Index("pattern", c.name, postgresql_ops={"name": "text_pattern_ops"})
Index("pattern_of_expression", func.lower(c.name).label("low"), postgresql_ops={"low": "varchar_pattern_ops DESC"})
Index("collated", c.name.collate("C"), nick.collate("POSIX").desc())
Index("collated_pattern", text('name COLLATE "C" text_pattern_ops DESC NULLS LAST'))
Index("paths", c.data, postgresql_using="gin", postgresql_ops={"data": "jsonb_path_ops"})
Index("siglen", c.words, postgresql_using="gist", postgresql_ops={"words": "tsvector_ops(siglen=100)"})
Index("bloom", c.a, postgresql_using="brin", postgresql_ops={"a": "int4_bloom_ops(false_positive_rate=0.05)"})

# methods and their options
Index("btree", c.a, postgresql_using="BTREE", postgresql_with={"fillfactor": 70, "deduplicate_items": "off"})
Index("hash", c.name, postgresql_using="hash", postgresql_with={"fillfactor": 50})
Index(
    "gin", c.tags, c.data, postgresql_using="gin", postgresql_with={"fastupdate": False, "gin_pending_list_limit": 128}
)
Index("gist", c.span, c.place, postgresql_using="gist", postgresql_with={"buffering": "auto"})
Index("gist_covering", c.span, postgresql_using="gist", postgresql_include=["a"])
Index("spgist", c.place, postgresql_using="spgist", postgresql_ops={"place": "kd_point_ops"})
Index("spgist_of_inet", c.address, postgresql_using="spgist")
Index("brin", c.at, c.a, postgresql_using="brin", postgresql_with={"pages_per_range": 16, "autosummarize": True})

# names
Index(LONGEST, c.a)
Index('an "odd" name; 5 %', c.a)
Index("Concurrently", c.a, postgresql_concurrently=True)


def _named_by_convention(metadata: MetaData) -> Table:
    """Names from a convention; the last one is too long, and SQLAlchemy shortens it to a hash."""
    return Table(
        "indexed",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("a", Integer, index=True),
        Column("name % of", Text, index=True, unique=True),
        Column(LONGEST, Text, index=True),
    )


_named_by_convention(Shop.metadata)
