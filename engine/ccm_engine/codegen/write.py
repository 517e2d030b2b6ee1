"""A request → the models, which this process imports once before it hands them on."""

import asyncio
import sys
import warnings
from functools import partial
from types import ModuleType

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import clear_mappers, configure_mappers

from ccm_engine.codegen import reflect, wire
from ccm_engine.codegen.generator import Generator
from ccm_engine.codegen.layout import laid_out
from ccm_engine.codegen.mend import mended

_DOCSTRING = '"""The tables of the schema, as SQLAlchemy models."""\n\n'


def models(request: wire.Request) -> wire.Models:
    return asyncio.run(reflect.connected(request, partial(_models, request)))


def _models(request: wire.Request, connection: Connection) -> wire.Models:
    """With relationships, unless SQLAlchemy has something to say about them."""
    written = _written(request, connection, relationships=True)
    return written if _works(written.text) else _written(request, connection, relationships=False)


def _written(request: wire.Request, connection: Connection, *, relationships: bool) -> wire.Models:
    metadata = reflect.tables(connection, request)
    convention = mended(metadata, request.tables)
    generator = Generator(metadata, connection, request.tables, convention)
    generator.relationships = relationships
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of tables that refer to each other in a circle
        text = generator.generate()
    return wire.Models(text=_DOCSTRING + laid_out(text), names=tuple(generator.names))


def _works(text: str) -> bool:
    """Whether the module can be imported and its mappers configured without as much as a warning."""
    module = sys.modules["models"] = ModuleType("models")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            exec(compile(text, "models.py", "exec"), vars(module))  # noqa: S102 - it is ours, and just made
            configure_mappers()
    except (SQLAlchemyError, Warning, TypeError, AttributeError, NameError):
        return False
    finally:
        clear_mappers()
    return True
