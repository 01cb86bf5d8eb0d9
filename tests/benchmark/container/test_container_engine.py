"""Containers for real: the cpu image is built, run, interrupted, starved, and its leaderboard compared with ours.

Without an engine, or where the base image, an index or the space for the image cannot be had, all of it is skipped,
loudly. The environment may say

- ``DEEPGRASP_UNTESTED``: why none of it can be tested, as `.ci/engine` found out,
- ``DEEPGRASP_BASE_IMAGE``: the image to build on in place of the Dockerfile's, any Debian with python3-venv,
- ``DEEPGRASP_TORCH_INDEX``: where to look for torch; empty for pip's own index and ``docker/wheels`` only,
- ``DEEPGRASP_BUILD_SECRETS``: ``pip.conf=FILE ca=FILE``, for a build behind a proxy,
- ``DEEPGRASP_BUILD_NETWORK``: the network of the build, such as ``host``,
- ``DEEPGRASP_DOCKER``: the docker command to build with.

All but the first are options of ``container build``, which is what reads them.
"""

import gc
import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from benchmark.container import engine, pins
from benchmark.container.build import FULL, UNREACHABLE
from benchmark.container.job import OWNER
from deepgrasp.errors import InputError
from tests.repository import Repository

ROOT = Path(__file__).parents[3]
TAG = f"deepgrasp-bench:tested-{os.getpid()}"  # of its own: suites may run side by side
LIMIT = 2.5e9  # bytes
NOBODY = 4321
COMMAND = [sys.executable, "-m", "benchmark", "container"]


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """The engine; the one place that decides whether containers are tested."""
    if reason := os.environ.get("DEEPGRASP_UNTESTED"):
        pytest.skip(f"containers: NOT TESTED, {reason}")
    try:
        client = engine.connect()
    except InputError as error:
        pytest.skip(f"containers: NOT TESTED, {error}")
    base = os.environ.get("DEEPGRASP_BASE_IMAGE") or default_base()
    try:
        engine.find_image(client, base, "cpu")
    except InputError:
        try:
            client.images.pull(base)
        except Exception as error:
            pytest.skip(f"containers: NOT TESTED, the base image {base} cannot be had: {' '.join(str(error).split())}")
    yield client
    client.close()


def default_base() -> str:
    found = re.search(r"^ARG BASE=(\S+)", (ROOT / "docker/Dockerfile").read_text(), re.MULTILINE)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def image(client: Any) -> Iterator[Any]:
    """The cpu image, built as the command builds it."""
    done = call([*COMMAND, "build", "--target", "cpu", "--tag", TAG], timeout=1800)
    if done.returncode and (trouble := FULL.search(done.stderr) or UNREACHABLE.search(done.stderr)):
        pytest.skip(f"containers: NOT TESTED, the image cannot be built here: {trouble[0]}")
    assert done.returncode == 0, done.stderr[-3000:]
    image = client.images.get(TAG)
    assert image.id in done.stdout
    yield image
    client.images.remove(TAG, force=True)


@pytest.fixture(autouse=True)
def _nothing_left(client: Any) -> Iterator[None]:
    yield
    assert client.containers.list(all=True, filters={"label": OWNER, "ancestor": TAG}) == []


def call(command: list[str], folder: Path = ROOT, timeout: float = 300) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=timeout)


def run(*arguments: str, folder: Path = ROOT, timeout: float = 300) -> subprocess.CompletedProcess[str]:
    return call([*COMMAND, "run", "--target", "cpu", "--tag", TAG, *arguments], folder, timeout)


def test_image_is_small_labelled_and_not_roots(image: Any) -> None:
    assert image.attrs["Size"] <= LIMIT
    assert image.attrs["Config"]["User"] == "1000:1000"
    labels = image.labels
    head = call(["git", "rev-parse", "HEAD"]).stdout.strip()
    assert labels["org.opencontainers.image.revision"].removesuffix("-dirty") == head
    assert labels["org.opencontainers.image.base.name"] == os.environ.get("DEEPGRASP_BASE_IMAGE", default_base())
    assert labels["deepgrasp.torch"] == pins.read_pins(ROOT / pins.TORCH)["torch"]


