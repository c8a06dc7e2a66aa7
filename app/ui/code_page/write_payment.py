"""Write how a code is paid: a short line below its status, the full facts when that is unfolded, and what they mean."""

from app.codes.payment import HAC_TITLES, MDC_TITLES, HccCategory, MsDrg, Payment, summary
from app.ui.code_page.page_style import TextSize
from app.ui.code_page.page_writer import PageWriter
from app.ui.code_page.write_lists import MARK_INDENT, PAYMENT_FOLD, SHORT_LIST, write_more_link
from app.ui.code_page.write_notes import write_label

TERMS_ADDRESS = "payment_terms:"
"""The address of the page that says what the facts mean."""

FOLDED, UNFOLDED = "▸", "▾"
LABEL_WIDTH = 112.0
"""Room for the longest label beside the facts, `Excluded by`, and a gap."""
MOST_RANGES = 24
"""Principal diagnoses that are listed, as ranges, before the link to the others."""

TERMS_TITLE = "What a code does to the payment"

TERMS = (
    (
        "CC and MCC",
        "A complication or comorbidity (CC), or a major one (MCC): a secondary diagnosis that makes an inpatient stay "
        "cost more. One of them can move the stay to a higher-paid group. It does not count beside a principal "
        "diagnosis that is closely related to it; the page of a code lists these under “Excluded by”. A few, such as "
        "cardiac arrest, count only if the patient is discharged alive, and some not in certain groups.",
    ),
    (
        "MDC",
        "Major diagnostic category: one of 25, mostly by organ system. The principal diagnosis chooses it.",
    ),
    (
        "MS-DRG",
        "Medicare severity diagnosis-related group: the group by which Medicare pays a hospital for an inpatient stay. "
        "The weight compares its cost with that of an average stay, 1.0. A diagnosis shows the medical groups that it "
        "leads to as principal diagnosis, a procedure those whose lists name it, some only together with another "
        "procedure. What a stay is grouped to depends on all of its codes, and on age, sex and discharge.",
    ),
    (
        "HCC",
        "Hierarchical condition category: by these the payment for a patient follows from the diagnoses of the year "
        "before. V28 is the model of Medicare Advantage, ESRD V24 that for patients on dialysis or with a transplanted "
        "kidney, RxHCC that of Medicare drug plans. Of related categories only the most severe one counts.",
    ),
    (
        "HAC",
        "Hospital-acquired condition: a condition that could have been prevented. If it was not present on admission, "
        "it does not count as CC or MCC, some only together with a certain procedure. Of several that "
        "a code belongs to, one is shown.",
    ),
    (
        "POA",
        "Present on admission: on an inpatient claim each diagnosis says whether the patient came with it. Codes that "
        "are exempt need no such indicator.",
    ),
    (
        "What to keep in mind",
        "These are facts of releases, which the page of each code names; they group no case. They follow the rules of "
        "Medicare; Medicaid and private payers may use other groups and models, or other versions of these. Code what "
        "the record says; the payment is no reason to choose a code.",
    ),
)
"""What each fact means, in our own words."""


def write_payment(page: PageWriter, payment: Payment, expanded: frozenset[str]) -> None:
    """Write the short line, a link that unfolds it, and when it is unfolded the facts below it."""
    is_open = PAYMENT_FOLD in expanded
    first, *others = summary(payment)
    address = f"fold:{PAYMENT_FOLD}"
    tip = "Hide the payment facts" if is_open else "Show the payment facts"
    page.block(above=4, left=MARK_INDENT, indent=-MARK_INDENT, tabs=(MARK_INDENT,))
    page.link(f"{UNFOLDED if is_open else FOLDED}\t", address, "muted", tip=tip, size=TextSize.SMALL)
    page.link(first, address, tip=tip, role="ink", size=TextSize.SMALL)
    if others:
        page.link(
            "".join(f"\N{NO-BREAK SPACE}· {part}" for part in others), address, "muted", tip=tip, size=TextSize.SMALL
        )
    if is_open:
        _write_facts(page, payment, expanded)


