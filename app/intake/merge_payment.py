"""Facts on how codes are paid merged with those of a library: the newest release of each table counts."""

from collections.abc import Callable
from dataclasses import replace

from app.codes.parts import Part
from app.intake.file_records import FileRecords
from app.intake.release_report import ReleaseReporter, Sentences
from app.library.contents import Payment, PresentPayment
from app.releases.recognition.payment_tables import FIRST_STAGE, LAST_STAGE
from app.releases.records import Release


def merge_payment(read_present: Callable[[], PresentPayment], records: FileRecords, sentences: Sentences) -> Payment:
    """Return the tables that replace those of a library; each that is not older than the present one.

    The list of CC and MCC keeps the hospital-acquired conditions that the library knows: Table 6K tells none.
    """
    if not (records.cc or records.weights or records.hcc or records.poa):
        return Payment()
    present = read_present()
    reporter = ReleaseReporter(sentences, "Payment facts", records.unreported)
    releases = dict(present.releases)
    payment = Payment()
    for cc in records.cc:
        what = f"{len(cc.codes):,} CC and MCC codes"
        if reporter.replaces(cc.release, releases.get(Part.CC), what):
            codes = tuple(replace(row, hac=present.conditions.get(row.code, "")) for row in cc.codes)
            payment, releases[Part.CC] = replace(payment, cc=replace(cc, codes=codes)), cc.release
    for weights in records.weights:
        what = f"weights of {len(weights.rows):,} MS-DRGs"
        if reporter.replaces(weights.release, releases.get(Part.DRG_WEIGHTS), what):
            payment, releases[Part.DRG_WEIGHTS] = replace(payment, weights=weights), weights.release
    for hcc in records.hcc:
        what = f"HCC categories of {len({row.code for row in hcc.codes}):,} codes"
        before = releases.get(Part.HCC)
        if before is not None and _is_earlier_stage(hcc.release, before):
            reporter.ignored(hcc.release, f"{what}, older than {before.name}; not added")
        elif reporter.replaces(hcc.release, before, what):
            payment, releases[Part.HCC] = replace(payment, hcc=hcc), hcc.release
    reporter = ReleaseReporter(sentences, "POA exempt list", records.unreported)
    for listed in records.poa:
        same = payment.poa is not None and listed.codes == payment.poa.codes
        what = f"{len(listed.codes):,} codes"
        if reporter.replaces(listed.release, releases.get(Part.POA), what, same_contents=same):
            payment, releases[Part.POA] = replace(payment, poa=listed), listed.release
    return payment


def _is_earlier_stage(release: Release, present: Release) -> bool:
    """Return whether a mapping is the first of a payment year of which a later one is present."""
    same_year = release.effective_from == present.effective_from
    return same_year and FIRST_STAGE in release.name and LAST_STAGE in present.name
