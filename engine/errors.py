"""The one exception that is shown to a musician: it says what is wrong and what to do next."""


class BadInput(ValueError):
    """Something a person typed, chose or uploaded cannot be used.

    The message is one or two plain sentences, shown as they are on the page and on the command line
    (exit code 2). Anything else that is raised is a defect of ours.
    """


class Cancelled(Exception):
    """Raised out of a progress callback to stop a composition; nothing of it is kept."""
