"""Whether a motion comes twice in a data set: copied under another name or person, saved anew, reversed or cut."""

import numpy as np

from deepgrasp.errors import InputError
from deepgrasp.grab.data_root import RecordingFile
from deepgrasp.grab.frame_keys import frame_keys
from deepgrasp.grab.names import Catalogue
from deepgrasp.grab.reader import read_sequence

MOST_SHARED = 0.5
"""Share of the shorter recording's frames that another may hold. Made-up motions may begin in one posture."""


class Once:
    """Remembers a number of each recording, and says which two hold one motion."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._first: dict[int, RecordingFile] = {}

    def check(self, recording: RecordingFile, key: int) -> None:
        """Check that no recording before had this motion.

        Args:
            key: :func:`deepgrasp.grab.frame_keys.least_key` of the recording.

        Raises:
            InputError: one had; both are named.
        """
        first = self._first.setdefault(key, recording)
        if first is recording:
            return
        # hardly ever: only then both are read once more
        ours, theirs = (frame_keys(read_sequence(each.path, each.name, self._catalogue)) for each in (recording, first))
        shared = int(np.isin(ours, theirs).sum())
        if shared > MOST_SHARED * min(len(ours), len(theirs)):
            problem = f"holds the same motion as {first.id}: {shared} of its {len(ours)} frames"
            at = int(np.isin(ours, theirs).argmax())
            there = int((theirs == ours[at]).argmax())
            raise InputError(recording.path, f"{problem}, frame {at} is frame {there} there", "remove one of the two")
