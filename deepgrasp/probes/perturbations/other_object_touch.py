"""Posture of one recording and touch of another one, with another object."""

from dataclasses import replace

from deepgrasp.probes.pairs_of_recordings import partners
from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows


def act(seen: Recorded, windows: Windows, strength: float) -> Recorded:
    """Two recordings with another object exchange their touch; one without a partner keeps its own."""
    others = partners(windows.ids, windows.fields["object"], same=False, what="other_object_touch")
    return replace(seen, touch=seen.touch[others])


PERTURBATION = Perturbation(
    kind="conflict",
    says="Touch of another recording, with another object.",
    senses=("touch",),
    unit="",
    strengths=(1,),
    act=act,
    partner=("object", False),
)
