"""Containers without an engine: what is found wrong before one is needed, what is mounted, what the lock promises."""

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import docker
import pytest
import requests
import yaml
from packaging.requirements import Requirement

from benchmark import params as parameters
from benchmark.container import engine, job, pins
from benchmark.container.mounts import HOME, volumes
from benchmark.container.runner import created
from deepgrasp.errors import InputError

ROOT = Path(__file__).parents[3]
EXTRAS = Path("docker/requirements-extras.lock")
NO_ENGINE = {"DOCKER_HOST": "unix:///nowhere/docker.sock"}
TORCH = pins.read_pins(ROOT / pins.TORCH)["torch"]
FILES = ("params.yaml", "pyproject.toml", *map(str, pins.IMAGE))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the commands read of a repository."""
    (tmp_path / "repository" / "docker").mkdir(parents=True)
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / "repository" / name)
    return tmp_path / "repository"


def container(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmark", "container", *arguments]
    return subprocess.run(command, cwd=folder, env=os.environ | environment, capture_output=True, text=True)


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["verify"], "no engine answers"),
        (["run", "--", "true"], "no engine answers"),
        (["build"], "no engine answers"),
        (["run", "--mount", "/nowhere", "true"], "--mount /nowhere: /nowhere does not exist"),
        (["run", "--mount", ".:inside", "true"], "--mount .:inside: is not a mount"),
        (["run", "--target", "tpu", "true"], "--target tpu: no such target"),
        (["run", "--target", "cpu", "--gpu", "true"], "--gpu: "),
    ],
)
def test_mistakes(folder: Path, arguments: list[str], says: str) -> None:
    done = container(folder, *arguments, **NO_ENGINE)
    assert done.returncode == 1
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_data_that_do_not_exist(folder: Path) -> None:
    change(folder / "params.yaml", "root: data/standin ", "root: /nowhere/GRAB ")
    done = container(folder, "run", "true", **NO_ENGINE)
    assert done.stderr.startswith("error: params.yaml, data.root: /nowhere/GRAB does not exist")


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("pyproject.toml", '"torch>=2.8"', '"torch>=99"', f"torch=={TORCH} is not torch>=99"),
        ("pyproject.toml", '"torch>=2.8"', '"torch>=2.8", "absent"', "lacks absent"),
        ("docker/requirements-torch-needs.lock", "sympy==", "numpy==", "numpy is in two files"),
        ("docker/requirements-torch.lock", "torch==", "torchless==", "requirements-torch.lock lacks torch"),
        ("docker/requirements.lock", "numpy==", "numpy>=", "' is not pinned"),
    ],
)
@pytest.mark.parametrize("command", ["verify", "build"])
def test_a_lock_out_of_date(folder: Path, command: str, file: str, old: str, new: str, says: str) -> None:
    change(folder / file, old, new)
    done = container(folder, command, **NO_ENGINE)
    assert done.returncode == 1
    assert says in done.stderr
    assert "make lock" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def fake_docker(folder: Path, script: str) -> str:
    file = folder / "fake-docker"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return str(file)


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("echo '#9 ERROR: write /x: no space left on device'; exit 1", "Docker: the disk is full"),
        ("echo 'ERROR: BuildKit is enabled but the buildx component is missing'; exit 1", "cannot build with BuildKit"),
        ("echo '#3 ok'; echo 'ERROR: failed to solve: no such base'; exit 1", "ERROR: failed to solve: no such base"),
        (
            "echo 'Retrying: [Errno -3] Temporary failure in name resolution'; echo 'ERROR: none found'; exit 1",
            r"something cannot be reached \(Temporary failure in name resolution\)",
        ),
        (None, "no such command"),
    ],
)
def test_a_build_that_fails(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], script: str | None, says: str
) -> None:
    from benchmark.container.build import DOCKER_VARIABLE, build

    monkeypatch.setenv(DOCKER_VARIABLE, fake_docker(folder, script) if script else "/nowhere/docker")
    with pytest.raises(InputError, match=says):
        build(folder, "cpu")


def test_what_the_builder_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from benchmark.container.build import DOCKER_VARIABLE, build

    monkeypatch.setenv(
        DOCKER_VARIABLE, fake_docker(folder, 'for each in "$@"; do echo "$each"; done; echo "kit $DOCKER_BUILDKIT"')
    )
    secret = folder / "params.yaml"
    build(folder, "cuda", base="mine:1", torch_index="", secrets=[f"ca={secret}"], network="host")
    told = capsys.readouterr().err.splitlines()
    assert {
        "BASE=mine:1",
        "TORCH_INDEX=",
        f"LOCK={pins.lock_digest(folder)}",
        f"id=ca,src={secret}",
        "cuda",
        "kit 1",
    } <= set(told)
    with pytest.raises(InputError, match="is not a file under a name"):
        build(folder, "cuda", secrets=["ca=/nowhere"])
    with pytest.raises(InputError, match="history would keep; write it as extra-index-url") as raised:
        build(folder, "cuda", torch_index="https://me:hush@example.org/simple")
    assert "hush" not in str(raised.value)


@pytest.fixture
def closed_socket(tmp_path: Path) -> Iterator[Path]:
    """A socket that this process may not open; root is somebody else meanwhile."""
    path = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        path.chmod(0)
        if os.getuid() == 0:
            os.seteuid(65534)
        yield path
        if os.getuid() == 0:
            os.seteuid(0)


def test_no_permission_on_the_socket(closed_socket: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{closed_socket}")
    with pytest.raises(InputError, match="no permission on the engine's socket"):
        engine.connect()


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A context of the docker command that is in use; returns its engine's address."""
    where = f"unix://{tmp_path}/context.sock"
    meta = tmp_path / "contexts" / "meta" / hashlib.sha256(b"mine").hexdigest() / "meta.json"
    meta.parent.mkdir(parents=True)
    meta.write_text(json.dumps({"Name": "mine", "Metadata": {}, "Endpoints": {"docker": {"Host": where}}}))
    (tmp_path / "config.json").write_text('{"currentContext": "mine"}')
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.delenv("DOCKER_CONTEXT", raising=False)
    return where


