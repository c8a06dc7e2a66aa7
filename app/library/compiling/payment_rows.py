"""Facts on how codes are paid as rows: CC and MCC, MS-DRGs and their weights, HCC categories, POA exemption."""

from collections.abc import Iterable, Iterator

from app.codes.parts import Part
from app.codes.systems import System
from app.library.compiling.writer import Writer
from app.library.contents import CcList, DrgAssignments, Payment
from app.releases.records import DrgAssignment, Release


def write_payment(writer: Writer, payment: Payment) -> None:
    """Replace the parts that are given, before the codes are written, whose entries say which are a CC or an MCC."""
    if payment.cc is not None:
        _write_cc(writer, payment.cc)
    if payment.drgs is not None:
        _write_drgs(writer, payment.drgs)
    if payment.weights is not None:
        writer.execute("DELETE FROM drg_weight")
        writer.insert(
            "drg_weight",
            (
                {
                    "drg": row.drg,
                    "weight": row.weight,
                    "geometric_stay": row.geometric_stay,
                    "arithmetic_stay": row.arithmetic_stay,
                }
                for row in payment.weights.rows
            ),
        )
    if payment.hcc is not None:
        writer.execute("DELETE FROM hcc")
        writer.insert(
            "hcc",
            (
                {"code": row.code, "model": row.model, "category": row.category}
                for row in dict.fromkeys(payment.hcc.codes)
            ),
        )
        labels = {(row.model, row.category): row.label for row in payment.hcc.labels}
        # A newer mapping may come without labels; those of its models are still right.
        writer.execute(f"DELETE FROM hcc_label{'' if labels else ' WHERE model NOT IN (SELECT model FROM hcc)'}")
        writer.insert(
            "hcc_label",
            ({"model": model, "category": category, "label": label} for (model, category), label in labels.items()),
        )
    if payment.poa is not None:
        writer.execute("DELETE FROM poa_exempt")
        writer.insert("poa_exempt", ({"code": code} for code in payment.poa.codes))


def _write_cc(writer: Writer, cc: CcList) -> None:
    writer.execute("DELETE FROM cc")
    writer.insert(
        "cc",
        ({"code": row.code, "level": row.level, "collection": int(row.collection), "hac": row.hac} for row in cc.codes),
    )


def _write_drgs(writer: Writer, drgs: DrgAssignments) -> None:
    for table in ("ms_drg", "drg_code", "drg_set"):
        writer.execute(f"DELETE FROM {table}")
    writer.insert("ms_drg", ({"drg": group.drg, "title": group.title, "mdc": group.mdc} for group in drgs.groups))
    sets: dict[tuple[str, str], int] = {}

    def rows(assignments: Iterable[DrgAssignment], procedure: bool) -> Iterator[dict[str, object]]:
        for row in assignments:
            drg_set = " ".join(row.mdcs), " ".join(row.drgs)
            yield {
                "code": row.code,
                "procedure": int(procedure),
                "drg_set": sets.setdefault(drg_set, len(sets) + 1),
                "operating_room": int(row.operating_room),
            }

    codes = [*rows(drgs.diagnoses, False), *rows(drgs.procedures, True)]
    writer.insert("drg_set", ({"id": key, "mdcs": mdcs, "drgs": listed} for (mdcs, listed), key in sets.items()))
    writer.insert("drg_code", codes)


def write_exclusions(writer: Writer, cc: CcList) -> None:
    """Replace the principal diagnoses that exclude a CC, after the codes are written: a range has no gap in these."""
    writer.execute("DELETE FROM cc_exclusion")
    existing = {
        code
        for (code,) in writer.rows(
            "SELECT plain FROM node WHERE system = ? AND status IN ('valid', 'manifestation')", System.ICD10CM.value
        )
    }
    # Codes of the list that are not loaded count too: the list is of its own release.
    existing.update(code for codes in cc.exclusions.values() for code in codes)
    places = {code: place for place, code in enumerate(sorted(existing))}
    writer.insert(
        "cc_exclusion",
        (
            {"collection": int(number), "codes": len(codes), "ranges": " ".join(ranges(codes, places))}
            for number, codes in cc.exclusions.items()
        ),
    )


def ranges(codes: Iterable[str], places: dict[str, int]) -> list[str]:
    """Return codes in order as ranges without gaps (`A000-A009`), by the place of each among all codes; a code alone
    is itself."""
    runs: list[list[str]] = []
    for code in sorted(set(codes), key=places.__getitem__):
        if runs and places[code] == places[runs[-1][-1]] + 1:
            runs[-1] = [runs[-1][0], code]
        else:
            runs.append([code])
    return ["-".join(run) for run in runs]


def write_payment_releases(writer: Writer, payment: Payment) -> None:
    """Replace the releases of the parts that are given; MS-DRGs are those of both code sets."""
    if payment.cc is not None:
        _replace_release(writer, Part.CC, payment.cc.release, len(payment.cc.codes))
    if payment.drgs is not None:
        drgs = payment.drgs
        _replace_release(writer, Part.MS_DRG, drgs.release, len(drgs.diagnoses))
        _replace_release(writer, Part.MS_DRG, drgs.release, len(drgs.procedures), System.ICD10PCS)
    if payment.weights is not None:
        _replace_release(writer, Part.DRG_WEIGHTS, payment.weights.release, len(payment.weights.rows))
    if payment.hcc is not None:
        _replace_release(writer, Part.HCC, payment.hcc.release, len({row.code for row in payment.hcc.codes}))
    if payment.poa is not None:
        _replace_release(writer, Part.POA, payment.poa.release, len(payment.poa.codes))


def _replace_release(writer: Writer, part: Part, release: Release, codes: int, system: System = System.ICD10CM) -> None:
    writer.clear_release(system, part)
    writer.add_release(system, part, release, codes=codes)


def cc_levels(writer: Writer) -> dict[str, str]:
    """Return `CC` or `MCC` for each plain diagnosis code that is one."""
    return dict(writer.rows("SELECT code, level FROM cc"))
