"""The one kind of failure that an answer can be."""


class Problem(Exception):
    """What a request or a profile has wrong with it; `code` is what the answer says."""

    def __init__(self, code, message=""):
        super().__init__(code, message)
        self.code = code
        self.message = message
