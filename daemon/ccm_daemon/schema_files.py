"""The schema files looked over before they are read: none is empty, and the export module imports all of them."""

import os
from pathlib import Path

from ccm_daemon import console, exporting, exports, prompts
from ccm_daemon.settings import Settings
from ccm_engine import errors
from ccm_engine.language import translated as _


async def look_over(project: Settings) -> None:
    """Ask which files the export module is to import that it does not; without a terminal, name them.

    Raises `errors.SchemaFilesEmpty`.
    """
    if blank := exports.blank(project.root.resolve(), project.source):
        listing = "\n".join(f"    {_shown(path)}" for path in blank)
        raise errors.SchemaFilesEmpty(listing=listing)
    found = exports.missing(project.root.resolve(), project.source)
    if found is None or not found.files:
        return
    module = found.module.name if found.module.name != "__init__.py" else _shown(found.module)
    heading = _("[INTERACTIVE] Some files are not imported in {module}:").format(module=module)
    if not prompts.is_possible():
        names = ", ".join(found.names)
        text = _("warning: {module} does not import {names}: what they describe is in no migration")
        console.say(text.format(module=module, names=names))
        return
    question = _("Do you want to add imports to {module}? (e.g. 1,2 or nothing to ignore): ").format(module=module)
    chosen = None
    while chosen is None:
        chosen = exports.chosen((await prompts.choose(heading, found.names, question)).strip(), len(found.names))
    if chosen:
        exporting.add(found, tuple(found.files[number] for number in chosen))
        console.say(
            _("{module} now imports {names}").format(
                module=_shown(found.module), names=", ".join(found.names[number] for number in chosen)
            )
        )


def _shown(path: Path) -> str:
    return os.path.relpath(path)
