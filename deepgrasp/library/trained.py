"""Trained models of a local run or of a release: weights, and what the run says of itself; no file is run."""

import json
import os
import struct
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from deepgrasp.choices import STREAMS_KEY, SplitName, Stream
from deepgrasp.errors import InputError, check_machine, did_you_mean, in_a_line
from deepgrasp.files import check_is_file, parse_json
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import input_specs
from deepgrasp.inputs.streams import compute_streams
from deepgrasp.library.opening import Data
from deepgrasp.library.parts import FoldParts, PartDataset, Tensors, fold_parts
from deepgrasp.library.released import PREDICTIONS, open_release
from deepgrasp.network.checkpoint import CHECKPOINT, load_weights
from deepgrasp.network.encoder_class import class_of, keyword_arguments, only_class
from deepgrasp.network.layer_outputs import layer_outputs
from deepgrasp.network.network import EVALUATION_BATCH, FrameHead, Network
from deepgrasp.outside_entrants import INSTALLED, Source, entry_points, find
from deepgrasp.spec import InputSpec
from deepgrasp.store.store import open_store
from deepgrasp.tasks import TASKS, learned
from deepgrasp.tasks.targets import head_shape

MOST_HEADER = 2**28  # bytes: the ids of 200,000 sequences take 4 MB
"""Windows that a network answers at once."""
_REMEDY = "give the folder of a run, runs/<task>/<model>/<replicate>, or train it again"


class TrainedModel(nn.Module):
    """A network that was trained by the benchmark, with its normalisation inside, in evaluation mode.

    ``model(batch)`` gives the answers by task, ``model.embed(batch)`` the features of every layer by name. A batch
    holds inputs as ``data.fold(...)`` gives them, ``{"pose": [B, T, V, F], "touch": [B, T, P, 1]}``, not normalised;
    streams that the model asks for and the batch has not are made of the recorded ones.

    Attributes:
        network: the trained network.
        record: what the run says of itself: recipe, hyper-parameters, split, provenance.
        data: what it was trained on, with the graphs that it sees.
        streams: what it sees of each node.

    Args:
        build: makes the network anew, with weights as they are first drawn.
    """

    def __init__(
        self,
        network: Network,
        record: Mapping[str, Any],
        data: Data,
        streams: tuple[Stream, ...],
        build: Callable[[], Network],
    ) -> None:
        super().__init__()
        self._build = build
        self.network, self.record, self.data, self.streams = network, record, data, streams
        self._recorded = input_specs(data.store, data.graphs)
        self._seen = input_specs(data.store, data.graphs, streams)
        self.eval()  # no dropout; batch norms as they are at the end of training

    @property
    def specs(self) -> Mapping[str, InputSpec]:
        """Sizes and edges of each input, as the encoders were told them."""
        return self._seen

    def fold(self) -> FoldParts:
        """The fold that it was trained on, with its own streams: only its test part is new to it."""
        split: SplitName = self.record["split"]
        return fold_parts(self.data, split, self.record["replicate"], self.streams, normalise=False, resident=True)

    def forward(self, batch: Mapping[str, Tensor]) -> Tensors:
        """Logits ``[B, C]`` or regressions ``[B, T, ...]`` by task."""
        answers: Tensors = self.network(self.inputs(batch))
        return answers

    @torch.no_grad()
    def predict(self, part: PartDataset) -> dict[str, NDArray[np.float32]]:
        """Answers ``[N, ...]`` for a whole part by task, as :func:`.evaluate` and ``submit`` take them."""
        inputs, _ = part.all
        self.eval()  # its owner may have set it to training
        found = [
            self({kind: x[start : start + EVALUATION_BATCH] for kind, x in inputs.items()})
            for start in range(0, len(part), EVALUATION_BATCH)
        ]
        return {task: torch.cat([each[task] for each in found]).cpu().numpy() for task in found[0]}

    def embed(self, batch: Mapping[str, Tensor]) -> Tensors:
        """The output of every layer for a batch, by the layer's name in the network, in the order of computation.

        ``encoders.pose`` are the features ``[B, T', V', C]`` that the heads read. Of a layer that is used several times
        the last output is kept; one that gives no tensor is left out.
        """
        return layer_outputs(self.network, lambda: self(batch))

    def untrained(self, seed: int = 0) -> "TrainedModel":
        """An untrained copy of the network, its weights drawn from a seed: beside it shows what training adds.

        The normalisation of inputs and targets stays: it is the training data's, and nothing that was learned.
        """
        with torch.random.fork_rng(devices=[]):  # the caller's own random numbers go on as they were
            torch.manual_seed(seed)
            network = self._build()
        network.standardise.load_state_dict(self.network.standardise.state_dict())
        for task, head in network.heads.items():
            if isinstance(head, FrameHead):
                head.natural.load_state_dict(self.network.heads[task].natural.state_dict())  # type: ignore[union-attr]
        return TrainedModel(network, self.record, self.data, self.streams, self._build)

    def inputs(self, batch: Mapping[str, Tensor]) -> Tensors:
        """What the network sees of a batch, ``[B, T, V, F]`` by input.

        Raises:
            InputError: an input is missing, or has neither the form that is seen nor the recorded one.
        """
        return {kind: self._input(kind, spec, batch) for kind, spec in self._seen.items()}

    def _input(self, kind: str, spec: InputSpec, batch: Mapping[str, Tensor]) -> Tensor:
        if kind not in batch:
            raise InputError(f"batch, {kind}", "is missing", "give the inputs of data.fold(...) or model.fold()")
        x, recorded = batch[kind], self._recorded[kind]
        form = x.shape[1:]
        if form == (spec.frames, spec.nodes, spec.features):
            return x
        if form != (recorded.frames, recorded.nodes, recorded.features):
            asked = f"[B, {recorded.frames}, {recorded.nodes}, {recorded.features}] as recorded"
            raise InputError(f"batch, {kind}", f"has the shape {list(x.shape)}, not {asked}", "use model.fold()")
        names = tuple(spec.streams)
        streams = compute_streams(x.cpu().numpy(), recorded, names)  # type: ignore[arg-type]
        return torch.from_numpy(np.concatenate(streams, -1)).to(x.device)  # [B, T, V, F']


