"""The errors that the readers of official files and of our own tables raise.

Apart from the records that they yield, whose definitions take longer to import than a look-up has: the engine reads
some of our own tables by itself, and no official file.
"""

QUOTED_LENGTH = 40
"""Characters of an unexpected text that an error sentence quotes."""


class ReleaseError(Exception):
    """A release file, or a table of our own, that cannot be read.

    The sentence names the file, the line or row, what was expected and what was found there:
    `places.tsv, line 12: expected 4 columns, found 3.` It is shown to the user as it is.

    Nothing has been written when it is raised: files are read in full before a library is made of them.
    """


def quoted(text: str) -> str:
    """Return an unexpected text in quotes, for the sentence that says where it was found; a long one is cut."""
    return repr(text[:QUOTED_LENGTH])
