"""Tables that read well in a terminal and in a CI step's summary alike: Markdown."""

from collections.abc import Iterable, Sequence

import tabulate

tabulate.MIN_PADDING = 0  # else it keeps two spaces beside every head that is wider than its column


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, narrow: bool = False) -> str:
    """A Markdown table, padded so that its columns line up as plain text; floats have four significant digits.

    ``narrow``: for a terminal alone, without lines between the columns.
    """
    cells = [[_plain(value) for value in row] for row in (heads, *rows)]
    # a text that looks like a number, such as the hyper-parameter "1e-06", stays as it is
    return tabulate.tabulate(cells[1:], cells[0], tablefmt="simple" if narrow else "github", disable_numparse=True)


def _plain(value: object) -> str:
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    # a cell is one line, and its bars part no columns; nor may others' text turn a line around or colour a terminal
    seen = "".join(each if each.isprintable() else " " if each.isspace() else "?" for each in text)
    return seen.replace("|", "\\|")
