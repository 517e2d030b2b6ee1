"""The command that runs a module of ours as a process of its own, with this interpreter or the project's."""

import sys
from pathlib import Path

from ccm_engine import errors

_OPTIONS = ("-P", "-u")
# An interpreter with packages of its own gets this one, and nothing of what is installed beside it.
_START = """
import runpy, sys
sys.version_info >= (3, 11) or sys.exit(f"{sys.executable} is Python {sys.version}: too old, 3.11 will do")
from importlib.util import module_from_spec, spec_from_file_location
sys.modules["ccm_engine"] = module_from_spec(spec_from_file_location("ccm_engine", sys.argv.pop()))
runpy.run_module(sys.argv.pop(), run_name="__main__", alter_sys=True)
"""


def command(module: str, python: Path | None = None) -> tuple[str, ...]:
    """`module` is in `ccm_engine`; `python` the interpreter, if not this one."""
    if python is None:
        return (sys.executable, *_OPTIONS, "-m", module)
    package = Path(errors.__file__).with_name("__init__.py")
    return (str(python.absolute()), *_OPTIONS, "-c", _START, module, str(package.absolute()))
