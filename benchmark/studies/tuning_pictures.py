"""Pictures of a search: the skill of every trial, and which hyper-parameters tell good trials from the rest."""

import itertools
from collections.abc import Mapping
from pathlib import Path

from benchmark.board.plots import DISTINCT_COLOURS, STYLE, plt, save_figure
from benchmark.studies.search import TriedValues, importances
from benchmark.studies.search_spaces import Space


def draw_tuning(searches: Mapping[str, tuple[Space, TriedValues]], folder: Path) -> None:
    """Write ``trials.png`` and ``importances.png``, a panel an entrant; the same trials give the same bytes."""
    with plt.rc_context(STYLE):
        save_figure(_trials(searches), folder / "trials.png")
        save_figure(_importances(searches), folder / "importances.png")


def _panels(count: int, *, sharey: bool) -> tuple[plt.Figure, list[plt.Axes]]:
    figure, axes = plt.subplots(
        1, count, figsize=(2.4 * count, 2.2), squeeze=False, sharey=sharey, layout="constrained"
    )
    return figure, list(axes[0])


def _trials(searches: Mapping[str, tuple[Space, TriedValues]]) -> plt.Figure:
    """Skill by trial, and the best so far as a line; one scale, so that entrants can be compared."""
    figure, axes = _panels(len(searches), sharey=True)
    for axis, (name, (_, trials)), colour in zip(
        axes, searches.items(), itertools.cycle(DISTINCT_COLOURS), strict=False
    ):
        skills = [skill for _, skill in trials]
        axis.plot(skills, "o", color=colour, markersize=3)
        axis.step(range(len(skills)), list(itertools.accumulate(skills, max)), where="post", color=colour, linewidth=1)
        axis.set(title=name, xlabel="trial (0: as params.yaml has it)")
        axis.xaxis.get_major_locator().set_params(integer=True)  # there are no half trials
    axes[0].set_ylabel("validation skill")
    return figure


def _importances(searches: Mapping[str, tuple[Space, TriedValues]]) -> plt.Figure:
    figure, axes = _panels(len(searches), sharey=False)
    for axis, (name, (space, trials)), colour in zip(
        axes, searches.items(), itertools.cycle(DISTINCT_COLOURS), strict=False
    ):
        weights = importances(name, space, trials)
        keys = sorted(space, key=lambda key: weights.get(key, 0.0))  # bars are drawn from below
        axis.barh(keys, [weights.get(key, 0.0) for key in keys], color=colour)
        axis.set(title=f"{name}, {len(trials)} trials", xlabel="importance (PED-ANOVA)", xlim=(0, 1))
    return figure
