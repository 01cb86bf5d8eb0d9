"""The commands ``profile``, which lists profiles or runs one and compares its numbers, and ``experiments``."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from benchmark.engine.choice import EngineName

app = typer.Typer()


@app.command()
def profile(
    name: Annotated[str | None, typer.Argument(help="none: list them")] = None,
    stages: Annotated[list[str] | None, typer.Argument(help="these and what they need; nothing is compared")] = None,
    override: Annotated[list[str] | None, typer.Option("-S", help="key=value, as `dvc exp run` takes it")] = None,
    temp: Annotated[bool | None, typer.Option("--temp/--workspace", help="where; default: the profile's")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="print the command of DVC's that does it a cell at a time")
    ] = False,
    jobs: Annotated[int | None, typer.Option(help="cells side by side (default: by cores or GPUs)", min=1)] = None,
    engine: Annotated[EngineName, typer.Option(help="where cells are made")] = "local",
    engine_config: Annotated[Path | None, typer.Option(help="a YAML file with the engine's settings")] = None,
) -> None:
    """Run a profile as an experiment of DVC's; exit status 1 if a number lies beyond what is expected."""
    from benchmark.engine.choice import engine as choose
    from benchmark.engine.time_spent import time_table
    from benchmark.overrides import applied, overridden
    from benchmark.profiles import compare, experiment, listing, reproduction
    from benchmark.profiles.profile import load_profile, profile_names, profile_overrides
    from benchmark.versioning.repository import check_clone

    if name is None:
        print("\n\n".join(listing.profile_text(each, load_profile(each)) for each in profile_names()))
        return
    chosen, overrides, root = load_profile(name), override or [], Path()
    changes = profile_overrides(chosen, overrides)
    params = overridden(changes)
    applied(changes)  # DVC refuses more, with a traceback
    apart = chosen.temp if temp is None else temp
    if not dry_run:
        check_clone(root, apart=apart)
    experiment.check_stages(root, stages or [])
    called = experiment.free_name(root, name)
    arguments = experiment.command(called, changes, temp=apart, stages=stages or [])
    if dry_run:
        print(shlex.join(["dvc", *arguments]))
        return
    # before DVC, which would fail half-way with a message about a missing file
    experiment.check_data(params)
    # before the run: a commit without a board is told at once
    before = experiment.board_at(root, "HEAD") if chosen.expect == "committed" else None
    expected = compare.committed(before) if before else chosen.numbers
    if stages:
        experiment.experiment(root, arguments)
        return
    chosen_engine = choose(engine, engine_config, workers=jobs)
    spent = reproduction.run_profile(called, changes, params, chosen_engine, root, apart=apart)
    print(f"\n{time_table(spent)}")
    if chosen.board and overrides:
        # the folder is committed: a changed board would stand there under the profile's name
        print(
            f"\nits board is in the experiment {called} alone, not in {chosen.board}, because -S changed the profile;"
        )
        print(f"`dvc exp apply {called}` brings it to leaderboard/")
    elif chosen.board:
        experiment.copy_board(root, called, Path(chosen.board))
        print(f"\nits board: {chosen.board}/LEADERBOARD.md, and {chosen.board}/index.html for a browser")
    board = experiment.experiments_board(root, called)
    reason = compare.why_not(chosen, overrides, board, before)
    # then a missing row was not asked for, and is no failure
    narrowed = any(each.startswith(compare.GRID) for each in overrides)
    found = compare.number_findings(expected, board, comparable=not reason, narrowed=narrowed)
    if found:  # a profile may expect nothing
        print(f"\n{compare.numbers_report(found, reason)}")
    raise typer.Exit(compare.any_failed(found))


@app.command()
def experiments(
    rows: Annotated[str | None, typer.Option(help="such as lstm,best+joint; default: each task's first row")] = None,
) -> None:
    """List this commit's experiments: what each changes, its scores, and from how many replicates and people."""
    from benchmark.profiles import experiments as listing

    print(listing.experiments_report(listing.read_experiments(Path()), rows.split(",") if rows else ()))