def test_the_engine_is_where_the_docker_command_finds_it(
    context: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from benchmark.container.build import DOCKER_VARIABLE, build

    assert engine.host() == (context, None)
    with pytest.raises(InputError, match=f"{context}: no engine answers"):
        engine.connect()
    monkeypatch.setenv(DOCKER_VARIABLE, fake_docker(folder, 'echo "at $DOCKER_HOST"'))
    build(folder, "cpu")
    assert f"at {context}" in capsys.readouterr().err
    monkeypatch.setenv("DOCKER_CONTEXT", "default")
    assert engine.host() == ("unix:///var/run/docker.sock", None)
    monkeypatch.setenv("DOCKER_CONTEXT", "absent")
    with pytest.raises(InputError, match="Docker's context absent: no such context"):
        engine.host()
    monkeypatch.setenv("DOCKER_HOST", "tcp://elsewhere:2375")
    assert engine.host() == ("tcp://elsewhere:2375", None)


@pytest.mark.parametrize(
    ("complaint", "says"),
    [
        ('could not select device driver "" with capabilities: [[gpu]]', "NVIDIA container toolkit"),
        (
            "nvidia-container-cli: load library failed: libnvidia-ml.so.1",
            "NVIDIA container toolkit",
        ),
        ("failed to create task: write /var/lib/docker: no space left on device", "the disk is full"),
        ('exec: "nvidia-smi": executable file not found in $PATH: unknown', "no such command in the image"),
        ("something\nelse", "something else"),
    ],
)
def test_what_the_engine_says_is_explained(complaint: str, says: str) -> None:
    error = engine.explain(complaint)
    assert says in str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("device", "target", "asked", "wanted"),
    [
        (True, "cuda", None, True),
        (True, "cuda", False, False),
        (True, "cuda", True, True),
        (True, "cpu", None, False),
        (False, "cuda", None, False),
        (True, "cpu", True, "the cpu image cannot use one"),
        (False, "cuda", True, "no NVIDIA GPU"),
    ],
)
def test_who_gets_a_gpu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, device: bool, target: str, asked: bool | None, wanted: bool | str
) -> None:
    monkeypatch.setattr(job, "GPU_DEVICE", tmp_path if device else tmp_path / "none")
    if isinstance(wanted, bool):
        assert job.wants_gpu(target, asked) is wanted
    else:
        with pytest.raises(InputError, match=wanted):
            job.wants_gpu(target, asked)


