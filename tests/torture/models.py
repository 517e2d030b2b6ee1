"""The declarative side: inheritance, mixins, links, dataclasses, inferred types, table options, two bases."""

import datetime
import decimal
import enum
import uuid
from typing import Annotated, Literal

import sqlalchemy
from sqlalchemy import ARRAY, Column, ForeignKey, Identity, String, Table, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.orderinglist import ordering_list
from sqlalchemy.orm import Mapped, MappedAsDataclass, declared_attr, mapped_column, relationship

from .bases import Plain, Shop

# SQLAlchemy 2.0 has neither storage parameters for tables, nor collations by schema, nor a way to refer to a name
# with a dot in it.
IS_21 = tuple(map(int, sqlalchemy.__version__.split(".")[:2])) >= (2, 1)
STORAGE: dict[str, object] = {"fillfactor": 70, "autovacuum_enabled": False, "toast.autovacuum_enabled": False}

Key = Annotated[int, mapped_column(Identity(always=True), primary_key=True)]
Name = Annotated[str, mapped_column(String(50), index=True)]


class Status(enum.Enum):
    """Becomes an enum of Postgres, named after the class."""

    DRAFT = 1
    DONE = 2


class Stamped:
    """A mixin whose column comes last."""

    stamped_at: Mapped[datetime.datetime] = mapped_column(server_default=func.now(), sort_order=10)


class Named:
    """A mixin that names the table after the class."""

    @declared_attr.directive
    @classmethod
    def __tablename__(cls) -> str:
        return f"model_{cls.__name__.lower()}"


model_tags = Table(
    "model_tags",
    Plain.metadata,
    Column[int]("document", ForeignKey("model_document.id", ondelete="CASCADE"), primary_key=True),
    Column[int]("tag", ForeignKey("model_tag.id"), primary_key=True),
)


class Tag(Named, Stamped, Plain):
    """The far side of a many-to-many link."""

    id: Mapped[Key]
    name: Mapped[Name] = mapped_column(unique=True)


class Document(Stamped, Plain):
    """Types that SQLAlchemy infers from annotations; the top of a joined-table hierarchy."""

    __tablename__ = "model_document"

    id: Mapped[Key]
    kind: Mapped[str]
    status: Mapped[Status]
    level: Mapped[Literal["low", "high"]]
    amount: Mapped[decimal.Decimal | None]
    ratio: Mapped[float | None]
    token: Mapped[uuid.UUID] = mapped_column(server_default=func.gen_random_uuid())
    on: Mapped[datetime.date | None]
    at: Mapped[datetime.time | None]
    took: Mapped[datetime.timedelta | None]
    blob: Mapped[bytes | None]
    labels: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    extra: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("model_document.id"))

    parent: Mapped["Document | None"] = relationship(remote_side="Document.id")
    tags: Mapped[list[Tag]] = relationship(secondary=model_tags)

    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "document"}  # noqa: RUF012  as in the manual


class Letter(Document):
    """Joined-table inheritance: a table of its own, whose key refers to the parent's."""

    __tablename__ = "model_letter"

    id: Mapped[int] = mapped_column(ForeignKey("model_document.id", ondelete="CASCADE"), primary_key=True)
    stamp: Mapped[str | None]

    __mapper_args__ = {"polymorphic_identity": "letter"}  # noqa: RUF012  as in the manual


class Memo(Document):
    """Single-table inheritance: a column more in the parent's table."""

    memo: Mapped[str | None] = mapped_column(Text, use_existing_column=True)

    __mapper_args__ = {"polymorphic_identity": "memo"}  # noqa: RUF012  as in the manual


class Shelf(MappedAsDataclass, Shop):
    """In the other base: names by convention, a foreign key to a table of the first base."""

    __tablename__ = "shelf"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True, default="x", server_default="it's")
    tag_id: Mapped[int | None] = mapped_column(ForeignKey(Tag.id), default=None, index=True)


class Box(Shop):
    """Two foreign keys to one table; storage parameters and an access method for the table itself."""

    __tablename__ = "box"
    __table_args__ = ({"postgresql_using": "heap", **({"postgresql_with": STORAGE} if IS_21 else {})},)

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(sqlalchemy.CheckConstraint("position >= 0", name="positive"))
    label: Mapped[str | None]
    shelf_id: Mapped[int] = mapped_column(ForeignKey("Shop Floor.shelf.id", ondelete="CASCADE"))
    spare_shelf_id: Mapped[int | None] = mapped_column(ForeignKey(Shelf.id))

    shelf: Mapped[Shelf] = relationship(foreign_keys=[shelf_id])


class Rack(Shop):
    """An ordered list of what another table holds; unlogged."""

    __tablename__ = "rack"
    __table_args__ = ({"prefixes": ["UNLOGGED"], "postgresql_with_oids": False, "comment": "lost in a crash"},)

    id: Mapped[int] = mapped_column(primary_key=True)
    slots: Mapped[list["Slot"]] = relationship(order_by="Slot.position", collection_class=ordering_list("position"))


class Slot(Shop):
    """A part of a rack, in a schema that is not the base's."""

    __tablename__ = "Slot.Of Rack"
    __table_args__ = ({"schema": "app", "prefixes": ["UNLOGGED"]},)

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    rack_id: Mapped[int] = mapped_column(ForeignKey(Rack.id))


if IS_21:
    Table(
        "label",
        Shop.metadata,
        Column("name", String(20, collation="C", collation_schema="pg_catalog")),
        Column[int]("slot", ForeignKey(("app", "Slot.Of Rack", "id"))),
        prefixes=["UNLOGGED"],
        postgresql_with={"fillfactor": 50},
    )
