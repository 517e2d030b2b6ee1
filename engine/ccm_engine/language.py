"""What people read, in their language: English, or French where `CCM_LANG` or `LANG` says so.

The text in the source is the English one, and the key of the other: `locale/fr/LC_MESSAGES/ccm.po`, which
`make messages` brings up to date and compiles. Nothing is loaded for those who read English.
"""

import os
from collections.abc import Callable
from functools import cache

VARIABLES = ("CCM_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def chosen() -> str:
    """`en` or `fr`: the first of `CCM_LANG`, `LC_ALL`, `LC_MESSAGES` and `LANG` that is set decides."""
    value = next((os.environ[name] for name in VARIABLES if os.environ.get(name)), "")
    return "fr" if value[:2].lower() == "fr" else "en"


def translated(message: str) -> str:
    """The text in the language of the reader; as it is where that is English, or where it has no translation."""
    language = chosen()
    return message if language == "en" else _catalogue(language)(message)


@cache
def _catalogue(language: str) -> Callable[[str], str]:
    from gettext import translation

    locale = os.path.join(os.path.dirname(__file__), "locale")  # noqa: PTH118, PTH120 - it is loaded in every pod
    return translation("ccm", localedir=locale, languages=[language]).gettext
