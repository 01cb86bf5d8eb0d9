"""The keys of ``inputs`` and what each may be: of the section in ``params.yaml``, and of what a result records."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from deepgrasp.choices import Fusion, Hands, Joints, Modalities, PoseNodes


class InputFields(BaseModel):
    """What a network sees. Of a record: a later version's may have more keys."""

    model_config = ConfigDict(strict=True)

    modalities: Modalities
    fusion: Fusion
    hands: Hands
    part: PoseNodes
    joints: Joints
    patches: Annotated[int, Field(ge=1, le=778)]  # vertices of a MANO hand
    frames: Annotated[int, Field(ge=1)] | None
