"""The one kind of error that people see: what is wrong and where, and what to do about it."""


class TrainingError(Exception):
    """Bad input or a step that cannot go on.

    Args:
        message: what is wrong, with the file or value it is about.
        hint: what the person can do.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        """So that it comes whole out of a worker process."""
        return TrainingError, (self.message, self.hint)
