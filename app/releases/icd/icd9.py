"""ICD-9-CM codes with their long titles, from CMS's last release (`CMS32_DESC_LONG_DX.txt`, `_SG`)."""

import re
from collections.abc import Iterator

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.files.text_lines import lines
from app.releases.records import Icd9Code

_DIAGNOSIS = re.compile(r"(?:[0-9]{3}|V[0-9]{2}|E[0-9]{3})[0-9]{0,2}")
_PROCEDURE = re.compile(r"[0-9]{2,4}")


def read_icd9(member: Member, procedure: bool) -> Iterator[Icd9Code]:
    """Return the plain codes of one list in file order: the diagnoses, or with `procedure` the procedures.

    A line is a code, blanks, and its long title: `0010  Cholera due to vibrio cholerae`. CMS wrote the diagnoses in
    ISO-8859-1 (`Ménière's disease`); a line in UTF-8 is read as UTF-8. Raises ReleaseError naming the line if it has
    another shape or a code that occurred before, and for a file without codes.
    """
    shape, kind = (_PROCEDURE, "procedure") if procedure else (_DIAGNOSIS, "diagnosis")
    seen: set[str] = set()
    for number, text in lines(member, "utf-8", fallback="iso-8859-1"):
        if not text or text.isspace():
            continue
        code, *titles = text.split(None, 1)
        if not shape.fullmatch(code):
            raise ReleaseError(
                f"{member.name}, line {number}: expected an ICD-9-CM {kind} code first, found {code[:20]!r}."
            )
        title = " ".join(titles[0].split()) if titles else ""
        if not title or not title.isprintable():
            raise ReleaseError(
                f"{member.name}, line {number}: expected a title in plain text after {code}, found {title[:60]!r}."
            )
        if code in seen:
            raise ReleaseError(f"{member.name}, line {number}: expected each code once, found {code} again.")
        seen.add(code)
        yield Icd9Code(code, procedure, title)
    if not seen:
        raise ReleaseError(f"{member.name}: expected ICD-9-CM {kind} codes with their titles, found an empty file.")
