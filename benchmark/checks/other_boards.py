"""Whether the boards of other profiles and of probes say what their numbers say, and `boards/` holds nothing else."""

import re
from pathlib import Path

from benchmark.board.board_file import FILE, load_boards
from benchmark.board.leaderboard import summary
from benchmark.board.markdown import markdown
from benchmark.board.probed import FOLDER, PROBED, load_probes
from benchmark.checks.generated import present
from benchmark.paths import BOARDS
from benchmark.pipeline.schema import to_json
from benchmark.probing.probe_tables import tables

KNOWN = re.compile(
    r"README\.md|learning\.json"
    rf"|{FOLDER}/({re.escape(PROBED)}|PROBES\.md)"
    rf"|[\w-]+/({re.escape(FILE)}|LEADERBOARD\.md|summary\.json|index\.html|plots/[\w/-]+\.png)"
)


def unlike(root: Path) -> list[str]:
    """Texts of `boards/` that are not what the JSON beside them says, and files that no command leaves there.

    The results behind these boards are not in the repository: that their numbers are right, only a run anew can say.

    Raises:
        InputError: a board was damaged.
    """
    problems = []
    for file in sorted((root / BOARDS).glob(f"*/{FILE}")):
        found = load_boards(file.parent)
        if len(found) == 1:  # as every profile leaves it
            made = {"LEADERBOARD.md": f"# Leaderboard\n\n{markdown(found[0])}", "summary.json": to_json(summary(found))}
            problems += _differing(root, file.parent, made)
    if (probes := load_probes(root / BOARDS / FOLDER)) is not None:
        problems += _differing(root, root / BOARDS / FOLDER, {"PROBES.md": tables(probes)})
    strange = [name for name in present(root, BOARDS) if not KNOWN.fullmatch(name.removeprefix(f"{BOARDS.name}/"))]
    links = [name for name in present(root, BOARDS) if (root / name).is_symlink()]
    return problems + [f"{name} is no file of a board" for name in strange] + [f"{name} is a link" for name in links]


def _differing(root: Path, folder: Path, made: dict[str, str]) -> list[str]:
    said = []
    for name, text in made.items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8", errors="replace") != text:
            shown = path.relative_to(root).as_posix()
            said.append(f"{shown} is not what the JSON beside it says: run the command that made it, or take it back")
    return said
