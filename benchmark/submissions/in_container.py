"""Submitted code in a container: no network, nothing of the host but what goes in, nobody's rights, bounds on all."""

import json
import threading
from collections import deque
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from benchmark.container import engine
from benchmark.container.job import ContainerJob, Limits, options
from benchmark.container.mounts import HOME
from benchmark.container.runner import created, follow_container
from benchmark.submissions.enclosure import BOOT, NOBODY, TAIL_BYTES, Bounds, Enclosure, code_failed, too_slow
from deepgrasp.errors import InputError

_SCRATCH = "/tmp"


def container(root: Path, tag: str | None = None) -> Enclosure:
    """The way to train submitted code in a container of the project's image.

    Args:
        root: the repository, whose lock the image must have.
        tag: the image's name; default: that of the target that this machine can use.

    Raises:
        InputError: no engine answers, or it has no image of this lock.
    """
    import docker

    target = engine.choose_target(None)
    name = tag or engine.tag_of(target)
    with closing(engine.connect()) as client:
        image = engine.find_image(client, name, target)
        engine.check_lock(image, name, root)

    def settings(client: Any, job: ContainerJob, allowed: Limits, bounds: Bounds) -> dict[str, Any]:
        found = options(client, image, target, job, allowed)
        found["environment"] = [f"HOME={_SCRATCH}"]
        found["tmpfs"] = {_SCRATCH: f"size={4 * bounds.answer},mode=1777"}
        return found

    def run(place: Path, said: Mapping[str, Any], bounds: Bounds) -> bytes:
        limits = {"RLIMIT_FSIZE": bounds.answer, "RLIMIT_CORE": 0}
        told = json.dumps({**said, "packages": [], "limits": limits, "scratch": _SCRATCH})
        # in place of the image's own code: what goes in is what this repository says
        job = ContainerJob(["python", "-I", f"{HOME}/{BOOT}", told], [f"{place}:{HOME}:ro"], f"{NOBODY}:{NOBODY}")
        allowed = Limits(str(bounds.memory), shm="1g", processes=bounds.processes)
        answer, complaints, ended = bytearray(), deque[int](maxlen=TAIL_BYTES), ""
        with closing(engine.connect()) as client, created(client, **settings(client, job, allowed, bounds)) as box:

            def end(why: str) -> None:
                nonlocal ended
                ended = ended or why
                with suppress(docker.errors.APIError):  # it may have ended by itself
                    box.kill()

            def take(data: bytes) -> None:
                nonlocal ended
                if len(answer) + len(data) <= bounds.answer:
                    answer.extend(data)
                elif not ended:
                    # from another thread: the engine ends nothing whose output nobody takes meanwhile
                    ended = "large"
                    threading.Timer(0, end, [ended]).start()

            clock = threading.Timer(bounds.seconds, end, ["slow"])
            clock.start()
            try:
                status = follow_container(box, take, complaints.extend)
            finally:
                clock.cancel()
            box.reload()
            starved = box.attrs["State"]["OOMKilled"]
        if ended == "slow":
            raise too_slow(bounds)
        if ended:
            problem = f"answers with more than {bounds.answer / 2**20:g} MB"
            raise InputError("submitted code", problem, "return predictions alone")
        if status and starved:
            problem = f"was killed for memory (limit {bounds.memory / 2**30:g} GB)"
            raise InputError("submitted code", problem, "train smaller batches")
        if status:
            raise code_failed(status, bytes(complaints))
        return bytes(answer)

    return Enclosure("container", run, {"image": image.id})
