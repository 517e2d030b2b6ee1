"""The parsed JSON of a Drizzle Kit snapshot → its sections, with each laxity of that format made regular."""

import json
import re
from collections.abc import Mapping
from typing import cast

from pydantic import ValidationError

from ccm_engine.drizzle import form as drizzle
from ccm_engine.drizzle import shape
from ccm_engine.drizzle.regular import regular
from ccm_engine.language import translated as _

VERSION = 7


def parse(content: object) -> drizzle.Projection:
    """The sections of a snapshot, for which the whole of its file has to be given.

    What may be left out is filled in as drizzle-kit 0.31 takes it, and its older spellings give way to those that it
    writes today. Raises ValueError, which says where something is missing or wrong, as in `tables.public.t.columns`.
    """
    if not isinstance(content, dict):
        raise ValueError(_("a snapshot is an object, this is {given}").format(given=_shown(content)))
    _must_be_ours(cast("Mapping[str, object]", content))
    try:
        snapshot = shape.Snapshot.model_validate(content)
    except ValidationError as error:
        raise ValueError(_explained(error)) from error
    for key, view in snapshot.views.items():
        if view.definition is None and not view.is_existing:
            raise ValueError(_missing(f"views.{key}.definition"))
    for key, policy in snapshot.policies.items():
        if policy.on is None:
            raise ValueError(_missing(f"policies.{key}.on"))
    return regular(snapshot)


def _must_be_ours(content: Mapping[str, object]) -> None:
    """Whether it is a snapshot of Postgres, of that version."""
    dialect, version = content.get("dialect"), content.get("version")
    if dialect is None or version is None:
        raise ValueError(_missing("dialect" if dialect is None else "version"))
    if dialect not in {"postgresql", "pg"}:  # so it was called up to version 6
        raise ValueError(_("dialect: this is a snapshot of {given}, not of postgresql").format(given=_shown(dialect)))
    number = int(str(version)) if re.fullmatch(r"\d{1,9}", str(version)) else None
    if number is None:
        raise ValueError(_("version: {given} is no version").format(given=_shown(version)))
    if number < VERSION:
        raise ValueError(
            _("version: {given} is older than {ours}: run `drizzle-kit up`, which makes it {ours}").format(
                given=number, ours=VERSION
            )
        )
    if number > VERSION:
        raise ValueError(
            _("version: {given} is newer than {ours}, which Drizzle Kit 0.31 writes and ccm-daemon reads").format(
                given=number, ours=VERSION
            )
        )
    if dialect != "postgresql":
        raise ValueError(_("dialect: this is a snapshot of {given}, not of postgresql").format(given=_shown(dialect)))


# -- what is wrong ----------------------------------------------------------------


def _explained(error: ValidationError) -> str:
    """The first of the mistakes, in words."""
    first = error.errors(include_url=False, include_context=True)[0]
    where, given = ".".join(map(str, first["loc"])), _shown(first["input"])
    match first["type"]:
        case "missing":
            return _missing(where)
        case "extra_forbidden":
            return _("{where}: Drizzle Kit 0.31 knows no such key here").format(where=where)
        case "literal_error":
            expected = first.get("ctx", {}).get("expected", "")
            return _("{where}: {given} is not {expected}").format(where=where, given=given, expected=expected)
        case "string_type":
            return _("{where}: {given} is no text").format(where=where, given=given)
        case "bool_type":
            return _("{where}: {given} is neither true nor false").format(where=where, given=given)
        case "list_type":
            return _("{where}: {given} is no list").format(where=where, given=given)
        case "dict_type" | "model_type":
            return _("{where}: {given} is no object").format(where=where, given=given)
        case shape.NO_VALUE:
            return _("{where}: {given} is neither text, nor a number, nor true or false").format(
                where=where, given=given
            )
        case _:
            return f"{where}: {first['msg']}"


def _missing(where: str) -> str:
    return _("{where}: it is missing").format(where=where)


_AT_MOST = 60  # characters


def _shown(given: object) -> str:
    text = json.dumps(given, ensure_ascii=False)
    return text if len(text) <= _AT_MOST else f"{text[:_AT_MOST]}…"
