"""Posture of one recording and touch of another one, with the same object."""

from dataclasses import replace

from deepgrasp.probes.pairs_of_recordings import partners
from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows


def act(seen: Recorded, windows: Windows, strength: float) -> Recorded:
    """Two recordings with the same object exchange their touch; one without a partner keeps its own."""
    others = partners(windows.ids, windows.fields["object"], same=True, what="same_object_touch")
    return replace(seen, touch=seen.touch[others])


PERTURBATION = Perturbation(
    kind="conflict",
    says="Touch of another recording, with the same object.",
    senses=("touch",),
    unit="",
    strengths=(1,),
    act=act,
    partner=("object", True),
)
