"""``python -m benchmark.whole_dvc repro ...`` is ``dvc repro ...`` that can be stopped: it writes its files whole.

DVC empties dvc.lock and then writes it for over a second; what is killed meanwhile leaves it torn. Here it is replaced
in one step. SIGTERM ends DVC and the stage that it runs; DVC alone would leave that running.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from benchmark.commands import PARENT
from benchmark.dvc_state import keep, mend
from benchmark.ending import in_one_line
from deepgrasp.files import write_text
from deepgrasp.processes import end_with_parent


def main() -> None:
    """Run DVC with the arguments of the command line, and exit as it does."""
    if parent := os.environ.pop(PARENT, ""):  # a command of ours, whose death must end the stage that runs too
        end_with_parent(int(parent), lambda: os.killpg(0, signal.SIGTERM))
    mend(Path())
    keep(Path())
    from dvc.cli import main as dvc  # here: it takes a second, in which Ctrl-C is heeded already

    write_whole()
    status = dvc(sys.argv[1:])
    keep(Path())
    sys.exit(status)


def write_whole() -> None:
    """Make DVC replace its YAML files in one step, where this version of it writes them as we know."""
    from io import StringIO

    from dvc.utils.serialize import _common, _yaml

    def dump(path: Any, data: Any, dumper: Any, fs: Any = None, **options: Any) -> None:
        text = StringIO()
        dumper(data, text, **options)
        write_text(Path(path), text.getvalue())

    for module in (_common, _yaml):  # the second has the function under its own name too
        if hasattr(module, "_dump_data"):
            module._dump_data = dump


if __name__ == "__main__":
    in_one_line(main, "stages that are done stay; the same command goes on")