def test_image_lock_and_project_agree(image: Any) -> None:
    done = call([*COMMAND, "verify", "--target", "cpu", "--tag", TAG])
    assert done.returncode == 0, done.stderr
    assert "has every locked version" in done.stdout
    assert "healthy: forward on cpu" in done.stdout
    assert "built without CUDA" in done.stdout
    listed = json.loads((ROOT / "data/images/cpu.cdx.json").read_text())["components"]
    assert {"python", "torch", "git"} <= {component["name"] for component in listed}


def test_the_engine_calls_it_healthy(client: Any, image: Any) -> None:
    second = 10**9
    container = client.containers.run(image, ["sleep", "600"], detach=True, healthcheck={"interval": 2 * second})
    try:
        status = "starting"
        for _ in range(120):
            container.reload()
            status = container.attrs["State"]["Health"]["Status"]
            if status != "starting":
                break
            time.sleep(0.5)
        assert status == "healthy", container.attrs["State"]["Health"]
    finally:
        container.remove(force=True)


def test_output_and_status_are_passed_on(image: Any) -> None:
    done = run("--", "sh", "-c", "echo out; echo err >&2; exit 7")
    assert (done.returncode, done.stdout, done.stderr) == (7, "out\n", "err\n")


def test_neither_network_nor_secrets_nor_wheels_inside(image: Any) -> None:
    connect = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=5)"
    assert "Network is unreachable" in run("--", "python", "-c", connect).stderr  # with one it would time out
    done = run("sh", "-c", "ls -A /run/secrets /wheels /root/.cache 2>/dev/null; env")
    assert "pip.conf" not in done.stdout
    assert ".whl" not in done.stdout
    assert f"DEEPGRASP_IMAGE={image.id}" in done.stdout


def test_files_belong_to_the_caller(image: Any, tmp_path: Path) -> None:
    # never as root: in its place the owner of the repository, or the image's user where that is root too
    user = os.getuid() or ROOT.stat().st_uid or 1000
    tmp_path.chmod(0o777)
    done = run("--mount", f"{tmp_path}:/there", "sh", "-c", "id -u; touch /there/made")
    assert done.stdout == f"{user}\n", done.stderr
    assert (tmp_path / "made").stat().st_uid == user


def test_the_root_file_system_is_read_only_and_scratch_is_not(image: Any) -> None:
    tries = "; ".join(
        f"touch {path}/new && echo {path}" for path in ("/", "/usr", "/opt/venv", "/tmp", "/var/tmp", "/home/bench")
    )
    assert run("--", "sh", "-c", tries).stdout.split() == ["/tmp", "/var/tmp", "/home/bench"]