def load_model(
    model: str,
    *,
    task: str,
    replicate: int = 0,
    runs: str | os.PathLike[str] = "runs",
    data: Data | None = None,
    encoder: type[nn.Module] | None = None,
    cache: str | os.PathLike[str] | None = None,
) -> TrainedModel:
    """A model that was trained here, or one of a release; nothing is unpickled.

    Args:
        model: name of the entrant.
        task: what it was trained on: a task, or ``joint``.
        replicate: which training.
        runs: the folder of runs, which holds ``<task>/<model>/<replicate>``; or the folder that
            ``python -m benchmark release`` made, or its address, ``https://...`` (needs the extra ``download``). Of a
            release each file is checked by its hash before it is read.
        data: what it was trained on; otherwise the release's ``graphs/``, or ``data/graphs`` beside the runs.
        encoder: the entrant's class; otherwise ``baselines/<model>.py`` is imported, which is there in a clone of the
            project, and neither in the package nor in a release; or else an installed package's entrant of that name.
            A class with other code than the one that was trained may give other answers.
        cache: where downloaded files are kept; see :func:`deepgrasp.library.cache_folder.cache_folder`.

    Raises:
        InputError: no such run, a file of a release that is not what was released or cannot be had, damaged files,
            other data, or an encoder that the weights do not fit.
    """
    release = open_release(runs, cache)
    folder = release.cell(task, model, replicate) if release else _run(Path(runs), task, model, replicate)
    record = run_record(folder / PREDICTIONS)
    asked, own = (task, model, replicate), tuple(record.get(key) for key in ("trained_on", "model", "replicate"))
    # a folder may be copied or renamed, and weights of one model often fit another of its kind
    if own != asked:
        problem = f"holds the run of {'/'.join(map(str, own))}"
        raise InputError(folder / PREDICTIONS, problem, "train the cell again, or name that one")
    if data is None:
        graphs_here = release.graphs() if release else Path(runs).parent / "data" / "graphs"
    store = (data.store if data else open_store(graphs_here)).view(_of(record, "inputs")["frames"])
    if _of(record, "data")["hash"] != store.hash:
        raise InputError(folder, "was trained on other data", "give those as data=dg.load(...)")
    inputs = {key: value for key, value in record["inputs"].items() if key != "frames"}
    hyper = _of(record, "hyperparameters")
    streams = tuple(hyper.get(STREAMS_KEY, ("joint",)))
    try:
        graphs = GraphChoice(**inputs)
        known = Data(store, graphs)
        specs = input_specs(store, graphs, streams)
    except (TypeError, KeyError) as error:
        raise InputError(folder / PREDICTIONS, f"says what is not known ({in_a_line(error)})", _REMEDY) from None
    cls, given = encoder or entrant_class(model), keyword_arguments(hyper)
    tasks = learned(task, record["split"])
    outputs = {name: head_shape(TASKS[name].read(store, [0], graphs.hands)) for name in tasks}

    def build() -> Network:
        return Network(specs, lambda spec: cls(spec, **given), outputs)

    try:
        network = build()
    except TypeError as error:  # of a keyword that the class no longer takes
        problem = f"was trained as another {model} than this code has ({in_a_line(error)})"
        raise InputError(folder, problem, "train it again, or take the clone of its commit") from None
    load_weights(network, folder / CHECKPOINT, f"{task}/{model}/{replicate}")
    return TrainedModel(network, record, known, streams, build)