def _write_facts(page: PageWriter, payment: Payment, expanded: frozenset[str]) -> None:
    if payment.cc is not None:
        _write_exclusions(page, payment, expanded)
    if payment.hac is not None:
        _begin(page, "HAC")
        page.write(f"{payment.hac} {HAC_TITLES.get(payment.hac, '')}".rstrip())
    for number, mdc in enumerate(payment.mdcs):
        _begin(page, "" if number else "MDC")
        page.write(f"{int(mdc)} {MDC_TITLES.get(mdc, '')}".rstrip())
        if len(payment.mdcs) > 1:
            page.write("  by the patient’s sex" if number else "", "muted")
    _write_groups(page, payment.ms_drgs, expanded)
    for number, row in enumerate(payment.hcc):
        _begin(page, "" if number else "HCC")
        _write_category(page, row)
    if payment.poa_exempt is not None:
        _begin(page, "POA")
        page.write("Exempt from the indicator" if payment.poa_exempt else "Needs an indicator on inpatient claims")
    _begin(page, "From")
    has_groups = bool(payment.hac or payment.mdcs or payment.ms_drgs)
    groups = payment.groups_release if has_groups and payment.groups_release != payment.release else ""
    weights = payment.weights_release if payment.ms_drgs else ""
    releases = [payment.release_in_words, groups, weights, payment.hcc_release, _poa_release(payment)]
    page.write(" · ".join(dict.fromkeys(name for name in releases if name)), "muted")
    page.write(" · ", "muted")
    page.link("what these mean", TERMS_ADDRESS)


def _poa_release(payment: Payment) -> str:
    return f"POA exempt list of {payment.poa_release}" if payment.poa_release else ""


def _begin(page: PageWriter, label: str) -> None:
    """Begin a row of the facts, with its label in a column of its own, or above it where the page is narrow."""
    if not page.is_narrow:
        left = MARK_INDENT + LABEL_WIDTH
        page.block(above=4, left=left, indent=-LABEL_WIDTH, tabs=(LABEL_WIDTH,))
        page.write(f"{label}\t", "muted")
        return
    if label:
        page.block(above=6, left=MARK_INDENT)
        page.write(label, "muted")
    page.block(above=0 if label else 2, left=2 * MARK_INDENT)


def _write_exclusions(page: PageWriter, payment: Payment, expanded: frozenset[str]) -> None:
    _begin(page, "Excluded by")
    if not payment.excluded_by:
        page.write("no principal diagnosis")
        return
    noun = "principal diagnosis" if payment.excluded_by == 1 else "principal diagnoses"
    page.write(f"{payment.excluded_by:,} {noun}: ", "muted")
    shown = payment.exclusions if "exclusions" in expanded else payment.exclusions[:MOST_RANGES]
    page.write(", ".join(shown))
    if len(shown) < len(payment.exclusions):
        page.write(" … ", "muted")
        write_more_link(page, "exclusions", len(payment.exclusions), "ranges")


def _write_groups(page: PageWriter, groups: tuple[MsDrg, ...], expanded: frozenset[str]) -> None:
    shown = groups if "ms_drgs" in expanded else groups[:SHORT_LIST]
    for number, group in enumerate(shown):
        _begin(page, "" if number else "MS-DRG")
        page.write(group.drg, mono=True)
        page.write(f"  {group.title}")
        if group.weight is not None:
            page.write(f"  weight\N{NO-BREAK SPACE}{group.weight:.4f}", "muted")
        if group.geometric_stay is not None:
            stay = f"{group.geometric_stay:.1f} days (arithmetic mean {group.arithmetic_stay:.1f})"
            page.write(f"\N{NO-BREAK SPACE}· {stay}", "muted")
    if len(shown) < len(groups):
        _begin(page, "")
        write_more_link(page, "ms_drgs", len(groups), "groups")


def _write_category(page: PageWriter, row: HccCategory) -> None:
    page.write(row.name.replace(" ", "\N{NO-BREAK SPACE}"))
    if row.label:
        page.write(f"  {row.label}")
    page.write(f"  {row.version}", "muted")


def write_payment_terms(page: PageWriter) -> None:
    """Write what the facts mean."""
    page.block(above=14, line=25, heading=1)
    page.write(TERMS_TITLE, bold=True, size=TextSize.TITLE)
    for name, text in TERMS:
        write_label(page, name, above=16)
        page.block(above=8)
        page.write(text)
