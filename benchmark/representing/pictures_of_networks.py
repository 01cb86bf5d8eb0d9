"""Pictures of what networks hold: probes by layer, likeness of features and layers, tuned units; PNG and PDF."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.colors import hsv_to_rgb
from safetensors import safe_open

from benchmark.board.colours import look
from benchmark.board.plots import STYLE, save_figure
from benchmark.representing.drawn_graphs import draw_graphs
from benchmark.representing.feature_likeness import FamilyLikeness
from benchmark.representing.gathered import Family, Gathered
from benchmark.representing.networks import CONTROL, NetworkName
from benchmark.representing.one_network import TUNING_FILE
from benchmark.representing.over_people import ByPerson, estimate
from benchmark.representing.represent import result_file
from deepgrasp.representations.layers import ENCODER_LAYERS
from deepgrasp.representations.tuning_curves import TUNED
from deepgrasp.store.store import Store

matplotlib.use("Agg")  # no display, in a container or on a cluster
import matplotlib.pyplot as plt

BEST_UNITS = 0.1  # of a network's units, whose curves are drawn


def draw_networks(
    out: Path, names: Sequence[NetworkName], found: Gathered, pairs: dict[str, FamilyLikeness], store: Store, runs: Path
) -> None:
    """Write all pictures into ``out``; the same networks give the same bytes."""
    with plt.rc_context(STYLE | {"pdf.fonttype": 42}):
        for modality, each in pairs.items():
            save_figure(probes_by_layer(found, modality), *both(out / f"probes_{modality}"))
            save_figure(features_alike(found, each, modality), *both(out / f"features_{modality}"))
            save_figure(layers_alike(found, modality), *both(out / f"layers_{modality}"))
        if found.tuning and pairs:
            save_figure(tuned_shares(found), *both(out / "tuned"))
            save_figure(tuning_curves(out, names), *both(out / "tuning_curves"))
        for name, figure in draw_graphs(out, names, store, runs):
            save_figure(figure, *both(out / f"graphs_{name}"))


def both(stem: Path) -> tuple[Path, Path]:
    """The files of a picture: a PNG and a PDF."""
    return stem.with_name(f"{stem.name}.png"), stem.with_name(f"{stem.name}.pdf")


def colour(model: str) -> tuple[float, ...]:
    """The colour of a model, as on the board."""
    return tuple(hsv_to_rgb((look(model).hue / 360, 0.85, 0.75)))


def probes_by_layer(found: Gathered, modality: str) -> plt.Figure:
    """A row a fact, a column a training; lines from the input (0) to the features (1), dotted of the untrained."""
    trained = list(dict.fromkeys(family[0] for family in found.families if family[0] != CONTROL))
    size = (2.3 * len(trained) + 1, 1.5 * len(found.facts) + 0.4)
    figure, axes = plt.subplots(
        len(found.facts), len(trained), figsize=size, sharex=True, sharey="row", squeeze=False, layout="constrained"
    )
    for row, fact in zip(axes, found.facts, strict=True):
        for axis, task in zip(row, trained, strict=True):
            for family in found.families:
                if family[0] not in (task, CONTROL):
                    continue
                layers = found.of_encoder(family, modality)
                values = [_mean(found.probes.get((family, layer, fact), {})) for layer in layers]
                style = {"linestyle": ":", "linewidth": 1} if family[0] == CONTROL else {"linewidth": 1.4}
                # a control has no entry of its own: it is the dotted line of its model's colour
                label = family[1] if family[0] == task else None
                axis.plot(np.linspace(0, 1, len(layers)), values, color=colour(family[1]), label=label, **style)
            if fact in found.chance:
                axis.axhline(_mean(found.chance[fact]), color="grey", linewidth=0.8, linestyle="--")
        row[0].set_ylabel(f"{fact}\n{'accuracy' if fact in found.chance else 'R2'}")
    for axis, task in zip(axes[0], trained, strict=True):
        axis.set_title(f"trained on {task}")
    for axis in axes[-1]:
        axis.set(xticks=[0, 1], xticklabels=["input", "features"])
    axes[0][-1].legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    figure.suptitle(f"{modality}: what a linear probe reads from each layer (dotted: untrained; dashed: chance)")
    return figure


def features_alike(found: Gathered, pairs: FamilyLikeness, modality: str) -> plt.Figure:
    """CKA above and RSA below the diagonal, of all families; on it, CKA of trainings of one family."""
    families = [family for family in found.families if found.of_encoder(family, modality)]
    values = np.full((len(families),) * 2, np.nan)
    for i, one in enumerate(families):
        for j, other in enumerate(families):
            of = pairs.cka if i <= j else pairs.rsa
            # each pair was compared once
            key = (one, other) if (one, other) in of else (other, one)
            values[i, j] = _mean(of.get(key, {}))
    size = 2.2 + 0.21 * len(families)
    figure, axis = plt.subplots(figsize=(size + 0.8, size), layout="constrained")
    image = axis.imshow(values, cmap="viridis", vmin=0, vmax=1)
    named = [f"{model} ({task})" for task, model in families]
    axis.set_xticks(range(len(named)), named, rotation=90)
    axis.set_yticks(range(len(named)), named)
    for k in range(1, len(families)):
        if families[k][0] != families[k - 1][0]:
            axis.axhline(k - 0.5, color="white", linewidth=1)
            axis.axvline(k - 0.5, color="white", linewidth=1)
    figure.colorbar(image, ax=axis, shrink=0.6)
    axis.set_title(f"{modality} features: CKA above, RSA below the diagonal; on it, CKA of two trainings")
    return figure


def layers_alike(found: Gathered, modality: str) -> plt.Figure:
    """CKA between all layers of one network: a column a model, a row what it was trained on."""
    tasks = list(dict.fromkeys(family[0] for family in found.families))
    models = sorted({family[1] for family in found.families})
    figure, axes = plt.subplots(
        len(tasks),
        len(models),
        figsize=(1.4 * len(models) + 1, 1.4 * len(tasks) + 0.5),
        squeeze=False,
        layout="constrained",
    )
    image = None
    for row, task in zip(axes, tasks, strict=True):
        for axis, model in zip(row, models, strict=True):
            axis.set(xticks=[], yticks=[])
            if matrices := found.alike.get(((task, model), modality), {}):
                mean = np.mean([np.array(each, float) for each in matrices.values()], 0)
                image = axis.imshow(mean, cmap="viridis", vmin=0, vmax=1)
            else:
                axis.spines[:].set_visible(False)  # not the whole axis, which has the row's label
        row[0].set_ylabel(task)
    for axis, model in zip(axes[0], models, strict=True):
        axis.set_title(model)
    if image is not None:
        figure.colorbar(image, ax=axes, shrink=0.5)
    figure.suptitle(f"{modality}: CKA of the layers of one network, from its input (top left) to its features")
    return figure


def tuned_shares(found: Gathered) -> plt.Figure:
    """Share of tuned units among the features, with intervals: a panel a hand and kind, pose and touch side by side."""
    # from behind in the alphabet: the right hand first, which mostly holds; position before direction
    kinds = sorted({(side, kind) for _, _, side, kind in found.tuning}, reverse=True)
    modalities = list(dict.fromkeys(kind for family in found.families for kind in found.modalities(family)))
    tasks = list(dict.fromkeys(family[0] for family in found.families))
    models = sorted({family[1] for family in found.families})
    figure, axes = plt.subplots(
        len(modalities), len(kinds), figsize=(2.6 * len(kinds) + 1, 2.1 * len(modalities) + 0.4),
        squeeze=False, sharey="row", layout="constrained",
    )  # fmt: skip
    for row, modality in zip(axes, modalities, strict=True):
        for axis, (side, kind) in zip(row, kinds, strict=True):
            for k, task in enumerate(tasks):
                for j, model in enumerate(models):
                    layer = f"{ENCODER_LAYERS}.{modality}"
                    share = estimate(found.tuning.get(((task, model), layer, side, kind), {}))
                    if share is None:
                        continue
                    at = k + (j - (len(models) - 1) / 2) * 0.8 / len(models)
                    label = model if k == 0 else None  # once in the legend
                    axis.plot(at, share.mean, "o", color=colour(model), markersize=3, label=label)
                    if share.low is not None and share.high is not None:
                        # an interval of t may reach where no share can lie
                        axis.plot([at, at], [max(0, share.low), min(1, share.high)], color=colour(model), linewidth=0.8)
            axis.set(title=f"{side} hand, {kind}", xticks=range(len(tasks)))
            axis.set_xticklabels(tasks, rotation=30, ha="right")
        row[0].set(ylabel=f"{modality}: share of units", ylim=(0, None))
    axes[0][-1].legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    figure.suptitle(f"features whose tuning explains more than {TUNED:g} of what they do for new people")
    return figure


def tuning_curves(out: Path, names: Sequence[NetworkName]) -> plt.Figure:
    """Mean curves of the units that direction explains best: activity by the angle to each unit's preferred one."""
    tasks = list(dict.fromkeys(name.trained_on for name in names))
    figure, axes = plt.subplots(
        1, len(tasks), figsize=(2.2 * len(tasks) + 1, 2.2), squeeze=False, sharey=True, layout="constrained"
    )
    for axis, task in zip(axes[0], tasks, strict=True):
        for model in sorted({name.model for name in names}):
            same: list[Family] = [(task, model)]
            curves = [_best_curves(out, name) for name in names if name.family in same]
            # an empty list cannot be joined
            known = np.concatenate([each for each in curves if each is not None] or [np.empty((0, 1))])
            if len(known):
                middles = np.linspace(-1, 1, known.shape[1] + 1)[:-1] + 1 / known.shape[1]
                # NaN: nobody moved in this angle to a unit's direction
                axis.plot(middles, np.nanmean(known, 0), color=colour(model), label=model, linewidth=1.4)
        axis.set(title=task, xlabel="cos(angle to preferred)", xlim=(-1, 1))
    axes[0][0].set_ylabel("activity, standard deviations")
    axes[0][-1].legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    figure.suptitle(
        f"right hand: curves of the {BEST_UNITS:.0%} of pose units that direction of movement explains best"
    )
    return figure


def _best_curves(out: Path, name: NetworkName) -> np.ndarray | None:
    """Curves ``[units, bins]`` of the units of a network that direction explains best."""
    with safe_open(result_file(out, name).with_name(TUNING_FILE), framework="numpy") as file:
        place = f"{ENCODER_LAYERS}.pose/right"
        if f"{place}/curve" not in file.keys():  # noqa: SIM118 - it is no dict
            return None
        curves, r2 = file.get_tensor(f"{place}/curve"), file.get_tensor(f"{place}/direction/r2")
    # [units]; one that does not vary for somebody has no R2, and is none of the best
    score = np.where(np.isnan(r2), -np.inf, r2).mean(0)
    # stable: of equal units always the same ones
    best = np.argsort(-score, kind="stable")[: max(1, round(BEST_UNITS * np.isfinite(score).sum()))]
    return np.asarray(curves[best])


def _mean(values: ByPerson) -> float:
    found = estimate(values)
    return float("nan") if found is None else found.mean
