"""Touch of each hand told as the other one's: the reverse of an arm that is moved while touch stays."""

from dataclasses import replace

from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows


def act(seen: Recorded, windows: Windows, strength: float) -> Recorded:
    """The hands' touch exchanged; both have the same vertices, one mirrored."""
    return replace(seen, touch=seen.touch[:, :, ::-1])


PERTURBATION = Perturbation(
    kind="conflict",
    says="Touch of each hand on the other one, while the posture stays.",
    senses=("touch",),
    unit="",
    strengths=(1,),
    act=act,
    moves=True,  # by touch the object is at the other hand
)
