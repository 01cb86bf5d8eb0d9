"""Walks every command of README and guides as a newcomer does after `make repro`, on a tiny set. `make walk`.

The commands are read from the pages, so that a new line of a page is walked, or stands below with a reason. After them:
experiments apart and in the queue, another commit, another machine. What fails is told at the end; the rest goes on.
"""

import argparse
import json
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import yaml

from tests.kills import make_inputs
from tests.repository import RETURN, ROOT, Repository

PAGES = ("README.md", *(f"docs/{page.name}" for page in sorted((ROOT / "docs").glob("*.md"))), "submissions/README.md")
PAGES += ("docker/README.md",)
BLOCK = r"^ *```(?P<language>\w*)\n(?P<block>.*?)^ *```"
INLINE = r"`(?P<inline>(?:python -m benchmark|dvc|git|make) [^`]+)`"
NOT_WALKED = {
    r"make (repro|test|smoke|env|lock|coverage|speed|hostile|kills|walk|clean|docs)": "an environment or hours",
    r"(python -m benchmark container|docker|apptainer)\b": "an engine is needed: tests/benchmark/container",
    r"python -m benchmark (profile (?!smoke)\w+|table --models lstm,stgcn,best)": "hours",
    r"dvc exp run -S train\.precision=bf16$": "as slow as a processor without bf16 is",
    r"python -m benchmark compare": "several trainings, the walk has one: tests/benchmark/board/test_compare_rows.py",
    r"make (ceiling|artefacts)": "minutes: tests/deepgrasp/standin, tests/benchmark/data/test_artefacts.py",
    r"dvc commit -f$": "the forger's, of whom the page warns",
    r"dvc push$": "the page warns of it",
    r"(dvc (exp run( -S)?|pull)|git commit|python -m benchmark (ingest|tune|release( --licensed)?))$": (
        "a name, no whole command"
    ),
    r"python -m benchmark (cells .*--engine|repro$)": "a cluster, or many minutes: tests/benchmark/engine",
    r"(ray start|cat engine)": "a cluster: tests/benchmark/engine",
    r"(python -m benchmark catalogue|dvc exp run -S data\.root=/path/to/LAB)": "tests/test_own_data.py",
    r"(python -m (benchmark import|deepgrasp\.standin\.arctic_files)|dvc exp run -S data\.root=data/arctic)": (
        "tests/benchmark/data/test_import.py"
    ),
    r"(pytest|python -m benchmark repro) --entrant|dvc checkout outside@": "tests/test_outside.py",
    r"python -m benchmark view( \S+)?$": "a server until Ctrl-C: tests/benchmark/viewing/test_served.py",
    r"python -m benchmark (view|render|explore) .*--cell": "cells of a whole board: tests/benchmark/viewing",
    r"python -m benchmark explore --method umap": "not in the environment",
    r"pip (install|wheel)|tensorboard |dvc exp run -S 'train\.trackers": "not in the environment: test_trackers.py",
}
LONG = (  # in `make walk` alone: each trains, or is longer than its kind that is walked in the tests
    r"python -m benchmark (ingest|ablate|contributions|learning|table|tune|submit|profile smoke$|verify --)",
    r"dvc (queue|exp run|exp apply|params diff|metrics diff|add|push|remote|repro)",
    r"python -m benchmark (represent --|probe|synthesize)",  # probe: tests/test_probing.py
)
INSTEAD = (  # what a newcomer puts in the place of an example, and what is made smaller here
    (r"tune --models \S+ --trials 8", "tune --models mlp,lstm --trials 2 --replicates 0"),
    (r"ablate --models mlp,stgcn", "ablate --models mlp"),
    (r"contributions --models \S+", "contributions --models stgcn"),
    (r"learning --models \S+ --recordings \S+", "learning --models mlp --recordings 8,16"),
    (r"(table(?! --models).*)", r"\1 --models mlp"),
    (r"(table.*) --models \w+ --models mlp", r"\1 --models mlp"),
    (r"-S prepare.frames=80 -S inputs.patches=778", "-S prepare.frames=8 -S inputs.patches=8"),
    (r"mine-0\.npz --with-code path/to/mine\.py", "{inputs}/mine-0.npz --with-code {inputs}/mine.py"),
    (r" mine-0\.npz", " {inputs}/mine-0.npz"),
    (r"/path/to/downloads", "{inputs}/zips"),
    (r"/path/to/MODELS", "{inputs}/models"),
    (r"/path/to/GRAB", "{inputs}/GRAB"),
    (r"/path/to/secure/place", "{inputs}/remote"),
    (r"--size \d+x\d+", "--size 120x90"),
    (r"(render s\d+/\w+(?!.*--size).*)", r"\1 --size 120x90"),
    (r"(render|view|gallery) s\d+/\w+( s\d+/\w+)?", r"\1 {sequence}"),
    (r"gallery$", "gallery {sequence}"),
    (r"(represent(?! --cells).*)", r"\1 --cells action/mlp/0"),
    (r"explore$", "explore --no-stills"),
)
BEFORE = {  # what has gone before, where the page takes it for granted
    r"dvc params diff wider w16": "dvc exp run --name w16 -S models.lstm.hidden=16",
    # of a commit, not of the experiment before it
    r"python -m benchmark (verify|gate|table|ablate|contributions|learning|tune)": RETURN,
    r"python -m benchmark submit .*--with-code": "rm -r submissions/mine results/action/mine",
    r"python -m benchmark verify --outside": "true",  # this one is of the submission before it
    r"dvc exp apply wider": RETURN,
    r"dvc add data/grab": "cp -r data/standin data/grab",  # what `ingest` has made there
}
WAIT = "until ! dvc queue status | grep -qE 'Queued|Running'; do sleep 2; done; ! dvc queue status | grep Failed"
AFTER = {r"dvc queue start$": f'sleep 5; timeout 900 sh -c "{WAIT}"'}


