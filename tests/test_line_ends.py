"""A clone has the same bytes wherever it is made: locks, results and the gate compare hashes."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, encoding="utf-8").stdout


def test_a_clone_with_windows_line_ends_has_the_same_bytes(tmp_path: Path) -> None:
    listed = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")
    files = {name: (ROOT / name).read_bytes() for name in listed if name and (ROOT / name).is_file()}
    files |= {"submissions/theirs/encoder.py": b"x = 1\r\n", "pictures/a.png": b"\x89PNG\r\n\x1a\n"}
    for name, content in files.items():
        file = tmp_path / "ours" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    for command in (["init", "-q"], ["add", "--all", "--force"], ["commit", "-q", "-m", "all"]):
        git(tmp_path / "ours", "-c", "core.safecrlf=false", *command)
    git(tmp_path, "clone", "-q", "-c", "core.autocrlf=true", "-c", "core.eol=crlf", "ours", "theirs")
    assert [name for name, content in files.items() if (tmp_path / "theirs" / name).read_bytes() != content] == []
