"""What only SQLAlchemy 2.1 can say: views, materialized views and tables made from a query."""

from sqlalchemy import Column, CreateTableAs, CreateView, Integer, MetaData, Table, Text, func, select

metadata = MetaData()

seen = Table("seen", metadata, Column("id", Integer, primary_key=True), Column("name", Text), Column("age", Integer))

adults = CreateView(
    select(seen.c.id, func.upper(seen.c.name).label("Name % of")).where(seen.c.age >= 18, seen.c.name != "it's 5 %"),
    "adults",
    metadata=metadata,
    postgresql_with={"security_barrier": True},
)
CreateView(select(adults.table.c.id), "of a view", metadata=metadata, or_replace=True)
CreateView(
    select(seen.c.age, func.count().label("n")).group_by(seen.c.age), "counted", metadata=metadata, materialized=True
)
CreateTableAs(select(seen.c.id, seen.c.name), "copied", metadata=metadata)