def test_only_the_health_check_wants_a_gpu(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from benchmark.container import image_check

    monkeypatch.setattr(job, "GPU_DEVICE", tmp_path)
    asked: list[bool] = []

    @contextmanager
    def created(client: object, **settings: Any) -> Iterator[None]:
        asked.append(bool(settings["device_requests"]))
        yield

    monkeypatch.setattr(image_check, "created", created)
    monkeypatch.setattr(image_check, "follow_container", lambda container, out, err: 0)
    engine_, image = MagicMock(), MagicMock()
    image_check.save_list(engine_, image, "cuda", tmp_path)
    image_check.capture(engine_, image, "cuda", ["true"], gpu=None)
    assert asked == [False, True]


@pytest.mark.parametrize(
    ("target", "health", "holds"),
    [
        ("cpu", "torch 2, built without CUDA", True),
        ("cpu", "torch 2, CUDA 13.0, sees no GPU", False),
        ("cuda", "torch 2, built without CUDA", False),
        ("cuda", "torch 2, CUDA 13.0, sees no GPU", True),
    ],
)
def test_torch_is_built_for_the_target(target: str, health: str, holds: bool) -> None:
    from benchmark.container.image_check import check_variant

    with nullcontext() if holds else pytest.raises(InputError, match=f"torch's build is not the {target} image's"):
        check_variant(health, "image:1", target)


def test_compose_and_devcontainer_are_as_closed_as_run() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())["x-common"]
    closed = {"read_only": True, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges:true"]}
    assert closed.items() <= compose.items()
    assert {"tmpfs", "mem_limit", "pids_limit"} <= compose.keys()
    text = (ROOT / ".devcontainer/devcontainer.json").read_text()
    said = json.loads(text.partition("\n")[2])  # the first line is a comment
    options = {option.partition("=")[0] for option in said["runArgs"]}
    assert {"--read-only", "--cap-drop", "--security-opt", "--pids-limit", "--memory", "--tmpfs"} <= options
    assert said["remoteUser"] == "bench"


def mounts(folder: Path, *extra: str) -> list[str]:
    return volumes(folder, parameters.load_params(folder / "params.yaml"), extra)


def test_data_in_the_repository_need_no_mount(folder: Path) -> None:
    assert mounts(folder) == [f"{folder}:{HOME}:rw"]


def test_data_elsewhere_are_mounted_read_only_where_the_parameters_say(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "GRAB").mkdir()
    (tmp_path / "MODELS").mkdir()
    (folder / "data").mkdir()
    (folder / "data" / "models").symlink_to(tmp_path / "MODELS")
    change(folder / "params.yaml", "root: data/standin ", "root: ../GRAB ")
    change(folder / "params.yaml", "models: data/standin/models ", "models: data/models ")
    assert {f"{tmp_path}/GRAB:/GRAB:ro", f"{tmp_path}/MODELS:{tmp_path}/MODELS:ro"} <= set(mounts(folder))


def test_data_in_the_repository_by_their_absolute_path(folder: Path) -> None:
    data = folder / "data" / "GRAB"
    change(folder / "params.yaml", "root: data/standin ", f"root: {data} ")
    with pytest.raises(InputError, match="GRAB does not exist"):
        mounts(folder)
    data.mkdir(parents=True)
    assert mounts(folder) == [f"{folder}:{HOME}:rw", f"{data}:{data}:ro"]


def test_extra_mounts(folder: Path, tmp_path: Path) -> None:
    found = mounts(folder, str(tmp_path), f"{folder / 'docker'}:/there:ro")
    assert found[1:] == [f"{tmp_path}:{tmp_path}:rw", f"{folder}/docker:/there:ro"]


def test_no_extra_mount_takes_the_repositorys_place(folder: Path) -> None:
    assert mounts(folder, str(folder)) == [f"{folder}:{HOME}:rw", f"{folder}:{folder}:rw"]
    with pytest.raises(InputError, match=f"{HOME} is the repository"):
        mounts(folder, f"{folder}/docker:{HOME}/")


def test_a_colon_in_a_path(folder: Path) -> None:
    with pytest.raises(InputError, match="a path with a colon"):
        mounts(folder.rename(folder.with_name("a:b")))


def test_a_worktree_brings_its_history(folder: Path, tmp_path: Path) -> None:
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(folder)]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"], ["worktree", "add", "-q", "../tree"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    assert f"{folder}/.git:{folder}/.git:rw" in mounts(tmp_path / "tree")


def test_a_worktree_without_git(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".git").write_text("gitdir: /elsewhere\n")
    monkeypatch.setenv("PATH", "/nowhere")
    assert mounts(folder) == [f"{folder}:{HOME}:rw"]


def test_an_engine_that_goes_away() -> None:
    client = MagicMock()
    client.containers.list.return_value = []
    made = client.containers.create.return_value
    made.remove.side_effect = requests.ConnectionError("gone")
    with pytest.raises(InputError, match="the engine went away"), created(client):
        raise requests.ConnectionError("gone")
    made.remove.assert_called_once_with(force=True)


def test_what_the_removal_complains_of_is_not_what_went_wrong() -> None:
    client = MagicMock()
    client.containers.list.return_value = []
    client.containers.create.return_value.remove.side_effect = docker.errors.APIError("removal is in progress")
    with pytest.raises(KeyError), created(client):
        raise KeyError


