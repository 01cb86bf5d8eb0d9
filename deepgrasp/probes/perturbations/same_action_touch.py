"""Posture of one recording and touch of another one, with the same intent."""

from dataclasses import replace

from deepgrasp.probes.pairs_of_recordings import partners
from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows


def act(seen: Recorded, windows: Windows, strength: float) -> Recorded:
    """Two recordings with the same intent exchange their touch; one without a partner keeps its own."""
    others = partners(windows.ids, windows.fields["action"], same=True, what="same_action_touch")
    return replace(seen, touch=seen.touch[others])


PERTURBATION = Perturbation(
    kind="conflict",
    says="Touch of another recording, with the same intent.",
    senses=("touch",),
    unit="",
    strengths=(1,),
    act=act,
    partner=("action", True),
)
