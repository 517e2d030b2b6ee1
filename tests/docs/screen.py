"""The picture of the watcher in the README: a session in a real terminal, as SVG. `make screen` writes it."""

import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

sys.path.insert(0, str(Path(__file__).parents[1]))

import tmux
from projects import COMMAND

ROOT = Path(__file__).parents[2]
PICTURE = Path(__file__).with_name("screen.svg")
WIDTH = 118


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "concordia"
        for name in ("schemas", "migrations"):
            shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
        (home / "pyproject.toml").write_text("[tool.ccm]\n")
        with tmux.opened(home, {"HOME": folder}) as terminal:
            terminal.type(f"clear; {COMMAND} watch --apply\n")
            terminal.until("follows (")
            model = home / "schemas" / "auth.py"
            text = model.read_text()
            columns = (
                "    bio: Mapped[str | None]\n    karma: Mapped[int] = mapped_column(index=True, server_default='0')\n"
            )
            model.write_text(text.replace("    ban_reason", f"{columns}    ban_reason", 1))
            terminal.until('ADD COLUMN "bio"', "follows (")
            lines = terminal.screen(colours=True).rstrip().splitlines()
            terminal.press("C-c")
            terminal.until("stopped")
    with Path("/dev/null").open("w") as nowhere:
        console = Console(record=True, width=WIDTH, file=nowhere, force_terminal=True)
        first = next(number for number, line in enumerate(lines) if "ccm-daemon ·" in line)
        for line in lines[first:]:
            console.print(Text.from_ansi(line.replace(folder, "")), soft_wrap=True)
    PICTURE.write_text(console.export_svg(title="ccm-daemon watch --apply", unique_id="ccm"))
    print(f"wrote {PICTURE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
