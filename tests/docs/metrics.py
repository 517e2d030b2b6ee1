"""The README's table of metrics, as the code names them. `make metrics` writes it."""

from pathlib import Path

from ccm_deploy.metrics import METRICS, Metric

README = Path(__file__).parents[2] / "README.md"
HEAD = "| Metric | Labels | Shown by | What it tells |\n|---|---|---|---|\n"


def table() -> str:
    return HEAD + "".join(map(row, METRICS))


def row(metric: Metric) -> str:
    labels = ", ".join(f"`{label}`" for label in metric.labels)
    shown = ", ".join(word for word, shows in (("run", metric.run), ("exporter", metric.exporter)) if shows)
    return f"| `{metric.name}` |{labels and f' {labels}'} | {shown} | {metric.help} |\n"


def main() -> None:
    before, _, rest = README.read_text().partition(HEAD)
    after = rest[rest.index("\n\n") + 1 :]
    README.write_text(before + table() + after)


if __name__ == "__main__":
    main()
