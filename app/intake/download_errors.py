"""The ways in which a download ends without a file, each with what can be done about it."""

from app.releases.errors import ReleaseError


class DownloadError(ReleaseError):
    """A file that could not be downloaded; the text names file and place, and says what to do."""


class DownloadCanceledError(DownloadError):
    """The user canceled it; the bytes received so far are kept for the next time."""


class NotFoundError(Exception):
    """There is no file at an address."""


class RefusedError(Exception):
    """An address that gives no file; the text is the reason, and another attempt will not help."""


class UnusableFileError(RefusedError):
    """The same, and the bytes received so far are of no use."""


class UnreachableError(Exception):
    """A publisher that does not answer as it should, although it was asked several times."""


class BrokenConnectionError(Exception):
    """A connection that ended early; another attempt may help."""
