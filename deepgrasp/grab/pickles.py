"""A file that is one pickle of arrays, read without running it, with the methods of an npz."""

from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from deepgrasp.errors import InputError, MachineError, check_machine, in_a_line
from deepgrasp.files import check_is_file
from deepgrasp.grab.stubs import Builder, ForbiddenPickleError
from deepgrasp.grab.unpickler import unpickle

MAX_BYTES = 1 << 30  # the largest SMPL-X pickle has half of it


class PickleFile:
    """A file that is one pickled dict of arrays, opened without trusting it, with the methods of an ``Npz``.

    Raises:
        InputError: missing, too large, damaged or not a dict (on opening); a value that makes no sense (on reading).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        check_is_file(path)
        try:
            if path.stat().st_size > MAX_BYTES:
                raise InputError(path, f"has {path.stat().st_size} bytes", "download it again")
            # all at once: a pickle has no directory by which a key could be found; arrays are built when they are read
            with path.open("rb") as stream:
                self._values = unpickle(stream)
        except FileNotFoundError:
            raise MachineError(path, "no such file", "check the folder's layout against the README") from None
        except Exception as error:
            raise self._error(error, "the file") from None
        # SMPL-X and MANO files are one dict each
        if not isinstance(self._values, dict) or not all(isinstance(key, str) for key in self._values):
            raise InputError(path, "is not a pickled dict of arrays", "download it again")
        self.keys, self._build = tuple(self._values), Builder()

    def __enter__(self) -> "PickleFile":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._values = {}

    def header(self, key: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
        """Shape and type of a value; ``()`` and objects if it is no array."""
        value = self.read(key)
        return (value.shape, value.dtype) if isinstance(value, np.ndarray) else ((), np.dtype(object))

    def read(self, key: str) -> Any:
        """The array or plain value that the pickle has under a key.

        Raises:
            InputError: it is missing, or its state makes no sense.
        """
        if key not in self.keys:
            raise InputError(self.path, f"no key {key!r}", "the file is not in this format, or not whole")
        try:
            return self._build(self._values[key])
        except Exception as error:
            raise self._error(error, f"key {key!r}") from None

    def _error(self, error: Exception, where: str) -> InputError:
        if isinstance(error, InputError):
            return error
        check_machine(self.path, error)
        if isinstance(error, ForbiddenPickleError):
            # this advice runs the pickle: it is for the owner of a trusted file, and nothing here ever does it
            remedy = "use its npz, or write one where the file is trusted: numpy.savez(new, **pickle.load(old))"
            return InputError(self.path, f"{where} holds more than arrays ({error})", remedy)
        problem = f"{where} is damaged ({in_a_line(error)})"
        return InputError(self.path, problem, "download it again")
