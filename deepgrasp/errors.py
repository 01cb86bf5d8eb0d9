"""The exception for mistakes of a user or in their data: shown as one line, never as a traceback."""


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
        return f"{self.where}: {self.problem}; {self.remedy}"
