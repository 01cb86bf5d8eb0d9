"""The command line: commands read ``params.yaml`` and hand plain values to the code that does the work."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from benchmark import data_params
from benchmark import params as parameters
from benchmark.board.cli import app as questions
from benchmark.checks.cli import app as checks
from benchmark.command_exit import in_one_line
from benchmark.container.cli import app as container
from benchmark.data.cli import app as data
from benchmark.engine.choice import EngineName
from benchmark.paths import BOARDS, CODE, GRAPHS, LEADERBOARD, OUTSIDERS, README, RESULTS, RUNS, STANDIN, SUBMISSIONS
from benchmark.pipeline.enrol_option import Entrants, of_params
from benchmark.pipeline.schema import cell_name
from benchmark.probing.cli import app as probes
from benchmark.profiles.cli import app as profiles
from benchmark.release.cli import app as releases
from benchmark.representing.cli import app as representing
from benchmark.studies.cli import app as studies
from benchmark.submissions.cli import app as submissions
from benchmark.viewing.cli import app as viewing
from deepgrasp.errors import InputError, listed
from deepgrasp.tasks import NO_TASK, TASKS
from deepgrasp.version import VERSION

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False, help=__doc__)
app.add_typer(container, name="container")
# each room owns its commands: a new one is added there and needs no change here
for room in (data, questions, probes, representing, checks, submissions, profiles, studies, releases, viewing):
    app.add_typer(room)  # no name: their commands stand beside these

Replicate = Annotated[int, typer.Option(help="seed k on fold k", min=0)]
EngineOption = Annotated[
    EngineName, typer.Option(help="where cells are made: on this machine, in Ray tasks, in Slurm jobs")
]
EngineFile = Annotated[Path | None, typer.Option(help="YAML with the engine's settings, see docs/engines.md")]


def main() -> None:
    """Run a command; what is not our own mistake ends in one line."""
    in_one_line(app)


def _print_version(asked: bool) -> None:
    if asked:
        print(f"DeepGrasp Bench {VERSION}")
        raise typer.Exit


@app.callback()
def command_line(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="print the version and exit")
    ] = False,
) -> None:
    """The command line of DeepGrasp Bench: what runs reads ``params.yaml``; `COMMAND --help` says more."""


@app.command()
def synthesize() -> None:
    """Write the licence-free stand-in for GRAB and the body models."""
    from deepgrasp.processes import check_address_space

    check_address_space()
    from benchmark.progress import progress_bar
    from deepgrasp.processes import allowed_cores
    from deepgrasp.standin.synthesize import synthesize as write

    # not the whole file: its tasks would make a change of a score a reason to make the data anew
    options = data_params.load_data_params().synthetic
    with progress_bar("synthesize") as advance:
        # all cores: the recordings do not depend on each other
        write(STANDIN, STANDIN / "models", **options.model_dump(), workers=allowed_cores(), progress=advance)


@app.command()
def prepare() -> None:
    """Turn GRAB-format files into the graph store."""
    from deepgrasp.processes import check_address_space

    check_address_space()  # first: libraries that get too little wait for ever, before any of our code
    from benchmark.progress import progress_bar
    from deepgrasp.prepare.prepare import prepare as write
    from deepgrasp.store.store import open_store

    params = data_params.load_data_params()
    with progress_bar("prepare") as advance:
        root, models = Path(params.data.root), Path(params.data.models)
        write(root, models, GRAPHS, **params.prepare.model_dump(), progress=advance)
    store = open_store(GRAPHS)
    print(f"{len(store.sequences)} sequences in {GRAPHS}/")
    # on standard error: nobody should find out from the board that recordings are missing
    for skipped in store.manifest["skipped"]:
        print(f"skipped {skipped['id']}: {skipped['problem']}", file=sys.stderr)
    for split, reason in store.manifest["impossible"].items():
        print(f"no split by {split}: {reason}", file=sys.stderr)


@app.command()
def code() -> None:
    """Write which files each stage runs, with a hash each: what tells DVC that a stage's code has changed."""
    from benchmark.pipeline.code import write_closures
    from benchmark.pipeline.early_check import check_early

    try:
        check_early(
            parameters.load_params(), SUBMISSIONS
        )  # the first stage: a mistake there shows before the long work
    except InputError as error:
        if "DVC_EXP_BASELINE_REV" not in os.environ:
            raise
        # of `dvc exp run -S`, which writes the file first and leaves it so
        remedy = error.remedy if error.remedy.endswith("?") else f"{error.remedy}."
        remedy += f" What -S has changed stays in {data_params.PARAMS}: see `git diff {data_params.PARAMS}`"
        raise InputError(error.where, error.problem, remedy) from error
    write_closures(Path(), CODE)


@app.command(hidden=True)
def keep(name: Annotated[str, typer.Option(help="an entrant from outside, of params.yaml")]) -> None:
    """Copy the source of an entrant from outside, so that DVC follows it: a stage of dvc.yaml."""
    from benchmark.pipeline import enrol

    enrol.keep_source(name, enrol.place_of(name, parameters.load_params().entrants), OUTSIDERS / name)


@app.command()
@of_params
def train(
    task: Annotated[str, typer.Option(help=f"{', '.join(TASKS)}, or joint for all of them")],
    model: Annotated[str, typer.Option(help="an entrant: the stem of a file in baselines/, or one of --entrant")],
    replicate: Replicate,
    entrant: Entrants = None,
) -> None:
    """Train one cell of the grid and store its predictions on the test subjects."""
    from benchmark.pipeline import by_hand, environment

    # before torch is imported, which reads some of them then
    environment.apply()
    from benchmark.pipeline.train import train_cell

    with by_hand.cell(RUNS / cell_name(task, model, replicate)) as out:
        train_cell(parameters.load_params(), task, model, replicate, GRAPHS, out)


