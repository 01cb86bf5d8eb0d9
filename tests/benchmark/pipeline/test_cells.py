import os
from pathlib import Path

from benchmark.pipeline import predictions
from benchmark.pipeline.cells import written_since


def test_predictions_of_an_earlier_training_do_not_count_as_trained(tmp_path: Path) -> None:
    assert not written_since(100.0, tmp_path)
    file = tmp_path / predictions.FILE
    file.touch()
    os.utime(file, (99.0, 99.0))
    assert not written_since(100.0, tmp_path)
    os.utime(file, (100.0, 100.0))
    assert written_since(100.0, tmp_path)
