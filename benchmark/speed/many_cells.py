"""What a grid of many cells costs its head, where a cell itself costs nothing: `make speed-engine`."""

import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from pathlib import Path

from benchmark import params as parameters
from benchmark.command_exit import in_one_line
from benchmark.engine.head import make_cells
from benchmark.engine.jobs import Done, Job
from benchmark.engine.time_spent import Spent

_SIZES = (200, 2000)
_TARGET = 50.0  # ms a cell
MODELS = ("mlp", "lstm", "gcn", "stgcn", "best")
# as dvc.yaml has it: graphs of eight files, a hash of the code, some sections of the parameters
_PIPELINE = """
stages:
  train:
    matrix:
      task: [action]
      model: [mlp, lstm, gcn, stgcn, best]
      number: [{numbers}]
    cmd: python -m benchmark train --task ${{item.task}} --model ${{item.model}} --replicate ${{item.number}}
    deps: [data/graphs, "data/code/${{item.model}}.json"]
    params: [split, inputs, train, "models.${{item.model}}"]
    outs: ["runs/${{item.task}}/${{item.model}}/${{item.number}}"]
"""


class Trivial:
    """An engine whose cells are two small files, made at once."""

    def run(self, jobs: Sequence[Job], root: Path) -> Generator[Done, None, None]:
        """See :class:`benchmark.engine.jobs.Engine`."""
        for job in jobs:
            out = root / job.out
            out.mkdir(parents=True)
            for name in ("model.safetensors", "predictions.safetensors"):
                (out / name).write_text(f"{job.name} {name}\n" * 1000, encoding="utf-8")
            yield Done(job.name)


def measured(cells: int, params: Path) -> tuple[float, float]:
    """Seconds of processor time: of the head for a grid of new cells, and of a call with nothing to do."""
    from dvc.repo import Repo

    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        root = Path()
        Repo.init(".", no_scm=True).close()
        (root / "params.yaml").write_bytes(params.read_bytes())
        numbers = ", ".join(map(str, range(cells // 5)))
        (root / "dvc.yaml").write_text(_PIPELINE.format(numbers=numbers), encoding="utf-8")
        for name in [*(f"graphs/{k}.npy" for k in range(8)), *(f"code/{m}.json" for m in MODELS)]:
            (root / "data" / name).parent.mkdir(parents=True, exist_ok=True)
            (root / "data" / name).write_text(name * 1000, encoding="utf-8")
        loaded, values = time.process_time(), parameters.load_params(root / "params.yaml")
        with contextlib.redirect_stderr(open(os.devnull, "w", encoding="utf-8")):  # noqa: PTH123
            make_cells(values, Trivial(), spent := Spent())
            made = time.process_time()
            make_cells(values, Trivial(), again := Spent())
        assert (len(spent.dones), len(again.dones)) == (cells, 0)  # each made, and none twice
    return made - loaded, time.process_time() - made


def main(sizes: Sequence[int] = _SIZES) -> None:
    """Measure and print the table."""
    params = Path("params.yaml").resolve()
    print(f"{'cells':>6}{'head, ms a cell':>18}{'target':>9}{'nothing to do, ms a cell':>27}")
    for cells in sizes:
        new, nothing = measured(cells, params)
        print(
            f"{cells:>6}{1000 * new / cells:>18.1f}{f'<= {_TARGET:.0f}':>9}{1000 * nothing / cells:>27.1f}", flush=True
        )


if __name__ == "__main__":
    in_one_line(lambda: main([int(each) for each in sys.argv[1:]] or _SIZES))