def test_dvc_and_git_need_no_more(image: Any, tmp_path: Path) -> None:
    for name in ("params.yaml", "pyproject.toml", *map(str, pins.IMAGE)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "dvc.yaml").write_text("stages: {one: {cmd: echo made > made, outs: [made]}}\n")
    who = give_away(tmp_path)
    done = run("--user", who, "--", "sh", "-ec", "git init -q; dvc init -q; dvc repro; cat made", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("made\n")


def test_processes_and_memory_have_limits_of_themselves(image: Any) -> None:
    # cgroups of the first and second version
    read = "cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null; "
    read += "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null"
    processes, memory = map(int, run("--", "sh", "-c", read).stdout.split())
    assert processes == 8192
    assert memory < os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


@pytest.mark.parametrize("user", ["0", "0:0", "root", "00:5", "1000:1000:0"])
def test_nothing_runs_as_root(image: Any, user: str) -> None:
    done = run("--user", user, "true")
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: --user {user}: is ")


BASE = "import json, os, socket, sys, time\ndef train_cell(params, task, model, replicate, graphs, out):\n    "
REPORT = "out.mkdir(); (out / 'answer').write_text(json.dumps([os.getuid(), sorted(os.environ), os.listdir('/bench')]))"


@pytest.fixture
def enclosed(image: Any, tmp_path: Path) -> Iterator[Any]:
    """Runs a line of Python in place of a training, as submitted code runs; what it leaves in ``out`` comes back."""
    from benchmark.submissions.enclosure import BOOT, Bounds
    from benchmark.submissions.in_container import container

    def call(line: str, **bounds: Any) -> bytes:
        files = {
            "benchmark/params.py": "def load_params(path): pass",
            "benchmark/pipeline/predictions.py": "PREDICTIONS_FILE = 'answer'",
            "benchmark/pipeline/train.py": BASE + line,
            BOOT: (ROOT / "benchmark/submissions" / BOOT).read_text(),
        }
        for name, text in files.items():
            (tmp_path / "inside" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "inside" / name).write_text(text)
        small: dict[str, Any] = {"seconds": 60.0, "memory": 2**29, "processes": 50, "answer": 2**20}
        said = {"task": "action", "model": "mine", "replicate": 0}
        return container(ROOT, TAG).run(tmp_path / "inside", said, Bounds(**{**small, **bounds}))

    yield call
    with warnings.catch_warnings():  # the SDK leaves the socket to a container to the garbage collector
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def test_submitted_code_has_nothing_but_what_goes_in(enclosed: Any) -> None:
    uid, environment, files = json.loads(enclosed(REPORT))
    assert uid == 65534
    assert "DEEPGRASP_IMAGE" not in environment
    assert sorted(files) == ["benchmark", "inside_enclosure.py"]


@pytest.mark.parametrize(
    ("line", "bounds", "says"),
    [
        ("socket.create_connection(('192.0.2.1', 80), timeout=5)", {}, "Network is unreachable"),
        ("open('/bench/inside_enclosure.py', 'w')", {}, "Read-only file system"),
        ("open('/usr/new', 'w')", {}, "Read-only file system"),
        ("[os.fork() or time.sleep(60) for _ in range(999)]", {}, "Resource temporarily unavailable"),
        ("bytearray(2**30).count(1)", {}, "was killed for memory"),
        ("open('/tmp/new', 'wb').write(bytes(2**22))", {}, "File too large"),
        ("[open(f'/tmp/{k}', 'wb').write(bytes(2**20)) for k in range(9)]", {}, "No space left on device"),
        ("[os.write(answer, bytes(2**16)) for answer in range(3, 9) for _ in range(99)]", {}, "than 1 MB"),
        ("time.sleep(60)", {"seconds": 3.0}, "did not end within"),
        ("sys.exit('verified')", {}, "does not train .status 1: verified"),
    ],
)
def test_what_submitted_code_takes_is_bounded(enclosed: Any, line: str, bounds: dict[str, float], says: str) -> None:
    with pytest.raises(InputError, match=says):
        enclosed(line, **bounds)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted(image: Any, number: signal.Signals) -> None:
    with started() as process:
        process.send_signal(number)
        assert process.wait(timeout=30) == 130


def test_what_a_killed_command_leaves_is_swept_by_the_next(client: Any, image: Any) -> None:
    with started() as process:
        process.kill()
    assert len(client.containers.list(filters={"label": OWNER, "ancestor": TAG})) == 1
    assert run("true").returncode == 0


@contextmanager
def started() -> Iterator["subprocess.Popen[str]"]:
    """A command that waits in a container; it is dead at the end."""
    command = [*COMMAND, "run", "--target", "cpu", "--tag", TAG, "--", "sh", "-c", "echo started; sleep 600"]
    heed = ["env", "--default-signal=INT"]  # what is started in the background, as tests may be, ignores Ctrl-C
    with subprocess.Popen([*heed, *command], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "started\n"
            yield process
        finally:
            process.kill()


def test_shell(image: Any) -> None:
    keyboard, terminal = pty.openpty()
    command = [*COMMAND, "shell", "--target", "cpu", "--tag", TAG]
    process = subprocess.Popen(command, cwd=ROOT, stdin=terminal, stdout=terminal, stderr=terminal)
    os.close(terminal)
    read_until(keyboard, re.compile(rb"[#$] "))
    os.write(keyboard, b"echo $((6 * 7)); exit 5\n")
    screen = read_until(keyboard, None)
    os.close(keyboard)
    assert process.wait(timeout=30) == 5
    assert b"\r42\r\n" in screen


def read_until(terminal: int, prompt: "re.Pattern[bytes] | None") -> bytes:
    """What a terminal shows up to a prompt, or until it closes."""
    screen = b""
    with suppress(OSError):  # how Linux says that the other side is closed
        while prompt is None or not prompt.search(screen):
            assert select.select([terminal], [], [], 120)[0], screen
            screen += os.read(terminal, 4096)
    return screen


def test_killed_for_memory(image: Any) -> None:
    done = run("--memory", "128m", "--", "python", "-c", "print('begun'); x = bytearray(2**30)")
    assert done.returncode == 1
    assert done.stdout == "begun\n"
    assert done.stderr.startswith("error: container: a process in the container was killed for memory (limit 128m)")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--memory", "much", "true"], "error: Docker: "),
        (["--cpus", "4096", "true"], "error: Docker: "),
    ],
)
def test_mistakes_that_the_engine_finds(image: Any, arguments: list[str], says: str) -> None:
    done = run(*arguments)
    assert done.returncode == 1
    assert done.stderr.startswith(says)
    assert len(done.stderr.splitlines()) == 1


