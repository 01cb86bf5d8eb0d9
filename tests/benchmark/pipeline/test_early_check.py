import resource
from pathlib import Path
from typing import Any

import pytest
import torch
from dvc.utils.hydra import apply_overrides

import baselines
from benchmark import params as parameters
from benchmark.pipeline import entrants
from benchmark.pipeline.early_check import check_early, check_hyperparameters
from deepgrasp.errors import InputError

PARAMS = Path("params.yaml").read_text(encoding="utf-8")


def with_changes(folder: Path, *changes: str) -> parameters.Params:
    file = folder / "params.yaml"
    file.write_text(PARAMS, encoding="utf-8")
    apply_overrides(file, list(changes))
    return parameters.load_params(file)


def test_the_boards_own_entrants_pass_and_draw_no_random_numbers(tmp_path: Path) -> None:
    before = torch.random.get_rng_state()
    check_hyperparameters(with_changes(tmp_path))
    assert torch.equal(torch.random.get_rng_state(), before)


def test_absurd_sizes_take_no_memory(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # a hidden layer of 8192 x 8192 numbers, forty times, would take 10 GB
    check_hyperparameters(with_changes(tmp_path, "models.mlp.hidden=8192", "models.mlp.layers=40"))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 2**20  # kB


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("+models.mlp.hiden=4", "params.yaml, models.mlp.hiden: is not a hyper-parameter; did you mean hidden"),
        ("models.best.kernel=4", "params.yaml, models.best.kernel: is 4; give an odd number"),
        ("models.mlp.hidden=[]", r"params.yaml, models.mlp.hidden: is \[\]; give a value like the default"),
        ("models.lstm.layers=100000000", "params.yaml, models.lstm.layers: is 100000000; give a whole number"),
        ("models.gcn.layers=129", "params.yaml, models.gcn.layers: is 129; give a whole number from 1 to 128"),
        (f"models.best.widths={[16] * 129}", "params.yaml, models.best.widths: has 129 numbers; give 128 or fewer"),
        ("models.mlp.hidden=1000000000000", "params.yaml, models.mlp.hidden: is 1000000000000; give a whole number"),
    ],
)
def test_a_mistake_is_told_before_the_long_work(tmp_path: Path, change: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        check_hyperparameters(with_changes(tmp_path, change))


@pytest.mark.parametrize(("name", "home"), [("mine", "params.yaml, entrants.mine"), ("mlp", "baselines/mlp.py")])
def test_a_name_that_a_submission_has_is_told_before_the_long_work(tmp_path: Path, name: str, home: str) -> None:
    params = with_changes(tmp_path, "+entrants.mine=mine.py")
    submissions = tmp_path / "submissions"
    check_early(params, submissions)
    (submissions / name).mkdir(parents=True)
    (submissions / name / "action-0.safetensors").touch()
    with pytest.raises(InputError, match=f"{home}: has the name of a submission, .*submissions/{name}; give one"):
        check_early(params, submissions)


@pytest.mark.parametrize(("key", "where"), [("train", "train"), ("models.published.train", "models.published.train")])
def test_a_tracker_that_is_not_installed_is_told_before_the_long_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, where: str
) -> None:
    params = with_changes(tmp_path, f"{'' if key == 'train' else '+'}{key}.trackers=[wandb]", "grid.models=[published]")
    monkeypatch.setattr(parameters.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=rf"{where}\.trackers, wandb: is not installed; `pip install wandb`"):
        check_early(params, tmp_path)


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the entrants that were built."""
    names: list[str] = []
    real = entrants.factory

    def factory(name: str, hyperparameters: Any) -> Any:
        make = real(name, hyperparameters)
        return lambda spec: (make(spec), names.append(name))

    monkeypatch.setattr(entrants, "factory", factory)
    return names


def test_of_rows_that_are_not_asked_for_nothing_is_built(tmp_path: Path, built: list[str]) -> None:
    check_hyperparameters(with_changes(tmp_path, "+models.mlp.hiden=4", "grid.models=[lstm]"))
    assert built == ["lstm"]


def test_a_broken_file_is_left_to_its_own_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, built: list[str]
) -> None:
    (tmp_path / "broken.py").write_text("import nothing_of_that_name\n")
    monkeypatch.setattr(baselines, "__path__", [*baselines.__path__, str(tmp_path)])
    params = with_changes(tmp_path)
    grid = params.grid.model_copy(update={"models": ["broken", "mlp"]})
    check_hyperparameters(params.model_copy(update={"grid": grid, "models": params.models | {"broken": {}}}))
    assert built == ["mlp"]
