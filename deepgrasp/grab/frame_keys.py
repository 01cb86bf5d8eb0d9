"""Numbers by which frames of two recordings are known to be one, whatever their files' bytes, names and precision."""

import numpy as np
from numpy.typing import NDArray

from deepgrasp.grab.reader import RecordedSequence

_ODD = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio: its powers have bits all over


def frame_keys(sequence: RecordedSequence) -> NDArray[np.uint64]:
    """A key ``[T]`` of each frame, of where the body and the object are and of nothing else.

    Two recordings never have a frame in common: a camera's noise alone tells them apart in 174 numbers.
    """
    arrays = (sequence.fullpose, sequence.transl, sequence.object_orient, sequence.object_transl)
    rows = np.concatenate([array.reshape(sequence.n_frames, -1) for array in arrays], axis=1)  # [T, 174]
    # in single precision, as GRAB's files are: a copy in double is the same; + 0 makes one zero of 0 and -0
    bits = (rows.astype(np.float32) + np.float32(0)).view(np.uint32)
    factors = np.array([pow(_ODD, place + 1, 1 << 64) for place in range(bits.shape[1])], dtype=np.uint64)
    keys = np.zeros(len(bits), dtype=np.uint64)
    for column, factor in zip(bits.T, factors, strict=True):  # the sum wraps round, as it should
        keys += column.astype(np.uint64) * factor
    keys ^= keys >> np.uint64(32)
    return keys * np.uint64(_ODD)


def least_key(sequence: RecordedSequence) -> int:
    """The least key of all frames: that of a copy is the same, also of one that is reversed, and mostly of one cut."""
    return int(frame_keys(sequence).min())
