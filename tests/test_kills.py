"""What writes is killed at random moments: the next writer finds the old or the new, and leaves nothing beside it."""

import hashlib
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import kills

ROOT = Path(__file__).parent.parent
# a folder and a file written again and again, as fast as it goes, so that a kill meets every step
WRITES = """
import sys
from pathlib import Path
from benchmark.command_exit import in_one_line
from deepgrasp.files import replaced, write_text
def write():
    place = Path(sys.argv[1])
    print("writing", flush=True)
    while True:
        for text in ("one", "two"):
            with replaced(place / "folder") as scratch:
                for k in range(3):
                    (scratch / str(k)).write_text(text)
            write_text(place / "file", text * 9999)
in_one_line(write)
"""
LAST = WRITES.replace("while True:", "for _ in range(1):")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_killed_at_a_random_moment(tmp_path: Path, number: signal.Signals) -> None:
    draw = random.Random(int(number))
    subprocess.run([sys.executable, "-c", LAST, tmp_path], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    for _ in range(8):
        code = f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n{WRITES}"
        with subprocess.Popen(
            [sys.executable, "-c", code, tmp_path], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(draw.uniform(0.0, 0.1))
            writer.send_signal(number)
            _, complained = writer.communicate(timeout=30)
        if number != signal.SIGKILL:
            assert complained.decode().count("\n") == 1
            # between two instructions a signal may leave the empty lock file, which the next writer takes away
            left = {path.name for path in tmp_path.iterdir() if path.suffix != ".lock"}
            assert left == {"file", "folder"}
        assert (tmp_path / "file").read_text() in ("one" * 9999, "two" * 9999)
        assert {(tmp_path / "folder" / str(k)).read_text() for k in range(3)} in ({"one"}, {"two"})
    subprocess.run([sys.executable, "-c", LAST, tmp_path], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


KILLED = "def killed(): first and os.kill(os.getpid(), 15)"  # by itself: at just that step, however slow the machine
HONEST = "os.replace(scratch, file)"
FAULTS = {  # in a command of three steps, killed after the second: what the script that kills must say of it
    "nothing": (f"scratch.write_text('new'); killed(); {HONEST}", ""),
    "torn": ("file.write_text('ne'); killed(); file.write_text('new')", "neither old nor new: README.md"),
    "not done again": (f"first or sys.exit(7); file.write_text('old'); killed(); {HONEST}", "fails with 7"),
    "another outcome": ("killed(); file.write_text('new' if first else 'other')", "differs: README.md"),
    "litter": (
        f"scratch.write_text('new'); (Path('data') / f'.x{{os.getpid()}}.lock').touch(); killed(); {HONEST}",
        "left: data/.x",
    ),
    "a process": (
        f"scratch.write_text('new'); first and subprocess.Popen(['sleep', '5']); killed(); {HONEST}",
        "still runs: sleep 5",
    ),
    "a traceback": (
        f"signal.signal(15, lambda *_: 1 / 0); killed(); scratch.touch(); {HONEST}",
        "a traceback",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_script_that_kills_sees_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    code, said = FAULTS[fault]
    first = "first = not Path('.called').exists(); Path('.called').touch()"
    names = "file, scratch = Path('README.md'), Path('.scratch')"
    (tmp_path / "command.py").write_text(
        f"import os, signal, subprocess, sys\nfrom pathlib import Path\n{first}\n{names}\n{KILLED}\n{code}\n"
    )
    (tmp_path / "data").mkdir()
    for name in ("README.md", "params.yaml"):
        (tmp_path / name).write_text("old")
    old = kills.state(tmp_path)
    new = old | {"README.md": hashlib.sha256(b"new").hexdigest()}
    monkeypatch.setitem(kills.COMMANDS, fault, kills.Command(f"{sys.executable} command.py"))
    monkeypatch.setattr(kills.left, "__defaults__", (0.5,))  # seconds that a process has to end
    found = kills.kill(tmp_path, fault, "TERM", 60.0, old, new)
    assert ([said in found[0]] if said else found) == ([True] if said else [])
