"""Models in which everything moves, for recordings whose bodies are compared with smplx."""

from pathlib import Path

import numpy as np
import pytest

from tests.deepgrasp.view.smplx_forward import lively


@pytest.fixture(scope="session")
def lively_models(tmp_path_factory: pytest.TempPathFactory, model_members) -> Path:
    folder = tmp_path_factory.mktemp("lively")
    (folder / "smplx").mkdir()
    for seed, gender in enumerate(("male", "female")):
        np.savez(folder / "smplx" / f"SMPLX_{gender.upper()}.npz", **lively(model_members(seed), seed))
    return folder
