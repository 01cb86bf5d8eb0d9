"""The one exception for a user's mistake, shown as a single line and never as a traceback."""


class InputError(Exception):
    """Something the user gave is wrong.

    Args:
        where: the file, key or name that is at fault.
        problem: what is wrong with it.
        remedy: what to do about it.
    """

    def __init__(self, where: object, problem: str, remedy: str) -> None:
        super().__init__(where, problem, remedy)
        self.where, self.problem, self.remedy = str(where), problem, remedy

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}; {self.remedy}"
