"""The exception for mistakes of a user or in their data: shown as one line, never as a traceback."""

import errno
import os
from collections.abc import Iterable, Sequence


class InputError(Exception):
    """A mistake in what the user gave: where it is, what is wrong, and what to do.

    Args:
        where: the file, key or name that is at fault.
        problem: what is wrong with it.
        remedy: what to do about it.
    """

    def __init__(self, where: object, problem: str, remedy: str) -> None:
        # all three go to Exception, or the error could not be pickled on its way back from a worker
        super().__init__(where, problem, remedy)
        self.where, self.problem, self.remedy = str(where), problem, remedy

    def __str__(self) -> str:
        text = f"{self.where}: {self.problem}; {self.remedy}"
        # one line of plain text, whatever names and values of others' files are in it
        return "".join(each if each.isprintable() else "?" for each in text)


def in_a_line(error: BaseException) -> str:
    """Type and text of an exception in one line that can be read: some quote the damaged bytes, however many."""
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return text if len(text) <= 200 else f"{text[:200]}..."


def listed(items: Sequence[str], most: int = 3, between: str = ", ") -> str:
    """The first of some names or problems, and how many more there are: of hundreds nobody reads all."""
    more = f" and {len(items) - most} more" if len(items) > most else ""
    return between.join(items[:most]) + more


class MachineError(InputError):
    """The machine is at fault and not what a file holds: no permission, no memory, no room, too many open files.

    Whoever leaves damaged files out must not leave out these: tomorrow they can be read, and the data would differ.
    """


def check_machine(where: object, error: BaseException) -> None:
    """Say so in one line if an exception is about the machine; otherwise return, and the file's content is at fault.

    Raises:
        MachineError: it is.
    """
    number = errno.ENOMEM if isinstance(error, MemoryError) else getattr(error, "errno", None)
    if isinstance(number, int) and number in _MACHINE:
        problem, remedy = _MACHINE[number]
        raise MachineError(where, problem or os.strerror(number), remedy) from None


# None: the system's own words. Not EINVAL and the like: a wrong offset in a damaged file ends in these.
_MACHINE: dict[int, tuple[str | None, str]] = {
    **dict.fromkeys((errno.EACCES, errno.EPERM), ("no permission", "allow this user to use it (chmod, chown)")),
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), ("too many open files", "allow more (ulimit -n)")),
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), (None, "make room there")),
    **dict.fromkeys((errno.EIO, errno.ESTALE, errno.ENXIO, errno.ENODEV, errno.ETIMEDOUT),
                    (None, "the disk or the network drive fails: look after it, then try again")),
    **dict.fromkeys((errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG), (None, "mend the path or the link")),
    errno.ENOMEM: ("out of memory", "close other programs, use fewer workers, or allow more (ulimit -v)"),
    errno.EROFS: (None, "choose another place, or make it writable"),
}  # fmt: skip


_FEW = 12  # names that an error tells all of; of more it tells the nearest


def did_you_mean(name: str, known: Iterable[str], *more: str) -> str:
    """The remedy for a name that is unknown: the known ones that are like it, or else all, and what ``more`` helps.

    Of many names the three that are most like it, however little: nobody reads a wall of names.
    """
    import difflib  # here: only a mistake needs it

    known = list(known)
    # without case: Lift is one slip of the shift key away from lift. Names that begin alike first: whoever writes
    # `cube` means one of its sizes
    begun = [each for each in known if name and each.startswith(name.lower())][:3]
    if close := begun or difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.65):
        return f"did you mean {' or '.join(close)}?"
    if len(known) > _FEW:
        nearest = difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.0)
        return " or ".join([f"choose from {len(known)} names, such as {', '.join(nearest)}", *more])
    return " or ".join([f"choose from {', '.join(known)}" if known else "leave it out", *more])