def test_limits_are_the_containers(image: Any) -> None:
    done = run("--shm", "77m", "--", "df", "--output=size", "--block-size=1M", "/dev/shm")
    assert done.stdout.split() == ["1M-blocks", "77"]


def test_image_missing(client: Any) -> None:
    done = call([*COMMAND, "run", "--target", "cpu", "--tag", "absent:1", "true"])
    assert done.returncode == 1
    assert done.stderr.startswith("error: absent:1: no such image; build it with")


def test_image_of_another_lock(image: Any, tmp_path: Path) -> None:
    (tmp_path / "docker").mkdir()
    for name in ("params.yaml", "pyproject.toml", *map(str, pins.IMAGE)):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "docker/requirements-no-deps.lock").write_text("torch-geometric-temporal==0.1\n")
    done = run("true", folder=tmp_path)
    assert done.returncode == 1
    assert "the image was built from another lock" in done.stderr


@pytest.mark.skipif(engine.GPU_DEVICE.exists(), reason="this machine has a GPU")
def test_gpu_without_the_toolkit(image: Any) -> None:
    pretend = (
        "import sys; from benchmark.cli import main; from benchmark.container import job; "
        "job.GPU_DEVICE = job.GPU_DEVICE.parent; sys.argv[0] = 'benchmark'; main()"
    )
    command = [sys.executable, "-c", pretend, "container", "run", "--target", "cuda", "--tag", TAG, "true"]
    done = call(command)
    assert done.returncode == 1
    assert done.stderr.startswith("error: GPU: the engine cannot hand over the GPU")
    assert "install the NVIDIA container toolkit" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_leaderboard_inside_equals_the_one_outside(image: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    own = Path("cache")  # below .dvc of each: from one that both have, the second would take what the first has made
    outside = Repository(tmp_path_factory.mktemp("outside"), own, warm=False)
    inside = Repository(tmp_path_factory.mktemp("inside"), own)
    outside.run("dvc repro")
    who = give_away(inside.folder)
    done = run("--user", who, "--env", "OMP_NUM_THREADS=1", "--", "dvc", "repro", folder=inside.folder, timeout=1800)
    assert done.returncode == 0, done.stdout + done.stderr
    names = sorted(str(path.relative_to(outside.folder)) for path in (outside.folder / "results").rglob("*.json"))
    assert len(names) >= 11
    for name in names:
        mine, theirs = outside.json(name), inside.json(name)
        assert (theirs["metrics"], theirs["confusion"]) == (mine["metrics"], mine["confusion"]), name
        assert theirs["run"]["provenance"]["image"] == image.id
        assert theirs["run"]["provenance"]["commit"]
        assert mine["run"]["provenance"]["image"] is None
    assert scores(inside) == scores(outside)
    assert (inside.folder / names[0]).stat().st_uid == int(who.partition(":")[0])


def give_away(folder: Path) -> str:
    """Root gives the folder to a user without rights; anybody else is one already."""
    if os.getuid() != 0:
        return f"{os.getuid()}:{os.getgid()}"
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    return f"{NOBODY}:{NOBODY}"


def scores(repository: Any) -> dict[str, Any]:
    """The leaderboard's figures by task and row, without what a run took."""
    tasks = repository.json("leaderboard/leaderboard.json")["boards"][0]["tasks"]
    return {task: {(row["model"], row["training"]): row["metrics"] for row in rows} for task, rows in tasks.items()}