def commands(page: str) -> list[str]:
    """The commands of a page, in order: those of its blocks, and those in a sentence that no line before has."""
    found: list[str] = []
    text = (ROOT / page).read_text().partition("## Measured")[0]  # how something was measured is no advice
    for match in re.finditer(f"{BLOCK}|{INLINE}", text, re.DOTALL | re.MULTILINE):
        if match["inline"]:
            found += [command for command in [" ".join(match["inline"].split())] if command not in found]
        elif match["language"] in ("sh", "console"):
            lines = re.sub(r" *\\\n *", " ", match["block"]).splitlines()
            lines = [line for line in lines if match["language"] == "sh" or line.startswith("$ ")]
            found += [re.sub(r"\s+#.*$", "", line).strip().removeprefix("$ ") for line in lines]
    return [command for command in found if command]


def why_not(command: str) -> str | None:
    """Why a command is not walked, if it is not."""
    return next((reason for begins, reason in NOT_WALKED.items() if re.match(begins, command)), None)


def quick(command: str) -> bool:
    return not any(re.match(begins, command) for begins in LONG)


def ours(command: str) -> str:
    """The command with what a newcomer puts in the place of examples."""
    for example, instead in INSTEAD:
        command = re.sub(example, instead, command)
    return command


class Walker:
    """A repository after `make repro`, what people bring to it, and what came of each step."""

    def __init__(self, repository: Repository, inputs: Path) -> None:
        self.repository, self.inputs = repository, inputs
        self.failed: list[str] = []
        if not inputs.exists():
            inputs.mkdir()
            make_inputs(repository.folder, inputs)
            shutil.copytree(repository.folder / "data/standin", inputs / "GRAB")

    def walk(self, page: str, command: str) -> None:
        """One command of a page, with what goes before and after it."""
        words = ours(command)
        names = {"{inputs}": str(self.inputs)}
        names["{sequence}"] = self.repository.json("data/graphs/manifest.json")["sequences"][0]["id"]
        for name, value in names.items():
            words = words.replace(name, value)
        before = [line for begins, line in BEFORE.items() if re.match(begins, command)][-1:]
        after = [line for begins, line in AFTER.items() if re.match(begins, command)]
        self.step(f"{page}: {command}", *before, words, *after)

    def step(self, title: str, *lines: str, inside: Repository | None = None) -> str:
        """Runs lines of shell one after the other; a failure or a traceback is noted."""
        start, printed = time.monotonic(), ""
        try:
            for line in lines:
                printed += (inside or self.repository).run(line)
            assert "Traceback" not in printed, printed
            verdict = "ok"
        except AssertionError as error:
            verdict, printed = "FAILED", f"{printed}{error}"
            self.failed.append(f"{title}\n{str(error)[-3000:]}")
        print(f"{time.monotonic() - start:6.1f} s  {verdict}  {title}", flush=True)
        return printed

    def commit(self) -> None:
        """Back to the commit, as a newcomer who starts with another page."""
        self.step(
            "back to the commit",
            "git reset -q --hard main && git clean -fdq && git clean -fdxq runs data/grab && dvc checkout -q",
        )


def walk_page(walker: Walker, page: str) -> None:
    walker.commit()
    for command in commands(page):
        if not why_not(command):
            walker.walk(page, command)
    walker.commit()


def expect(walker: Walker, title: str, printed: str, wanted: str) -> None:
    """Note what was not printed, and a step that failed has said already."""
    if not re.search(wanted, printed, re.MULTILINE):
        walker.failed.append(f"{title}: {wanted!r} was not printed\n{printed[-1500:]}")


def covers(repository: Repository, revision: str) -> set[str]:
    """The trained models of the board that a commit has."""
    board = json.loads(repository.run(f"git show {revision}:leaderboard/leaderboard.json"))["boards"][0]
    return {row["model"] for rows in board["tasks"].values() for row in rows if row["training"] != "none"}


