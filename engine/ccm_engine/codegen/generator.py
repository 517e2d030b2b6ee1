"""Tables as SQLAlchemy reads them → the text of their models, by sqlacodegen, with what it would write wrong put right.

Of what it leaves to choose: no class inherits from another, and a relationship is written on the side of the foreign
key alone.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from typing import Any, cast

from sqlacodegen.generators import Base, DeclarativeGenerator, LiteralImport
from sqlacodegen.models import ColumnAttribute, Model, ModelClass, RelationshipAttribute
from sqlalchemy import JSON, CheckConstraint, Connection, Constraint, Enum, ForeignKey, Index, MetaData, Table
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.types import UserDefinedType

from ccm_engine.codegen import enums, preamble, typed, wire
from ccm_engine.codegen.mend import escaped
from ccm_engine.codegen.typed import Column, Native, Type

OPTIONS = ("nobidi", "nojoined", "nonativeenums", "nosyntheticenums")
_TAKEN = frozenset(
    {"Base", "Native", "Any", "metadata", "registry", "type_annotation_map", "enum", "datetime", "decimal", "uuid"}
    | {"bool", "bytes", "dict", "float", "int", "list", "str"}
)
"""What the models call something else by: a column of such a name hides it from the columns after it."""
_ANNOTATED = frozenset({"builtins", "datetime", "decimal", "uuid"})
"""Where the types are from that columns are annotated with; what SQLAlchemy has of its own is not in each version."""
_STRING = re.compile(r"'(?:[^']|'')*'\Z")


class Generator(DeclarativeGenerator):
    """`relationships` is whether classes get them."""

    def __init__(
        self, metadata: MetaData, connection: Connection, asked: Sequence[wire.Table], convention: Mapping[str, str]
    ) -> None:
        super().__init__(metadata, connection, OPTIONS)
        self.relationships = True
        self.names: list[str] = []
        self._convention = convention
        self._enum_names = enums.classes(metadata, _TAKEN)
        self.include_dialect_options_and_info = True
        self._unlogged = {(table.schema, table.name) for table in asked if table.unlogged}
        self._indexes = {(table.schema, index.name): index for table in asked for index in table.indexes}
        self._column: Column | None = None
        self._native = any(
            isinstance(column.type, Native) for table in metadata.tables.values() for column in table.columns
        )

    # -- the module ------------------------------------------------------------------------------

    def generate_base(self) -> None:
        self.base = Base(
            literal_imports=[LiteralImport("sqlalchemy.orm", "DeclarativeBase")],
            declarations=[],
            metadata_ref="Base.metadata",
        )

    def should_ignore_table(self, table: Table) -> bool:  # noqa: ARG002 - whatever is there is asked for
        return False

    def fix_column_types(self, table: Table) -> None:
        """Nothing is guessed from checks, and sequences are seen to."""
        for column in table.columns:
            if not isinstance(column.type, Native | DOMAIN):
                column.type = self.get_adapted_type(column.type)

    def generate_models(self) -> list[Model]:
        models = super().generate_models()
        classes = [model.name for model in models if isinstance(model, ModelClass)]
        self.base = Base(literal_imports=[], declarations=[], metadata_ref="Base.metadata")
        self.imports["sqlalchemy"].discard("MetaData")
        self.add_literal_import("sqlalchemy.orm", "DeclarativeBase")
        self.names = sorted(("Base", *classes, *(m.name for m in models if m.name not in classes)))
        return models

    def render_module_variables(self, models: list[Model]) -> str:  # noqa: ARG002 - as sqlacodegen calls it
        if self._native:
            self.add_literal_import("sqlalchemy.types", "UserDefinedType")
            self.add_literal_import("typing", "Any")
        if self._convention:
            self.add_literal_import("sqlalchemy", "MetaData")
        return preamble.preamble(self._convention, native=self._native)

    def render_enum_classes(self) -> str:
        found = enums.every(self.metadata)
        if self._enum_names:
            self.add_module_import("enum")
            self.names = sorted((*self.names, *self._enum_names.values()))
        return "\n\n\n".join(enums.declared(name, found[key].enums) for key, name in self._enum_names.items())

    def group_imports(self) -> list[list[str]]:
        for name in [name for name, imported in self.imports.items() if not imported]:
            del self.imports[name]
        return [sorted(group, key=lambda line: (line.startswith("from "), line)) for group in super().group_imports()]

    def add_import(self, obj: Any) -> None:
        if not isinstance(obj, Native):
            super().add_import(obj)

    # -- names -----------------------------------------------------------------------------------

    def find_free_name(self, name: str, global_names: set[str], local_names: Collection[str] = ()) -> str:
        taken = {*global_names, *_TAKEN, *self._enum_names.values()}
        return super().find_free_name(name, taken, local_names)

    # -- a class ---------------------------------------------------------------------------------

    def render_class(self, model: ModelClass) -> str:
        """In the order of the table, which `SELECT *` shows."""
        columns = [self.render_column_attribute(attribute) for attribute in model.columns]
        relationships = [self.render_relationship(each) for each in model.relationships]
        sections = [self.render_class_variables(model), "\n".join(columns), "\n".join(relationships)]
        body = "\n\n".join(section for section in sections if section)
        return "\n".join(
            (self.render_class_declaration(model), *(line and f"    {line}" for line in body.splitlines()))
        )

    def _add_dialect_kwargs_and_info(
        self,
        obj: Any,
        target_kwargs: dict[str, object],
        *,
        values_for_dict: bool,  # noqa: ARG002 - as sqlacodegen calls it
    ) -> None:
        """What is said of a table beside its columns."""
        if isinstance(obj, Table) and (obj.schema or "public", obj.name) in self._unlogged:
            target_kwargs["prefixes"] = ["UNLOGGED"]

    def generate_relationships(
        self, source: ModelClass, models_by_table_name: dict[str, Model], association_tables: list[Model]
    ) -> list[RelationshipAttribute]:
        if not self.relationships:
            return []
        found = super().generate_relationships(source, models_by_table_name, association_tables)
        source.relationships[:] = [each for each in source.relationships if _is_plain(each)]
        return found

    def render_relationship_annotation(self, relationship: RelationshipAttribute) -> str:
        annotation = super().render_relationship_annotation(relationship)
        self.remove_literal_import("typing", "Optional")
        optional = re.fullmatch(r"Optional\['(.*)'\]", annotation)
        return f'"{optional[1]} | None"' if optional else annotation

    def render_column_attribute(self, column_attr: ColumnAttribute) -> str:
        column = column_attr.column
        rendered = self.render_column(column, column_attr.name != column.name)
        return f"{column_attr.name}: Mapped[{self.render_column_python_type(column)}] = {rendered}"

    def render_column_python_type(self, column: Column) -> str:
        array = typed.array(column.type)
        dimensions = 0 if array is None else array.dimensions or 1
        python = f"{'list[' * dimensions}{self._python_type(typed.elements(column.type))}{']' * dimensions}"
        return f"{python} | None" if column.nullable else python

    def _python_type(self, type_: Type) -> str:
        if isinstance(type_, Enum) and (name := self._enum_names.get(enums.key(type_))):
            return name
        held = type_.data_type if isinstance(type_, DOMAIN) else type_
        try:
            python = None if isinstance(held, JSON | UserDefinedType) else held.python_type
        except NotImplementedError:
            python = None
        if python is None or python.__module__ not in _ANNOTATED or python is object:
            self.add_literal_import("typing", "Any")
            return "Any"
        if python.__module__ == "builtins":
            return python.__name__
        self.add_module_import(python.__module__)
        return f"{python.__module__}.{python.__name__}"

    # -- columns ---------------------------------------------------------------------------------

    def render_column(self, column: Column, show_name: bool, is_table: bool = False) -> str:  # noqa: FBT001, FBT002
        self._column = column
        return super().render_column(column, show_name, is_table)

    def render_column_callable(self, is_table: bool, *args: Any, **kwargs: Any) -> str:  # noqa: FBT001
        column = cast("Column", self._column)
        if not is_table:
            kwargs.pop("nullable", None)  # the annotation says it
        kwargs.pop("autoincrement", None)
        if column.primary_key and column.autoincrement != "auto":
            kwargs["autoincrement"] = column.autoincrement
        default = getattr(getattr(column.server_default, "arg", None), "text", "")
        if _STRING.match(default):
            kwargs["server_default"] = repr(default[1:-1].replace("''", "'").replace("\\:", ":"))
        return super().render_column_callable(is_table, *args, **kwargs)

    def render_column_type(self, column: Column) -> str:
        return self._type(column, column.type)

    def _type(self, column: Column, type_: Type) -> str:
        if isinstance(type_, Native):
            return f"Native({type_.spelling!r})"
        self.add_import(type_)
        if (array := typed.array(type_)) is not None:
            dimensions = f", dimensions={array.dimensions}" if array.dimensions else ""
            return f"ARRAY({self._type(column, typed.elements(array))}{dimensions})"
        match type_:
            case Enum() if name := self._enum_names.get(enums.key(type_)):
                values = "values_callable=lambda cls: [each.value for each in cls]"
                return f"Enum({name}, {values}, {_named(type_)})"
            case Enum():
                return f"Enum({', '.join((*map(repr, type_.enums), _named(type_)))})"
            case DOMAIN():
                schema = f", schema={own!r}" if (own := typed.schema(type_)) else ""
                return f"DOMAIN({type_.name!r}, {self._type(column, type_.data_type)}{schema}, create_type=False)"
            case _:
                return self._written(column, type_)

    def _written(self, column: Column, type_: Type) -> str:
        """As sqlacodegen writes the type of a column."""
        own, column.type = column.type, type_
        try:
            return super().render_column_type(column)
        finally:
            column.type = own

    # -- constraints and indexes -----------------------------------------------------------------

    def render_index(self, index: Index) -> str:
        table = cast("Table", index.table)
        wanted = self._indexes[table.schema or "public", str(index.name)]
        if wanted.where is not None or not all(wanted.plain):
            self.add_literal_import("sqlalchemy", "text")
        keys = [
            repr(key) if plain else f"text({escaped(key)!r})"
            for key, plain in zip(wanted.keys, wanted.plain, strict=True)
        ]
        more = ["unique=True"] if index.unique else []
        more += _only_postgres(index)
        if wanted.where is not None:
            more.append(f"postgresql_where=text({escaped(wanted.where)!r})")
        return f"Index({', '.join((repr(str(index.name)), *keys, *more))})"

    def render_constraint(self, constraint: Constraint | ForeignKey) -> str:
        if isinstance(constraint, CheckConstraint):
            expression = str(getattr(constraint.sqltext, "text", constraint.sqltext))
            return f"CheckConstraint({', '.join((repr(expression), *_name(constraint)))})"
        rendered = super().render_constraint(constraint)
        more = _only_postgres(constraint) if isinstance(constraint, Constraint) else []
        return f"{', '.join((rendered[:-1], *more))})" if more else rendered


_SAID = {"postgresql_ops", "postgresql_where"}
"""What is said of an index with its keys, and as Postgres reads it back."""


def _only_postgres(item: Index | Constraint) -> list[str]:
    """What is said of it for Postgres alone."""
    return [
        f"{name}={value!r}"
        for name, value in sorted(item.kwargs.items())
        if value not in ([], {}, None, False) and name not in _SAID
    ]


def _name(constraint: Constraint) -> list[str]:
    return [f"name={str(constraint.name)!r}"] if constraint.name else []


def _named(enum: Enum) -> str:
    schema = f", schema={own!r}" if (own := typed.schema(enum)) else ""
    return f"name={enum.name!r}{schema}"


def _is_plain(relationship: RelationshipAttribute) -> bool:
    """Whether SQLAlchemy has no question about it: by a key of one column, which leads to a primary key of one."""
    constraint = relationship.constraint
    if constraint is None or relationship.association_table is not None:
        return constraint is not None
    targets = list(chain.from_iterable([element.column] for element in constraint.elements))
    return len(targets) == 1 and all(column.primary_key for column in targets)
