"""What the library of work raises. Each message is one or two sentences that say what to do next."""


class StoreError(Exception):
    """The library cannot do what was asked; nothing was changed. Parent of all errors of this package."""


class SessionNotFound(StoreError):
    """No session has this id, or it was deleted."""


class TakeNotFound(StoreError):
    """No take has this id, or it belongs to another or a deleted session."""


class StemNotFound(StoreError):
    """No stem has this sha256, or what was given is not a sha256 at all."""


class RevisionNotFound(StoreError):
    """The session has no step of this number."""


class NothingToUndo(StoreError):
    """Undo at the first step of a session, or redo at the last one."""


class UnusableAudio(StoreError):
    """Samples that 24 bits cannot hold exactly: shape, type, NaN, above full scale or between two steps."""


class ExportError(StoreError):
    """A mix or a zip cannot be made from these lanes."""
