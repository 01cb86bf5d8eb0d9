"""What writes is killed at random moments: the next writer finds the old or the new, and leaves nothing beside it."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# a folder and a file written again and again, as fast as it goes, so that a kill meets every step
WRITES = """
import sys
from pathlib import Path
from benchmark.ending import in_one_line
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
            assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
        assert (tmp_path / "file").read_text() in ("one" * 9999, "two" * 9999)
        assert {(tmp_path / "folder" / str(k)).read_text() for k in range(3)} in ({"one"}, {"two"})
    subprocess.run([sys.executable, "-c", LAST, tmp_path], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