def walk_experiments(walker: Walker) -> None:
    """The same experiment in the workspace, apart and in the queue: each has a board of what its grid names."""
    narrow = "-S 'grid.models=[mlp]'"
    walker.step("exp run, in the workspace", f"dvc exp run --name here {narrow}", RETURN)
    walker.step("exp run --temp", f"dvc exp run --temp --name apart {narrow}")
    walker.step("the queue", f"dvc exp run --queue --name queued {narrow}", "dvc queue start", *AFTER.values())
    for name in ("here", "apart", "queued"):
        reference = walker.repository.run(f"git for-each-ref --format='%(refname)' refs/exps | grep /{name}$").strip()
        if (found := covers(walker.repository, reference)) != {"mlp"}:
            walker.failed.append(f"{name} covers {found}")
    printed = walker.step("nothing is left of it", "git status --porcelain", "dvc status")
    expect(walker, "after experiments", printed, "up to date")


def walk_commits(walker: Walker) -> None:
    """Another commit's parameters and board, and back: nothing trains again that was trained."""
    values = yaml.safe_load((walker.repository.folder / "params.yaml").read_text())
    values["grid"]["models"] = ["mlp"]
    walker.commit()  # without cells that experiments left in runs/
    walker.step("a branch", "git checkout -q -b narrower")
    (walker.repository.folder / "params.yaml").write_text(yaml.safe_dump(values))
    commit = "git add -A && git commit -q -m narrower"
    # without the cells of the wider grid, which DVC leaves in runs/ and notes in dvc.lock (docs/experiments.md)
    tidy = "dvc repro -q && git clean -fdxq runs && dvc checkout -q"
    walker.step("its board", tidy, "dvc repro", "python -m benchmark board", commit, "python -m benchmark gate")
    for name in ("main", "narrower", "main"):
        printed = walker.step(
            f"checkout of {name}", f"git checkout -q {name} && git clean -fdxq runs && dvc checkout -q", "dvc status"
        )
        expect(walker, f"checkout of {name}", printed, "up to date")
        printed = walker.step(f"repro, verify and gate at {name}", "dvc repro", "python -m benchmark verify")
        expect(walker, f"verify at {name}", printed, r"^(\d+) of \1 results reproduce$")
        walker.step(f"gate at {name}", "python -m benchmark gate", "git diff --exit-code")


def walk_machines(walker: Walker, folder: Path) -> None:
    """A clone that takes the first one's outputs from a remote, and one that has nothing."""
    first = walker.repository
    walker.step("a remote", f"dvc remote add --local --default shared {folder}/shared", "dvc push -q")
    for name, fetch in (("with a remote", "dvc pull -q"), ("with nothing", "dvc repro -q")):
        second = Repository.at(folder / name.replace(" ", "-"), warm=False)
        walker.step(f"a clone {name}", f"git clone -q {first.folder} {second.folder}")
        local = f"dvc remote add --local --default shared {folder}/shared"
        printed = walker.step(f"its data, {name}", local, fetch, "dvc status", inside=second)
        expect(walker, f"a clone {name}", printed, "up to date")
        if name == "with a remote":
            printed = walker.step("nothing runs there", "dvc repro", "git diff --exit-code", inside=second)
            expect(walker, "a pulled clone", printed, "up to date")
        for line in ("python -m benchmark board", "python -m benchmark reproduced", "python -m benchmark verify"):
            walker.step(f"{line}, {name}", line, inside=second)
        walker.step(f"gate, {name}", "git add -A && git commit -q --allow-empty -m again", inside=second)
        walker.step(f"gate, {name}", "python -m benchmark gate --against HEAD~1", inside=second)
        walker.step(f"exp run, {name}", "dvc exp run -S models.lstm.hidden=24", RETURN, inside=second)
        walker.step(f"exp run --temp, {name}", "dvc exp run --temp -S models.lstm.hidden=20", inside=second)
    third = Repository.at(folder / "stranger", warm=False)
    walker.step("a stranger's clone", f"git clone -q {first.folder} {third.folder}")
    printed = walker.step("verify --fresh", "python -m benchmark verify --fresh", inside=third)
    expect(walker, "a stranger's check", printed, r"^(\d+) of \1 results reproduce$")


def parts(walker: Walker, folder: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    yield from ((page, partial(walk_page, walker, page)) for page in PAGES)
    yield "experiments", lambda: walk_experiments(walker)
    yield "commits", lambda: walk_commits(walker)
    yield "machines", lambda: walk_machines(walker, folder)


def main() -> None:
    """Walk all of it, or some parts; exit status 1 if a step failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "parts", nargs="*", help="pages such as README.md, experiments, commits, machines; default: all"
    )
    parser.add_argument("--folder", type=Path, help="that of an earlier call, or to be; default: a new one")
    chosen = parser.parse_args()
    folder = (chosen.folder or Path(tempfile.mkdtemp(prefix="walk-"))).resolve()
    repository = Repository.at(folder / "first", warm=False)
    if not (folder / "inputs").exists():
        (folder / "first").mkdir(parents=True)
        repository = Repository(folder / "first", warm=False)
        repository.run("python -m benchmark repro && git add -A && git commit -q -m board")
    walker = Walker(repository, folder / "inputs")
    known = dict(parts(walker, folder))
    for name in chosen.parts or known:
        print(f"== {name}", flush=True)
        known[name]()
    print("\n\n".join(["", *walker.failed, f"{len(walker.failed)} failed"]))
    sys.exit(bool(walker.failed))


if __name__ == "__main__":
    main()