@pytest.fixture(params=[signal.SIGTERM, signal.SIGHUP])
def number(request: pytest.FixtureRequest) -> Iterator[signal.Signals]:
    """A signal that is heeded, as it is not where nohup started the tests."""
    before = signal.signal(request.param, signal.SIG_DFL)
    yield request.param
    signal.signal(request.param, before)


def test_no_signal_leaves_a_container(number: signal.Signals) -> None:
    client = MagicMock()
    client.containers.list.return_value = []
    made = client.containers.create.return_value
    made.remove.side_effect = lambda force: os.kill(os.getpid(), number)  # once more, meanwhile
    with pytest.raises(KeyboardInterrupt), created(client):
        signal.raise_signal(number)
    made.remove.assert_called_once_with(force=True)
    assert signal.getsignal(number) == signal.SIG_DFL


def test_what_nohup_ignores_stays_ignored(number: signal.Signals) -> None:
    client = MagicMock()
    client.containers.list.return_value = []
    signal.signal(number, signal.SIG_IGN)
    with created(client):
        signal.raise_signal(number)
    assert signal.getsignal(number) == signal.SIG_IGN


def test_the_lock_keeps_what_the_project_asks_for() -> None:
    pins.check_pins(ROOT)  # raises what is missing
    assert "torch" in pins.locked_versions(ROOT)


def test_an_environment_that_differs_from_the_lock() -> None:
    locked = pins.locked_versions(ROOT)
    same = locked | {"torch": f"{locked['torch']}+cpu", "unrelated": "1"}
    assert pins.unlike_lock(same, ROOT) == []
    other = {name: version for name, version in same.items() if name != "trimesh"} | {"numpy": "1.0"}
    assert pins.unlike_lock(other, ROOT) == [
        f"numpy is 1.0 instead of {locked['numpy']}",
        f"trimesh is missing instead of {locked['trimesh']}",
    ]


@pytest.mark.parametrize(("python", "numpy"), [("3.11.0", "2.2.6"), ("3.13.9", "2.2.6"), ("3.14.0", "2.5.5")])
def test_what_is_locked_depends_on_the_python(python: str, numpy: str) -> None:
    assert pins.locked_versions(ROOT, python)["numpy"] == numpy
    assert pins.unlike_lock(pins.locked_versions(ROOT, python), ROOT, python) == []


def test_all_but_torch_is_locked_with_hashes() -> None:
    for path in (*pins.IMAGE, EXTRAS, Path("docker/requirements-tools.lock")):
        text = (ROOT / path).read_text()
        entries = [line for line in text.replace("\\\n", "").splitlines() if "==" in line]
        assert entries
        assert [line for line in entries if "--hash=sha256:" not in line] == (
            [f"torch=={TORCH}"] if path == pins.TORCH else []
        )


def test_extras_that_the_tests_need_are_locked_beside_the_image_and_not_in_it() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    locked = pins.read_pins(ROOT / EXTRAS)
    for need in (Requirement(each) for extra in ("ray", "slurm", "search", "docs") for each in wanted[extra]):
        assert need.specifier.contains(locked[need.name])
    assert set(locked) & set(pins.locked_versions(ROOT)) == set()


def test_the_hash_follows_every_lock_file(folder: Path) -> None:
    before = pins.lock_digest(folder)
    for path in pins.IMAGE:
        text = (folder / path).read_text()
        (folder / path).write_text(text + "# a remark\n")
        assert pins.lock_digest(folder) == before
        (folder / path).write_text(text + "another==1\n")
        assert pins.lock_digest(folder) != before
        (folder / path).write_text(text)


def test_compose_and_devcontainer_use_what_there_is() -> None:
    stages = set((ROOT / "docker/Dockerfile").read_text().split())
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    assert set(services) == set(engine.IMAGE_TARGETS) <= stages
    for name, service in services.items():
        assert service["image"] == engine.tag_of(name)
        assert service["build"]["target"] == name
        assert (ROOT / service["build"]["dockerfile"]).is_file()
        assert service["network_mode"] == "none"
    text = (ROOT / ".devcontainer/devcontainer.json").read_text()
    made = json.loads("\n".join(line for line in text.splitlines() if not line.strip().startswith("//")))["build"]
    assert made["target"] in engine.IMAGE_TARGETS
    assert (ROOT / ".devcontainer" / made["dockerfile"]).is_file()


def test_nothing_enters_a_build_unless_named() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert rules[0] == "*"
    assert not {"!data", "!runs", "!.git", "!results"} & set(rules)
