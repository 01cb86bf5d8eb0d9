"""Tables that read well in a terminal and in a CI step's summary alike: Markdown."""

from collections.abc import Iterable, Sequence

WIDEST = 50  # column that shorter cells are padded to


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table, padded so that its columns line up as plain text."""
    cells = [[_plain(value) for value in row] for row in (heads, *rows)]
    widths = [min(WIDEST, max(3, *(len(row[k]) for row in cells))) for k in range(len(heads))]
    lines = [
        "| " + " | ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def _plain(value: object) -> str:
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")
