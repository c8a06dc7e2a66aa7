"""Painting of small symbols: marks of validity, signs of Excludes notes, arrows of branches.

They are painted, not typed, so that they look the same whichever fonts a machine has.
"""

from enum import Enum, auto

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from app.checking.records import Severity
from app.codes.node import CodeStatus
from app.ui.widgets.color_scheme import Scheme

FOCUS_RING_WIDTH = 2
"""In pixels, at every zoom: thinner, it would be one more hairline."""


class FacilityMark(Enum):
    """The sign of a place of service: a filled square for a facility, a hollow one, or one with a level stroke."""

    FACILITY = auto()
    NONFACILITY = auto()
    UNSTATED = auto()


def mark_color(status: CodeStatus, scheme: Scheme) -> str:
    """Return the color of the mark of a status."""
    match status:
        case CodeStatus.VALID | CodeStatus.MANIFESTATION | CodeStatus.HEADING:
            return scheme.valid
        case CodeStatus.ENDED:
            return scheme.warning


def draw_mark(painter: QPainter, box: QRectF, status: CodeStatus, scheme: Scheme) -> None:
    """Draw a filled, half, hollow or crossed disc that fills `box`; the shape alone tells the status."""
    color = QColor(mark_color(status, scheme))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # The outline is drawn inwards, so that a hollow mark is as large as a filled one.
    width = max(1.2, box.width() * 0.15)
    ring = box.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    painter.setPen(QPen(color, width))
    match status:
        case CodeStatus.VALID:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(box)
        case CodeStatus.MANIFESTATION:
            painter.drawEllipse(ring)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawPie(ring, 90 * 16, 180 * 16)
        case CodeStatus.HEADING:
            painter.drawEllipse(ring)
        case CodeStatus.ENDED:
            painter.drawEllipse(ring)
            reach = ring.width() / 2 * 0.70
            center = ring.center()
            painter.drawLine(center + QPointF(-reach, -reach), center + QPointF(reach, reach))
            painter.drawLine(center + QPointF(-reach, reach), center + QPointF(reach, -reach))
    painter.restore()


def draw_facility_mark(painter: QPainter, box: QRectF, sign: FacilityMark, scheme: Scheme) -> None:
    """Draw a square that fills `box`; marks of validity are round."""
    color = QColor(scheme.muted)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = max(1.2, box.width() * 0.15)
    frame = box.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    pen = QPen(color, width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    if sign is FacilityMark.FACILITY:
        painter.setBrush(color)
    painter.drawRect(frame)
    if sign is FacilityMark.UNSTATED:
        reach = frame.width() * 0.25
        painter.drawLine(frame.center() + QPointF(-reach, 0), frame.center() + QPointF(reach, 0))
    painter.restore()


def draw_excludes_sign(painter: QPainter, box: QRectF, color: str, *, never: bool) -> None:
    """Draw a ring with a slanted stroke (Excludes1, `never`) or a level one (Excludes2)."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = max(1.2, box.width() * 0.14)
    ring = box.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    painter.setPen(QPen(QColor(color), width))
    painter.drawEllipse(ring)
    center, reach = ring.center(), ring.width() / 2
    if never:
        reach *= 0.70
        painter.drawLine(center + QPointF(-reach, reach), center + QPointF(reach, -reach))
    else:
        painter.drawLine(center + QPointF(-reach * 0.55, 0), center + QPointF(reach * 0.55, 0))
    painter.restore()


def draw_finding(painter: QPainter, box: QRectF, severity: Severity, scheme: Scheme) -> None:
    """Draw the sign of a finding: a barred ring for an error, a triangle for a warning, a rhomb for a hint."""
    if severity is Severity.ERROR:
        draw_excludes_sign(painter, box, scheme.excludes1, never=True)
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = max(1.2, box.width() * 0.14)
    frame = box.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    pen = QPen(QColor(finding_color(severity, scheme)), width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    center = frame.center()
    if severity is Severity.WARNING:
        corners = [QPointF(center.x(), frame.top()), frame.bottomRight(), frame.bottomLeft()]
        painter.drawPolygon(QPolygonF(corners))
        painter.drawLine(QPointF(center.x(), frame.top() + frame.height() * 0.4), center + QPointF(0, width))
    else:
        corners = [
            QPointF(center.x(), frame.top()),
            QPointF(frame.right(), center.y()),
            QPointF(center.x(), frame.bottom()),
            QPointF(frame.left(), center.y()),
        ]
        painter.drawPolygon(QPolygonF(corners))
    painter.restore()


def finding_color(severity: Severity, scheme: Scheme) -> str:
    """Return the color of the words and the sign of a finding."""
    match severity:
        case Severity.ERROR:
            return scheme.excludes1
        case Severity.WARNING:
            return scheme.warning
        case Severity.HINT:
            return scheme.muted


def draw_branch_arrow(painter: QPainter, box: QRectF, color: str, *, is_open: bool) -> None:
    """Draw a filled triangle that points right, or down if its branch is open."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    side, center = box.width() / 2, box.center()
    long, short = side * 0.9, side * 0.78
    if is_open:
        corners = [QPointF(-short, -long * 0.65), QPointF(short, -long * 0.65), QPointF(0, long * 0.85)]
    else:
        corners = [QPointF(-long * 0.65, -short), QPointF(-long * 0.65, short), QPointF(long * 0.85, 0)]
    path = QPainterPath()
    path.addPolygon(QPolygonF([center + corner for corner in corners]))
    painter.drawPath(path)
    painter.restore()


def draw_focus_ring(painter: QPainter, box: QRectF, scheme: Scheme, radius: float) -> None:
    """Draw the ring, just inside `box`, by which everything shows that it has the keyboard."""
    half = FOCUS_RING_WIDTH / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(scheme.accent), FOCUS_RING_WIDTH))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(half, half, -half, -half), radius, radius)
    painter.restore()
