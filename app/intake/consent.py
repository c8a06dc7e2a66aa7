"""Consent to the terms of files that hold CPT, which the user must give before they are read."""

from collections.abc import Collection, Iterable, Sequence

from app.codes.cpt_terms import CPT_TERMS
from app.intake.read_files import AMA_FORMATS
from app.releases.recognition.format_kinds import Format
from app.releases.recognition.recognize import Recognized

FORMATS_BY_TERMS = {"ama": AMA_FORMATS, "cms": frozenset({Format.PPRRVU})}


class ConsentError(Exception):
    """The user must first accept the terms of some files, see CPT_TERMS; the text is those terms.

    `kinds` are all whose terms are not accepted yet, `kind` the first of them.
    """

    def __init__(self, kinds: Sequence[str]) -> None:
        super().__init__(" ".join(CPT_TERMS[kind].text for kind in kinds))
        self.kinds = tuple(kinds)
        self.kind = self.kinds[0]


def check_consent(recognized: Iterable[Recognized], accepted: bool | Collection[str]) -> None:
    """Raise ConsentError if files hold CPT and the user has not accepted all the terms that apply to them."""
    formats = {file.format for file in recognized}
    check_accepted((kind for kind, of_kind in FORMATS_BY_TERMS.items() if formats & of_kind), accepted)


def check_accepted(kinds: Iterable[str], accepted: bool | Collection[str]) -> None:
    """Raise ConsentError unless all these kinds of CPT_TERMS are among those that the user has accepted.

    `accepted` is True for all of them.
    """
    accepted_kinds = CPT_TERMS.keys() if accepted is True else accepted or ()
    missing = [kind for kind in kinds if kind not in accepted_kinds]
    if missing:
        raise ConsentError(missing)
