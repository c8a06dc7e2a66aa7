"""Common parts of the tests of the XML readers: well-formed beginnings of real files, and ways to damage them."""

import re
from collections.abc import Callable
from pathlib import Path

from hypothesis import strategies as st

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member, members, single_file

ENTITY_BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE bomb [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
"""
OUTSIDE_ENTITY = b"""<?xml version="1.0"?>
<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>
"""

_TAG = re.compile(rb"<(/?)([A-Za-z0-9.]+)[^>]*?(/?)>")


def inside(zipped: Path, ending: str) -> Member:
    """Return the one member of a zip whose name has this ending."""
    (matching,) = [member for member in members(zipped) if member.inside.lower().endswith(ending)]
    return matching


def read(member: Member) -> bytes:
    with member.open() as file:
        return file.read()


def beginning(content: bytes, size: int, last: bytes) -> bytes:
    """At most the first `size` bytes of an XML file, up to the tag `last`, closed so that they are well-formed."""
    cut = content[: content.rindex(last, 0, size) + len(last)]
    opened: list[bytes] = []
    for end, tag, empty in _TAG.findall(cut):
        if end:
            opened.pop()
        elif not empty:
            opened.append(tag)
    return cut + b"".join(b"</%s>" % tag for tag in reversed(opened))


# A change: where (as a fraction of the file), how many bytes, and their replacement: nothing, other bytes, or the same
# bytes twice. Bytes with a meaning in XML are frequent.
CHANGES = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(1, 400),
        st.sampled_from(("replace", "delete", "double", "cut")),
        st.one_of(
            st.binary(min_size=1, max_size=4),
            st.sampled_from((b"<", b">", b"</", b"&", b"&a;", b"\0", b"\xff", b'"', b"<!DOCTYPE a>", b"<!--", b"]]>")),
            st.sampled_from((b"<term>", b"<code>", b"<title>", b"<nemod>", b"<cell/>", b"<see></see>", b"<diag>")),
        ),
    ),
    min_size=1,
    max_size=4,
)


def changed(content: bytes, changes: list[tuple[float, int, str, bytes]]) -> bytes:
    for where, length, kind, new in changes:
        start = int(where * len(content))
        piece = content[start : start + length]
        if kind == "cut":
            content = content[:start]
        elif kind == "replace":
            content = content[:start] + new + content[start + len(new) :]
        else:
            content = content[:start] + (piece * 2 if kind == "double" else b"") + content[start + length :]
    return content


def written(folder: Path, content: bytes, name: str = "made-up.xml") -> Member:
    path = folder / name
    path.write_bytes(content)
    return single_file(path)


def check_damaged(member: Member, is_filled: Callable[[Member], bool]) -> None:
    """Check that a damaged `made-up.xml` is read to its end, or refused in one sentence that names its line.

    `is_filled` reads the file, and returns whether all of its records are filled.
    """
    sentence = "made-up.xml, line "
    try:
        assert is_filled(member)
    except ReleaseError as error:
        sentence = str(error)
    assert sentence.startswith("made-up.xml, line ")
    assert "\n" not in sentence
