"""The commands that run many experiments: ablate."""

from pathlib import Path
from typing import Annotated

import typer

from benchmark import params as parameters
from benchmark.places import ABLATION

app = typer.Typer()

Jobs = Annotated[int, typer.Option(help="experiments side by side", min=1)]


@app.command()
def ablate(
    models: Annotated[str, typer.Option(help="such as mlp,stgcn")],
    jobs: Jobs = 1,
) -> None:
    """Run inputs x hands x training through DVC's queue; interrupted, the same command goes on."""
    from benchmark.progress import bar
    from benchmark.regression import results_at
    from benchmark.studies import ablation, ablation_tables

    with bar("ablate") as advance:
        commits = ablation.ablate(parameters.load(), models.split(","), jobs, Path(), advance)
    results = {setting: results_at(Path(), rev) for setting, rev in commits.items()}
    found = ablation_tables.scores(results, models.split(","))
    ablation_tables.write(found, ABLATION)
    print(ablation_tables.markdown(found))
