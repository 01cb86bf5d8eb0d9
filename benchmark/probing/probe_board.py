"""The board of probes from the grid's probed cells: its file, and its tables for people."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmark.board.probes_file import PROBES_FILE, AskedPerturbation, PlaceOnBody, ProbedRow, ProbeTable, SkillScale
from benchmark.board.probes_in_short import left_out_told
from benchmark.board.results import by_board, load_results
from benchmark.board.rows import BoardTable, board
from benchmark.params import Params
from benchmark.pipeline.schema import cell_name, parse, to_json
from benchmark.probing.cell_record import CellProbes
from benchmark.probing.conditions import asked_names
from benchmark.probing.left_out import former_in, held_by, lacking, no_longer_held, probeable
from benchmark.probing.probe_params import Probe
from benchmark.probing.probe_rows import SkillTerms, blocks_of, mark_best, row
from benchmark.probing.probe_tables import tables
from deepgrasp.choices import TOUCH
from deepgrasp.errors import InputError
from deepgrasp.files import write_text
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import hand_patches
from deepgrasp.intervals import LEVEL, by_number
from deepgrasp.probes.patch_places import patch_places
from deepgrasp.probes.perturbation import PERTURBATION_KINDS
from deepgrasp.probes.perturbations import PERTURBATIONS
from deepgrasp.probes.silence import places
from deepgrasp.skeleton import SIDES
from deepgrasp.store.store import Store, open_store
from deepgrasp.tasks import NO_TASK, TASKS, training_of
from deepgrasp.version import VERSION

_TABLES = "PROBES.md"


def write_probes(params: Params, probe: Probe, cells: Path, results: Path, graphs: Path, out: Path) -> str:
    """Write the board of probes and its tables into ``out``; the same bytes each time.

    Returns what was written, and in lines of their own what of the board was not asked, and what the board of probes
    that was there before held and this one does not.

    Raises:
        InputError: a cell or a result is missing or damaged.
    """
    found = load_cells(params, probe, cells)
    drawn = places_of(open_store(graphs), params.inputs.graphs)
    made = board_of_probes(probe, found, board(by_board(load_results(results))[0]), drawn)
    # a narrower call may drop what a longer one had found, and nobody would see it in the new table
    former = former_in(out)  # before it is written over
    write_text(out / PROBES_FILE, to_json(made.model_dump()))
    write_text(out / _TABLES, tables(made))
    said = [f"{out / PROBES_FILE} and {out / _TABLES} hold {len(found)} cells"]
    if without := left_out_told(made.left_out):
        said.append(f"not asked of all that the board has: {without}")
    if gone := no_longer_held(former, made):
        said.append(f"the board of probes before this one also held: {gone}")
    return "\n".join(said)


def load_cells(params: Params, probe: Probe, cells: Path) -> list[CellProbes]:
    """The probes of all cells of the grid, and of the reference rows that are probed.

    Raises:
        InputError: one is missing or damaged.
    """
    grid = params.grid
    wanted = [
        f"{cell_name(task, model, k)}.json" for task in grid.tasks for model in grid.models for k in grid.replicates
    ]
    wanted += [f"{cell_name(NO_TASK, name, k)}.json" for name in probe.references for k in grid.replicates]
    if missing := [name for name in wanted if not (cells / name).exists()]:
        problem = f"lacks {len(missing)} of {len(wanted)} cells, such as {missing[0]}"
        raise InputError(cells, problem, "run `python -m benchmark probe`")
    return [parse(CellProbes, (cells / name).read_bytes(), cells / name) for name in wanted]


def places_of(store: Store, graphs: GraphChoice) -> list[PlaceOnBody]:
    """All joints and patches that can be silenced, with where patches are drawn."""
    patches = np.stack([hand_patches(store, side, graphs.patches) for side in SIDES])  # [2, 778]
    at = [patch_places(store.meshes[f"{side}_template"], patches[k]) for k, side in enumerate(SIDES)]
    return [
        PlaceOnBody(
            name=each.name,
            sense=each.sense,
            # a thousandth of the hand's length: they are only drawn
            at=[round(float(x), 3) for x in at[each.hand][each.node]] if each.sense == TOUCH else None,
        )
        for each in places(graphs, patches)
    ]


def board_of_probes(
    probe: Probe, cells: Sequence[CellProbes], table: BoardTable, drawn: Sequence[PlaceOnBody]
) -> ProbeTable:
    """The board of probes: every row that the board has too, on the board's scale of skill.

    Args:
        table: the board, which says what a skill of 0 and of 1 is.
        drawn: the places that were silenced.

    Raises:
        InputError: the cells are of other data than the board, or it lacks the trivial row.
    """
    # skill is read off the board's scale, which is that of its own data
    if other := {cell.data for cell in cells} - {table["data"]["hash"]}:
        raise InputError("probes", f"are of data {sorted(other)[0]}, the results are not", "run `dvc repro` first")
    window = str(table["data"]["prepare"].get("window"))
    asked = [
        AskedPerturbation(
            name=name,
            senses=list(each.senses),
            strengths=[float(x) for x in each.strengths],
            **{key: getattr(each, key) for key in ("kind", "says", "unit")},
        )
        for name in asked_names(probe, window)
        for each in [PERTURBATIONS[name]]
    ]
    scale, tasks = {}, {}
    # in the order of the board, whatever the order of the files
    for task in TASKS:
        mine = [cell for cell in cells if task in cell.tasks]
        ends = table["scale"].get(task)
        # a narrower grid, of the board or of the probes
        if not mine or ends is None:
            continue
        if ends["zero"] is None:
            raise InputError("grid.references", "lacks the trivial row, whose skill is 0", "add it: run `dvc repro`")
        scale[task] = SkillScale(zero=ends["zero"], one=ends["one"])
        tasks[task] = _rows(task, mine, asked, SkillTerms(scale[task], blocks_of(mine)))
    made = ProbeTable(
        release=VERSION,
        data=table["data"],
        split=table["split"],
        inputs=table["inputs"],
        replicates=sorted({cell.replicate for cell in cells}),
        subjects=sorted({p for cell in cells for each in cell.tasks.values() for p in each.clean}, key=by_number),
        level=LEVEL,
        # of networks: a reference row is fitted anew, and more answers at once round otherwise
        apart=max(cell.apart for cell in cells if cell.trained_on != NO_TASK),
        kinds={str(kind): says for kind, says in PERTURBATION_KINDS.items()},
        perturbations=asked,
        not_asked={
            name: f"a store of the window `{window}` holds nothing of it"
            for name, each in PERTURBATIONS.items()
            if not each.asked_of(window)
        },
        places=list(drawn),
        scale=scale,
        tasks=tasks,
    )
    return made.model_copy(update={"left_out": lacking(probeable(table), held_by(made))})  # a record is frozen


def _rows(
    task: str, cells: Sequence[CellProbes], asked: Sequence[AskedPerturbation], place: SkillTerms
) -> list[ProbedRow]:
    """Rows of a task, the best clean skill first, oracles last."""
    grouped: dict[tuple[str, str], list[CellProbes]] = {}
    for cell in cells:
        grouped.setdefault((cell.model, training_of(cell.trained_on)), []).append(cell)
    rows = [row(*name, group, task, asked, place) for name, group in grouped.items()]
    # by names at last, so that equal skills stand in one order
    rows.sort(key=lambda each: (each.oracle, -(each.skill[0] or 0), each.model, each.training))
    tested = {
        name: [(cell.replicate, cell.tasks[task]) for cell in sorted(group, key=lambda cell: cell.replicate)]
        for name, group in grouped.items()
    }
    # when all rows are there: the set is corrected for how many they are
    for each in asked:
        mark_best(rows, tested, each, place)
    return rows
