"""``python -m benchmark container``: build, run, shell and verify."""

import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from benchmark import params as parameters

if TYPE_CHECKING:
    from docker import DockerClient

app = typer.Typer(no_args_is_help=True, help="The benchmark in a pinned Docker image.")

_ROOT = Path()
PASSED_ON = {"allow_interspersed_args": False}  # options after the command's name are the command's

TargetOption = Annotated[str | None, typer.Option(help="cpu or cuda; default: cuda where there is an NVIDIA GPU")]
Tag = Annotated[str | None, typer.Option(help="the image's name; default: deepgrasp-bench:TARGET")]
Gpu = Annotated[bool | None, typer.Option("--gpu/--no-gpu", help="default: a GPU if there is one")]
Memory = Annotated[str | None, typer.Option(help="at most, such as 8g")]
Cpus = Annotated[float | None, typer.Option(help="at most, such as 1.5", min=0.01)]
Shm = Annotated[str, typer.Option(help="shared memory, for data loaders")]
NetworkOption = Annotated[
    bool, typer.Option("--network", help="let the container reach the network, as `dvc pull` must")
]
Mount = Annotated[list[str] | None, typer.Option(help="PATH[:/PATH/INSIDE[:ro]]; repeat for more")]
Env = Annotated[list[str] | None, typer.Option(help="NAME=VALUE; repeat for more")]
User = Annotated[str | None, typer.Option(help="UID:GID; default: the caller's")]


@app.command()
def build(
    target: TargetOption = None,
    tag: Tag = None,
    base: Annotated[str | None, typer.Option(envvar="DEEPGRASP_BASE_IMAGE", help="the image to stand on")] = None,
    torch_index: Annotated[
        str | None,
        typer.Option(envvar="DEEPGRASP_TORCH_INDEX", help="where to look for torch; empty: pip's index only"),
    ] = None,
    secret: Annotated[
        list[str] | None,
        typer.Option(envvar="DEEPGRASP_BUILD_SECRETS", help="pip.conf=FILE, ca=FILE; only for the build"),
    ] = None,
    network: Annotated[str | None, typer.Option(envvar="DEEPGRASP_BUILD_NETWORK", help="such as host")] = None,
) -> None:
    """Build an image from docker/Dockerfile and the lock, and list what it holds."""
    from benchmark.container import engine, image_check
    from benchmark.container.build import build as make
    from benchmark.container.pins import check_pins

    target = engine.choose_target(target)
    name = tag or engine.tag_of(target)
    # a lock out of date shows before minutes of building
    check_pins(_ROOT)
    client = engine.connect()
    make(_ROOT, target, base=base, torch_index=torch_index, secrets=secret or (), network=network, tag=name)
    image = engine.find_image(client, name, target)
    packages = image_check.save_list(client, image, target, _ROOT)
    print(f"{name} {image.id}, {image_check.size(image)}; its packages: {packages}")


def _in_container(
    command: list[str],
    start: Callable[["DockerClient", dict[str, Any]], int],
    *,
    target: TargetOption = None,
    tag: Tag = None,
    gpu: Gpu = None,
    memory: Memory = None,
    cpus: Cpus = None,
    shm: Shm = "8g",
    network: NetworkOption = False,
    mount: Mount = None,
    env: Env = None,
    user: User = None,
) -> NoReturn:
    """Start a command in a container and exit with its status; what can be wrong is found before there is one."""
    from benchmark.container import engine
    from benchmark.container.job import ContainerJob, Limits, options, wants_gpu
    from benchmark.container.mounts import volumes

    target = engine.choose_target(target)
    seen = volumes(_ROOT, parameters.load_params(), mount or ())
    wants_gpu(target, gpu)
    client = engine.connect()
    name = tag or engine.tag_of(target)
    image = engine.find_image(client, name, target)
    engine.check_lock(image, name, _ROOT)
    job, limits = ContainerJob(command, seen, user, env or ()), Limits(memory, cpus, shm, gpu, network)
    sys.exit(start(client, options(client, image, target, job, limits)))


def _takes_options(command: Callable[..., None]) -> Callable[..., None]:
    """The command with all options of :func:`_in_container`: typer reads them off a signature, so they stand once."""
    own, shared = (inspect.signature(each).parameters.values() for each in (command, _in_container))
    # without **options: typer has no command line for it
    kept = [option for option in own if option.kind is not option.VAR_KEYWORD]
    kept += [option for option in shared if option.kind is option.KEYWORD_ONLY]
    command.__signature__ = inspect.Signature(kept)  # type: ignore[attr-defined]
    return command


@app.command(context_settings=PASSED_ON)
@_takes_options
def run(command: Annotated[list[str], typer.Argument(help="such as: dvc repro")], **options: Any) -> None:
    """Run a command on the repository, without network, as the caller; its exit status is passed on."""
    from benchmark.container.runner import run_container as start

    _in_container(command, start, **options)


@app.command()
@_takes_options
def shell(**options: Any) -> None:
    """Open a shell where `run` would run."""
    from benchmark.container.shell import shell as start

    _in_container(["bash"], start, **options)


@app.command()
def verify(target: TargetOption = None, tag: Tag = None) -> None:
    """Check that pyproject.toml, the lock and the image agree, and that the image computes."""
    from benchmark.container import engine
    from benchmark.container.image_check import verify as lines
    from benchmark.container.pins import check_pins

    check_pins(_ROOT)
    target = engine.choose_target(target)
    client = engine.connect()
    image = engine.find_image(client, tag or engine.tag_of(target), target)
    for line in lines(client, image, target, _ROOT):
        print(line)
