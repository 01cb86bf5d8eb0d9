"""Stages that DVC sees only while a command of ours asks for them, such as those of ``probes/stages.yaml``.

DVC reads every pipeline file of a repository. Were they always there, `dvc status` and `dvc checkout` would miss what
nobody has asked for: 140 probes in a clone that has a board and no more.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from deepgrasp.errors import InputError
from deepgrasp.files import only_writer, write_text

_STAGES = "stages.yaml"  # where they are kept, in a folder of their own
_PIPELINE = "dvc.yaml"  # where DVC finds them


@contextmanager
def lent(stages: Path) -> Iterator[None]:
    """A block in which DVC finds the stages of a file, in ``dvc.yaml`` beside it.

    Raises:
        InputError: another process has lent them.
    """
    pipeline = stages.with_name(_PIPELINE)
    with only_writer(stages.parent):  # not of the file: writing it asks for that
        write_text(pipeline, stages.read_text(encoding="utf-8"))
        try:
            yield
        finally:
            pipeline.unlink(missing_ok=True)


def take_back(root: Path) -> None:
    """Remove the pipeline files that a killed process had lent."""
    for stages in root.glob(f"*/{_STAGES}"):
        pipeline = stages.with_name(_PIPELINE)
        # whoever still works with it holds the folder's lock, this process too
        if pipeline.exists():
            with suppress(InputError), only_writer(stages.parent):
                pipeline.unlink(missing_ok=True)
