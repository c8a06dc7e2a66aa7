"""ICD-9-CM codes with their long titles, as CMS published them for the last time (`CMS32_DESC_LONG_DX.txt`, `_SG`)."""

import re
from collections.abc import Iterator

from app.releases.containers import Member
from app.releases.records import Icd9Code, ReleaseError
from app.releases.text_lines import lines

_DIAGNOSIS = re.compile(r"(?:[0-9]{3}|V[0-9]{2}|E[0-9]{3})[0-9]{0,2}")
_PROCEDURE = re.compile(r"[0-9]{2,4}")


def read_icd9(member: Member, procedure: bool) -> Iterator[Icd9Code]:
    """The codes of one list, plain and in file order: diagnoses, or with `procedure` the procedures.

    A line is a code, blanks, and its long title: `0010  Cholera due to vibrio cholerae`. CMS wrote the diagnoses in
    ISO-8859-1 (`Ménière's disease`); a line in UTF-8 is read as such. Raises ReleaseError, naming the line, for one
    that is none of these, for a code that stands twice, and for a file without codes.
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
            raise ReleaseError(f"{member.name}, line {number}: {code} stands a second time; each code stands once.")
        seen.add(code)
        yield Icd9Code(code, procedure, title)
    if not seen:
        raise ReleaseError(f"{member.name}: expected ICD-9-CM {kind} codes with their titles, found an empty file.")
