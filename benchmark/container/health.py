"""Health check of an environment: one forward of the attention STGCN on the device there is, and its name."""

import sys
import time

WITHOUT_CUDA = "built without CUDA"


def main() -> None:
    """Print one line; an exception, or an answer that is no number, is a non-zero exit."""
    import torch

    from benchmark.pipeline.entrants import factory
    from deepgrasp.choices import POSE
    from deepgrasp.network.network import Network
    from deepgrasp.skeleton import arms
    from deepgrasp.spec import InputSpec
    from deepgrasp.tasks.action import TASK as ACTION

    # tiny: what is checked is that torch and its libraries load and compute
    spec = InputSpec(nodes=len(arms("both")), features=4, frames=12, edges=((0, 1),))
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    start = time.perf_counter()
    network = Network({POSE: spec}, factory("stgcn", {}), {ACTION.name: 4}).to(device).eval()
    with torch.no_grad():
        answer = network({POSE: torch.zeros(2, spec.frames, spec.nodes, spec.features, device=device)})[ACTION.name]
    seconds = time.perf_counter() - start
    if not torch.isfinite(answer).all():
        sys.exit("unhealthy: the forward gives no finite numbers")
    print(f"healthy: forward on {device} in {seconds:.2f} s; {described_torch()}")


def described_torch() -> str:
    """torch's version and whether it sees a GPU."""
    import torch

    if torch.version.cuda is None:
        return f"torch {torch.__version__}, {WITHOUT_CUDA}"
    if not torch.cuda.is_available():
        return f"torch {torch.__version__}, CUDA {torch.version.cuda}, sees no GPU"
    return f"torch {torch.__version__}, CUDA {torch.version.cuda}, sees {torch.cuda.get_device_name()}"


if __name__ == "__main__":
    main()
