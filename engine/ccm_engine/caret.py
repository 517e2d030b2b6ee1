"""A line of a file as an error shows it: with a caret under the column."""

WIDTH = 120  # characters of a long line that are shown around the error


def excerpt(text: str, line: int, column: int) -> str:
    """The line of the source with a caret under the column; of a very long one, the part around it."""
    source = text.split("\n")[line - 1].rstrip("\r")
    start = max(0, column - 1 - WIDTH // 2) if len(source) > WIDTH else 0
    indent = "".join("\t" if character == "\t" else " " for character in source[start : column - 1])
    return f"{source[start : start + WIDTH]}\n{indent}^"
