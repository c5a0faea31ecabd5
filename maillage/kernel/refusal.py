"""How an action says no: with a name, and a sentence for the person."""

from django.utils.functional import Promise


class Refused(Exception):
    """An action's no. Each one is a subclass beside the verb that says it; `sentence` is shown as it is.

    Values named in the sentence come as keywords: `raise TooYoung(age=16)` with « … {age} ans … ».
    """

    sentence: str | Promise = ""

    def __init__(self, **values: object) -> None:
        super().__init__()
        self.values = values

    def __str__(self) -> str:
        return str(self.sentence).format(**self.values)
