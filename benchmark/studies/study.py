"""A study: the cells of many settings, made side by side, each once however many settings share it.

What is made lies below ``data/studies``, by a key of all that it depends on: a study that was stopped goes on, a change
of code, data or parameters makes anew what depends on it, and a cell that the workspace's ``runs/`` holds is taken.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from threadpoolctl import threadpool_limits

from benchmark.checks.regression import Raw
from benchmark.engine.jobs import Engine
from benchmark.params import Params
from benchmark.paths import CODE, RUNS, STUDIES
from benchmark.pipeline import code, predictions
from benchmark.pipeline.possible import check_folds, check_installed
from benchmark.pipeline.schema import Run
from benchmark.pipeline.score import score_one
from benchmark.progress import Advance
from benchmark.studies.study_cell import StudyCell, matching_record, stored_record, study_cells
from benchmark.studies.study_graphs import GraphStores
from deepgrasp import references
from deepgrasp.errors import InputError, did_you_mean
from deepgrasp.files import only_writer, replaced_file
from deepgrasp.store.store import Store, open_store

SettingKey = TypeVar("SettingKey", bound=Hashable)


class Study:
    """Makes the cells of settings on an engine, and tells their records and scores.

    Args:
        name: the command, as its user knows it.
        here: the parameters of the workspace.
    """

    def __init__(self, name: str, here: Params, engine: Engine, root: Path) -> None:
        self.name, self.engine, self.root = name, engine, root
        self.stores = GraphStores(here, root)  # shared: settings that prepare alike have one
        self._seconds: dict[tuple[str, str], float] = {}  # of a cell, by training and model

    def made(
        self, wanted: Mapping[SettingKey, Params], references: Sequence[str], advance: Advance
    ) -> dict[SettingKey, list[StudyCell]]:
        """The cells of each setting, after all were made.

        Args:
            wanted: the parameters of each setting.
            references: rows that are not trained, in the place of the grids'.

        Raises:
            InputError: a setting that no cell can be made of, data that cannot be prepared, a cell that fails, or
                another study runs here.
        """
        from benchmark.pipeline.early_check import check_hyperparameters  # here: it imports torch

        # as the stage `code` does: mistakes are told before the long work, and the keys are of the code as it is now
        for params in wanted.values():
            check_installed(params)
            check_hyperparameters(params)
        code.write_closures(self.root, self.root / CODE)
        with only_writer(self.root / STUDIES):
            found = {}
            for setting, params in wanted.items():
                graphs = self.stores.path(params)
                store = open_store(self.root / graphs)
                check_folds(params, store)
                found[setting] = study_cells(params, references, graphs, store.hash, self.root)
            self._make({cell.key: cell for each in found.values() for cell in each}, advance)
        return found

    def _make(self, wanted: Mapping[str, StudyCell], advance: Advance) -> None:
        missing = {cell.job.name: cell for cell in wanted.values() if not self._there(cell)}
        done, problems = len(wanted) - len(missing), []
        advance(done, len(wanted))
        if not missing:
            return
        # the slowest first: a slow one at the end would leave the other workers without work
        slowest_first = sorted(missing.values(), key=self._expected, reverse=True)
        with closing(self.engine.run([cell.job for cell in slowest_first], self.root)) as ends:
            for end in ends:
                cell = missing[end.name]
                self._seconds[cell.trained_on, cell.model] = end.seconds
                problem = end.problem
                if problem is None and matching_record(cell, self.root / cell.file) is None:
                    problem = f"{end.name} was made on {end.node}, but its files are not here"
                if problem is not None:
                    problems.append(problem)
                done += 1
                advance(done, len(wanted))
        if problems:
            raise InputError(
                f"{self.name}, {len(problems)} of {len(wanted)} cells",
                f"failed, the first: {problems[0]}",
                "cells that are done stay; mend this, then run the same command",
            )

    def _there(self, cell: StudyCell) -> bool:
        """Whether the cell was made by a study, or lies in the workspace's ``runs/``, from where it is copied."""
        file, theirs = self.root / cell.file, self.root / RUNS / cell.place / predictions.PREDICTIONS_FILE
        if matching_record(cell, file):
            return True
        if not matching_record(cell, theirs):
            return False
        file.parent.mkdir(parents=True, exist_ok=True)
        with replaced_file(file) as scratch:  # a copy: `dvc repro` may replace the workspace's at any time
            scratch.write_bytes(theirs.read_bytes())
        return True

    def _expected(self, cell: StudyCell) -> float:
        """Seconds that such a cell took before; 0 where none is known."""
        key = cell.trained_on, cell.model
        if key not in self._seconds:
            files = sorted((self.root / RUNS / cell.trained_on / cell.model).glob(f"*/{predictions.PREDICTIONS_FILE}"))
            known = stored_record(files[0]) if files else None
            self._seconds[key] = known.cost.seconds if known else 0.0
        return self._seconds[key]

    def runs(self, made: Iterable[StudyCell]) -> list[Run]:
        """The cells' records."""
        return [predictions.load_predictions(self.root / cell.file).run for cell in made]

    def results(self, made: Iterable[StudyCell]) -> list[Raw]:
        """The cells' results, scored as those of the board."""
        found: list[Raw] = []
        stores: dict[str, Store] = {}
        with threadpool_limits(1):  # many small products: on a busy machine threads cost minutes
            for cell in made:
                where, graphs = self.root / cell.file, cell.job.graphs
                stores[graphs] = stores.get(graphs) or open_store(self.root / graphs)
                found += [
                    each.model_dump() for each in score_one(predictions.load_predictions(where), stores[graphs], where)
                ]
        return found


def check_models(params: Params, models: Sequence[str]) -> None:
    """Refuse a model that has no hyper-parameters.

    Raises:
        InputError: naming it, and those that there are.
    """
    for name in models:
        if name not in params.models:
            if name in references.names():
                raise InputError(f"--models {name}", "is a reference row, which nobody trains", "name an entrant")
            raise InputError(f"--models {name}", "has no section in params.yaml", did_you_mean(name, params.models))
