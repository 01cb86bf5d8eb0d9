"""Report of a search: every trial with its parameters and validation skill, and each entrant's best."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from benchmark.overrides import override
from benchmark.pipeline.schema import to_json
from benchmark.studies import search
from benchmark.studies.search_spaces import space
from benchmark.studies.tuning import TrialOutcome, values_and_skills
from benchmark.tables import table
from deepgrasp.files import replaced
from deepgrasp.tasks import TASKS


def best(outcomes: Sequence[TrialOutcome]) -> TrialOutcome:
    """The trial with the highest skill; of equal ones the first."""
    # the earlier of equals: trial 0 wins a tie, so that nothing changes without a reason
    return max(outcomes, key=lambda each: (each.skill, -each.trial.number))


def tuning_markdown(outcomes: Sequence[TrialOutcome], seen: Sequence[str]) -> str:
    """The entrants' best trials, a table of all trials for each, and the overrides that set the best.

    Args:
        seen: people whom the search validates on and the board tests.
    """
    searches = by_entrant(outcomes)
    count = len({each.trial.number for each in outcomes})
    replicates = ", ".join(map(str, outcomes[0].skills))
    how = (
        f"Trials of every entrant: {count}, trained on all tasks at once on replicates {replicates} and judged on"
        " validation alone. Skill is how far from the trivial predictor (0) to perfection (1), mean over tasks; ± is sd"
        " over replicates. Trial 0 is what params.yaml says; the others are drawn by TPE (Optuna) after the"
        " skills of earlier batches. Nothing is pruned: every trial has the same budget. The best of several is"
        " flattered by its own validation: how good it is, a board says."
        + (f" The board tests some of the people validated on: {', '.join(seen)}." if seen else "")
    )
    lines = []
    for name, found in searches.items():
        # the sizes beside the skills: a better score of a larger network is no fair comparison
        first, top = found[0], best(found)
        lines.append(
            [name, f"{first.parameters:,}", _skill(first), top.trial.number, f"{top.parameters:,}", _skill(top)]
        )
    summary = table(("entrant", "parameters now", "skill now", "best trial", "parameters", "skill"), lines)
    return "\n\n".join(["# Tuning", how, summary, *map(_trials, searches.values()), _ends(searches)])


def _trials(found: list[TrialOutcome]) -> str:
    """A table of one entrant's trials, the most skilful first."""
    keys, tasks = list(found[0].trial.values), [task for task in TASKS if task in found[0].by_task]
    lines = [
        [
            each.trial.number,
            # as `-S` takes it, so that a cell of the table can be pasted
            *(override("", each.trial.values[key])[1:] for key in keys),
            f"{each.parameters:,}",
            _skill(each),
            *(f"{each.by_task[task]:.3f}" for task in tasks),
        ]
        for each in sorted(found, key=lambda each: -each.skill)
    ]
    name = found[0].trial.entrant
    parts = [f"## {name}", table(("trial", *keys, "parameters", "skill", *tasks), lines)]
    if weights := search.importances(name, space(name), values_and_skills(found)):
        ordered = sorted(weights.items(), key=lambda item: -item[1])
        shown = ", ".join(f"{key} {weight:.2f}" for key, weight in ordered)
        parts.append(
            f"What tells the better half from the rest (PED-ANOVA; of few trials a hint, no finding): {shown}."
        )
    return "\n\n".join(parts)


def _skill(outcome: TrialOutcome) -> str:
    return f"{outcome.skill:.3f}" + (f" ± {outcome.sd:.3f}" if len(outcome.skills) > 1 else "")


def _ends(searches: dict[str, list[TrialOutcome]]) -> str:
    """The command that sets each entrant's best trial, to be copied into a shell."""
    sets = [best(found).trial.sets for found in searches.values()]
    # nothing for an entrant whose best is trial 0: params.yaml has it
    lines = ["  " + " ".join(f"-S {shlex.quote(text)}" for text in each) for each in sets if each]
    if not lines:
        return "params.yaml has every entrant's best trial.\n"
    return "\n".join(["## The best, set", "", "```sh", " \\\n".join(["dvc exp run", *lines]), "```"]) + "\n"


def by_entrant(outcomes: Sequence[TrialOutcome]) -> dict[str, list[TrialOutcome]]:
    """The outcomes of each entrant, in order."""
    found: dict[str, list[TrialOutcome]] = {}
    for each in outcomes:
        found.setdefault(each.trial.entrant, []).append(each)
    return found


def write_tuning(outcomes: Sequence[TrialOutcome], seen: Sequence[str], out: Path) -> None:
    """``TUNING.md``, ``tuning.json``, pictures, and ``optuna.log`` for Optuna's dashboard, into ``out``.

    Raises:
        InputError: another process is writing there.
    """
    from benchmark.studies.tuning_pictures import draw_tuning  # here: the report alone needs no matplotlib

    with replaced(out) as scratch:
        (scratch / "TUNING.md").write_text(tuning_markdown(outcomes, seen), encoding="utf-8")
        plain = []
        for each in outcomes:
            found = each._asdict()
            plain.append(found.pop("trial")._asdict() | found | {"skill": each.skill})
        (scratch / "tuning.json").write_text(to_json(plain), encoding="utf-8")
        searches = {name: (space(name), values_and_skills(found)) for name, found in by_entrant(outcomes).items()}
        search.save_journal(scratch / "optuna.log", searches)
        draw_tuning(searches, scratch)
