"""Graphs that PyTorch Geometric's DataLoader makes of a store, for each second of one processor, beside the target.

Processor time and not the clock's: a busy machine measures its neighbours otherwise.
"""

import os
import sys
import time
from pathlib import Path

from benchmark.paths import GRAPHS
from benchmark.tables import table
from deepgrasp.processes import allowed_cores

_TARGET = 20_000  # graphs of poses in a second
BATCHES = (32, 128)
PASSES = 15


def rate(graphs: object, batch: int) -> float:
    """Graphs in a second of the processor, shuffled, in batches; of several passes the best, as others disturb."""
    from torch_geometric.loader import DataLoader

    seconds = []
    for _ in range(PASSES):
        start = time.process_time()
        count = sum(each.num_graphs for each in DataLoader(graphs, batch_size=batch, shuffle=True))
        seconds.append((time.process_time() - start) / count)
    return 1 / min(seconds)


def main(store: Path) -> None:
    """Print the rates of the training part of fold 0, of one process with one thread."""
    import torch

    import deepgrasp.library.opening as library

    torch.set_num_threads(1)
    train = library.load(store).fold().train
    graphs = train.to_pyg()
    lines = [(batch, f"{rate(graphs, batch):,.0f}", f"{_TARGET:,}") for batch in BATCHES]
    print(f"{len(train)} graphs of poses, {allowed_cores()} cores, load {os.getloadavg()[0]:.1f}\n")
    print(table(("batch", "graphs a second", "target"), lines))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else GRAPHS)
