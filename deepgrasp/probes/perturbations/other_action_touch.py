"""Posture of one recording and touch of another one, with another intent."""

from dataclasses import replace

from deepgrasp.probes.pairs_of_recordings import partners
from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows


def act(seen: Recorded, windows: Windows, strength: float) -> Recorded:
    """Two recordings with another intent exchange their touch; one without a partner keeps its own."""
    others = partners(windows.ids, windows.fields["action"], same=False, what="other_action_touch")
    return replace(seen, touch=seen.touch[others])


PERTURBATION = Perturbation(
    kind="conflict",
    says="Touch of another recording, with another intent.",
    senses=("touch",),
    unit="",
    strengths=(1,),
    act=act,
    partner=("action", False),
)
