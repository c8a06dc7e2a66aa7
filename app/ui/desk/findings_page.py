"""The findings of a list as a page to read and to copy."""

from html import escape

from app.checking.records import Report, Severity
from app.codes.dates import day_in_words
from app.codes.names import count_words
from app.ui.widgets.color_scheme import Scheme
from app.ui.widgets.symbols import finding_color

HEADINGS = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.HINT: "Hints"}


def findings_html(report: Report, scheme: Scheme) -> str:
    """Return the codes of a list with their status on the date, and all findings, the gravest first, as HTML."""
    parts = [f"<p>{escape(count_words(len(report.codes), 'code'))}, checked for {escape(day_in_words(report.day))}</p>"]
    for code in report.codes:
        title = code.node.title if code.node is not None else ""
        parts.append(
            f"<p style='margin:2px 0'><b>{escape(code.code)}</b> {escape(title)}"
            f" <span style='color:{scheme.muted}'>{escape(code.status)}</span></p>"
        )
    for severity in Severity:
        found = [finding for finding in report.findings if finding.severity is severity]
        if found:
            color = finding_color(severity, scheme)
            parts.append(f"<p style='margin:16px 0 4px 0;color:{color}'><b>{escape(HEADINGS[severity])}</b></p>")
        parts += [
            f"<p style='margin:4px 0'>{escape(finding.sentence)}"
            f"<br><span style='color:{scheme.muted}'>{escape(finding.source)}</span></p>"
            for finding in found
        ]
    if not report.findings:
        parts.append("<p style='margin:16px 0'>Nothing found.</p>")
    parts += [f"<p style='color:{scheme.muted}'>{escape(remark)}</p>" for remark in report.remarks]
    return "".join(parts)
