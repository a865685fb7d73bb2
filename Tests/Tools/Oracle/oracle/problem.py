"""The one kind of failure."""


class Problem(Exception):
    """A mistake in a request or a profile; `code` is the code in the answer."""

    def __init__(self, code, message=""):
        super().__init__(code, message)
        self.code = code
        self.message = message