@app.command()
def cells(
    engine: EngineOption = "local",
    engine_config: EngineFile = None,
    jobs: Annotated[int | None, typer.Option(help="cells side by side (default: by cores or GPUs)", min=1)] = None,
    entrant: Entrants = None,
) -> None:
    """Make the grid's cells that are stale, several at once; `dvc repro` does the same one by one."""
    from benchmark.engine.choice import engine as choose
    from benchmark.engine.head import make_cells
    from benchmark.engine.time_spent import Spent, time_table

    params = parameters.load_params()
    # told once: each of the cells would fail for it
    if not GRAPHS.is_dir():
        raise InputError(GRAPHS, "no graph store here", "run `dvc repro prepare` first")
    spent = Spent()
    make_cells(params, choose(engine, engine_config, workers=jobs), spent)
    print(time_table(spent))


@app.command()
def repro(
    engine: EngineOption = "local",
    engine_config: EngineFile = None,
    entrant: Entrants = None,
    override: Annotated[
        list[str] | None, typer.Option("-S", help="key=value, as `dvc exp run` takes it; stays in params.yaml")
    ] = None,
) -> None:
    """Make all that is stale, as `dvc repro` does, cells side by side; then print the board and where the time went."""
    import psutil

    from benchmark.board.leaderboard import load_boards, update_readme
    from benchmark.board.terminal import show
    from benchmark.checks.cli import reproduced
    from benchmark.engine.choice import engine as choose
    from benchmark.engine.head import reproduce
    from benchmark.engine.time_spent import Spent, time_table
    from benchmark.overrides import write_overrides

    spent = Spent(stages={"start": time.time() - psutil.Process().create_time()})  # imports, too
    if override:
        write_overrides(override)
    reproduce(parameters.load_params(), choose(engine, engine_config), spent)
    with spent.on("board"):
        for table in load_boards(LEADERBOARD):
            show(table)
        update_readme(LEADERBOARD, README)
    with spent.on("reproduced"):
        reproduced()
    print(f"\n{time_table(spent)}")


@app.command()
def reference(
    row: Annotated[str, typer.Option(help="the stem of a file in deepgrasp/references/")], replicate: Replicate
) -> None:
    """Store a reference row's answers: what a model must beat, or what is possible."""
    from benchmark.pipeline import by_hand, environment
    from benchmark.pipeline.references import answer_cell

    environment.apply()
    with by_hand.cell(RUNS / cell_name(NO_TASK, row, replicate)) as out:
        answer_cell(parameters.load_params(), row, replicate, GRAPHS, out)


@app.command()
@of_params
def probe_cell(
    task: Annotated[str, typer.Option(help=f"{', '.join(TASKS)}, or joint")],
    model: Annotated[str, typer.Option(help="an entrant: the stem of a file in baselines/")],
    replicate: Replicate,
) -> None:
    """Ask one trained network about perturbed inputs; `probe` asks all that are stale."""
    from benchmark.pipeline import environment

    environment.apply()  # before torch is imported
    from benchmark.probing.probe_cells import ProbedCell, probe_cells
    from benchmark.probing.probe_params import load_probe
    from benchmark.probing.probe_paths import PROBES

    probe_cells(parameters.load_params(), load_probe(), [ProbedCell(task, model, replicate)], GRAPHS, RUNS, PROBES)


@app.command()
def probe_reference(
    row: Annotated[str, typer.Option(help="the stem of a file in deepgrasp/references/")], replicate: Replicate
) -> None:
    """Ask a reference row about perturbed inputs; `probe` asks all that are stale."""
    from benchmark.pipeline import environment

    environment.apply()  # before torch is imported
    from benchmark.probing.probe_params import load_probe
    from benchmark.probing.probe_paths import PROBES
    from benchmark.probing.probe_references import probe_references

    probe_references(parameters.load_params(), load_probe(), [row], replicate, GRAPHS, RUNS, PROBES)


@app.command()
def score() -> None:
    """Score the stored predictions of the grid's cells and of submissions."""
    from benchmark.pipeline import grid
    from benchmark.pipeline.score import score as write
    from benchmark.submissions.folder import results_of
    from deepgrasp.store.store import open_store

    params, store = parameters.load_params(), open_store(GRAPHS)
    # handed in: scoring knows nothing of submissions, and rooms import lower rooms only
    count = write(RUNS, store, RESULTS, results_of(SUBMISSIONS, store), params)
    print(f"{count} results in {RESULTS}/")
    if aside := grid.left_aside(RUNS, params):
        print(f"left aside {len(aside)} cells in {RUNS}/ that the grid does not name: {listed(aside)}")


@app.command()
def leaderboard() -> None:
    """Write the board, its summary, its page and its pictures from the results."""
    from benchmark.board.leaderboard import shown_in, write_leaderboard

    write_leaderboard(RESULTS, LEADERBOARD, BOARDS)
    if not shown_in(README, LEADERBOARD):  # an experiment's board: no stage changes a text that people write
        print(f"{README}'s table is of another board; `python -m benchmark board` shows this one and puts it there")


@app.command()
def entrants(
    as_json: Annotated[bool, typer.Option("--json", help="as a JSON list, for a CI matrix")] = False,
    entrant: Entrants = None,
) -> None:
    """Name every entrant: those found in baselines/, and those from outside that params.yaml names."""
    from baselines import names
    from deepgrasp.outside_entrants import entry_points

    enrolled = parameters.load_params().entrants
    found = [*names(), *enrolled]
    print(json.dumps(found) if as_json else "\n".join(found))
    for name in sorted(entry_points().keys() - set(found)):
        print(f"installed, too: {name}; to rank it, `python -m benchmark repro --entrant {name}`", file=sys.stderr)