def _run(runs: Path, task: str, model: str, replicate: int) -> Path:
    folder = runs / task / model / str(replicate)
    if not folder.is_dir():
        made = sorted(path.parent.relative_to(runs).as_posix() for path in runs.glob(f"*/*/*/{CHECKPOINT}"))
        raise InputError(folder, "no such run", did_you_mean(f"{task}/{model}/{replicate}", made, "train it"))
    return folder


def entrant_class(name: str) -> type[nn.Module]:
    """The class of an entrant, from ``baselines/<name>.py`` on Python's path; or else of one from outside.

    Of that, the copy that a clone of the project has kept for its cells, or that of an installed package.

    Raises:
        InputError: it is in none of them.
    """
    told, remedy = f"baselines/{name}.py", "give the class as encoder=..."
    try:
        return only_class(import_module(f"baselines.{name}"), told, remedy)
    except ModuleNotFoundError as error:
        # it is there, and a package that it needs is not: that is the message to see
        if error.name not in ("baselines", f"baselines.{name}"):
            raise
    source = _kept(name) or (find(name, INSTALLED) if name in entry_points() else None)
    if source is None:
        raise InputError(told, "is not on Python's path", f"run Python in a clone of the project, or {remedy}")
    return class_of(source)


def _kept(name: str) -> Source | None:
    """What the clone that Python runs in has kept of an entrant, as benchmark/pipeline/kept_entrants.py does."""
    spec = find_spec("baselines")
    # a name with dots or a slash could lead out of the folder
    folders = spec.submodule_search_locations if spec and name.isidentifier() else None
    about = Path(folders[0], "outside", name, "about.json") if folders else None
    if about is None or not about.is_file():
        return None
    try:
        said = parse_json(about.read_bytes())
        return Source(said["told"], about.parent / said["file"], said["module"], said["cls"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        check_machine(about, error)
        raise InputError(
            about, f"cannot be read ({in_a_line(error)})", "run `dvc repro`, which makes it anew"
        ) from None


def run_record(path: Path) -> dict[str, Any]:
    """What a run says of itself: JSON in the header of its file of predictions, of which nothing else is read.

    Raises:
        InputError: no such file, or not one of a run.
    """
    check_is_file(path)
    try:
        with path.open("rb") as file:
            (size,) = struct.unpack("<Q", file.read(8))  # of the header, which comes next
            # before so much memory is asked for
            if size > min(MOST_HEADER, path.stat().st_size):
                raise ValueError("its header is longer than the file")
            record = parse_json(parse_json(file.read(size))["__metadata__"]["run"])
        if not isinstance(record, dict) or not isinstance(record["split"], str):
            raise TypeError("a run is a mapping")
        return record
    except (OSError, ValueError, KeyError, TypeError, struct.error, RecursionError, json.JSONDecodeError) as error:
        check_machine(path, error)
        raise InputError(path, f"is not a run's file of predictions ({in_a_line(error)})", _REMEDY) from None


def _of(record: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = record.get(key)
    if not isinstance(found, Mapping):
        raise InputError(f"the run's {key}", "is missing", _REMEDY)
    return found
