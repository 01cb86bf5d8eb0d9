"""Whether the boards of other profiles and of probes say what their numbers say, and `boards/` holds nothing else."""

import re
from pathlib import Path

from benchmark.board.board_file import BOARD_FILE, load_boards
from benchmark.board.leaderboard import leaderboard_text, summary
from benchmark.board.page.render import PAGE_FILE
from benchmark.board.probes_file import PROBES_FILE, PROBES_FOLDER, load_probes
from benchmark.checks.edited_files import present
from benchmark.checks.other_pages import unlike_page
from benchmark.paths import BOARDS
from benchmark.pipeline.schema import to_json
from benchmark.probing.probe_tables import tables

_MOST = 3  # problems of one page: a page of other numbers differs everywhere
KNOWN = re.compile(
    r"README\.md|learning\.json"
    rf"|{PROBES_FOLDER}/({re.escape(PROBES_FILE)}|PROBES\.md)"
    rf"|[\w-]+/({re.escape(BOARD_FILE)}|LEADERBOARD\.md|summary\.json|{re.escape(PAGE_FILE)}|plots/[\w/-]+\.png)"
)


def unlike(root: Path) -> list[str]:
    """Texts and pages of `boards/` that are not what the JSON beside them says, and files that no command leaves there.

    The results behind these boards are not in the repository: that their numbers are right, only a run anew can say.

    Raises:
        InputError: a board was damaged.
    """
    problems = []
    for file in sorted((root / BOARDS).glob(f"*/{BOARD_FILE}")):
        found = load_boards(file.parent)
        made = {"LEADERBOARD.md": leaderboard_text(found), "summary.json": to_json(summary(found))}
        problems += _differing(root, file.parent, made)
        page = file.with_name(PAGE_FILE)
        name = page.relative_to(root).as_posix()
        said = [] if page.is_symlink() or not page.exists() else list(unlike_page(page))  # links are told elsewhere
        problems += [f"{name}: {each}: run `python -m benchmark board`, or take it back" for each in said[:_MOST]]
    if (probes := load_probes(root / BOARDS / PROBES_FOLDER)) is not None:
        problems += _differing(root, root / BOARDS / PROBES_FOLDER, {"PROBES.md": tables(probes)})
    names = [name.removeprefix(f"{BOARDS.name}/") for name in present(root, BOARDS)]
    # numbers alone make a board of a folder: without them nothing says what its page and texts should show
    folders = {
        "",
        PROBES_FOLDER,
        *(name.removesuffix(f"/{BOARD_FILE}") for name in names if name.endswith(f"/{BOARD_FILE}")),
    }
    strange = [name for name in names if not KNOWN.fullmatch(name) or _folder(name) not in folders]
    return problems + [f"{BOARDS.name}/{name} is no file of a board" for name in strange]


def _folder(name: str) -> str:
    """The first folder of a path; empty where there is none."""
    return name.partition("/")[0] if "/" in name else ""


def _differing(root: Path, folder: Path, made: dict[str, str]) -> list[str]:
    said = []
    for name, expected in made.items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8", errors="replace") != expected:
            shown = path.relative_to(root).as_posix()
            said.append(f"{shown} is not what the JSON beside it says: run the command that made it, or take it back")
    return said
