"""``python -m benchmark``."""

import os
from pathlib import Path

from benchmark.ending import in_one_line


def _command() -> None:
    if "DVC_STAGE" in os.environ:  # DVC is about to write dvc.lock again, and may be killed while it does
        from benchmark.dvc_repair import keep

        keep(Path())
    from benchmark.cli import app  # here, not above: Ctrl-C while it is imported is one line too

    app()


if __name__ == "__main__":
    in_one_line(_command)
