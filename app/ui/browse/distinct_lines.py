"""Lines of text for sibling rows of the tree, such that no two rows read alike where their titles do not fit."""

from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

USUAL_LINES, MOST_LINES = 2, 3
"""A title that needs more lines is shortened: among longer rows the tree is no longer seen as one. Only siblings that
would then read alike may have one line more, in a very narrow tree."""

Lines = tuple[str, ...]


def distinct_lines(titles: Sequence[str], widths: Sequence[float], metrics: QFontMetricsF) -> list[Lines]:
    """Return the lines of each of the titles, in the widths that its row has for it.

    A title is one line, cut at its end, unless another one then reads alike. Those that do are broken into lines and,
    where that is not enough, without the first words that they share, for which an ellipsis stands.
    """
    lines = _distinct_lines(titles, widths, metrics, USUAL_LINES)
    return _distinct_lines(titles, widths, metrics, MOST_LINES) if _alike(titles, lines) else lines


def _distinct_lines(titles: Sequence[str], widths: Sequence[float], metrics: QFontMetricsF, most: int) -> list[Lines]:
    result: list[Lines] = [(_cut(title, width, metrics),) for title, width in zip(titles, widths, strict=True)]
    shared_before: dict[int, int] = {}
    while True:
        alike = _alike(titles, result)
        # Only if more words can be left out than the last time, or it would never end.
        groups = [
            group
            for group in alike
            if _shared_words(titles, group) > max(shared_before.get(number, -1) for number in group)
        ]
        if not groups:
            break
        for group in groups:
            shared = _shared_words(titles, group)
            for number in group:
                words = titles[number].split()
                left_out = shared_before.get(number, 0)
                context = " ".join((*(("…",) if left_out else ()), *words[left_out:shared]))
                # What was left out in common with others tells this row from them, if it is not seen any more.
                needs_context = number == group[0] or left_out > 0
                shared_before[number] = shared
                rest = " ".join(words[shared:])
                result[number] = _lines(titles[number], context, rest, widths[number], metrics, needs_context, most)
    # What is left has other beginnings and the same rest, or is too long even so.
    for group in _alike(titles, result):
        shared = _shared_words(titles, group)
        for number in group:
            title, width = titles[number], widths[number]
            differing = f"… {' '.join(title.split()[shared:])}" if shared else title
            result[number] = _cut(differing, width, metrics), _end(title, width, metrics)
    return result


def _alike(titles: Sequence[str], lines: Sequence[Lines]) -> list[list[int]]:
    """Return the numbers of the rows that read alike though their titles differ, in groups."""
    counts = Counter(lines)
    groups: dict[Lines, list[int]] = {}
    for number, row in enumerate(lines):
        if counts[row] > 1:
            groups.setdefault(row, []).append(number)
    return [group for group in groups.values() if len({titles[number] for number in group}) > 1]


def _shared_words(titles: Sequence[str], group: Sequence[int]) -> int:
    """Return how many first words the titles of a group have in common; of each at least one word remains."""
    words = [titles[number].split() for number in group]
    most = min(len(title) for title in words) - 1
    same = takewhile(lambda column: len(set(column)) == 1, zip(*words, strict=False))
    return max(0, min(most, sum(1 for _ in same)))


def _lines(
    title: str, context: str, rest: str, width: float, metrics: QFontMetricsF, needs_context: bool, most: int
) -> Lines:
    """Return the lines of a title that reads like others: `context` is what they share, and `rest` what follows.

    The context has a line where it is needed, or the rest takes one line only. Of a context of two lines only the first
    would be seen, and `Percutaneous … Approach` is not endoscopic: there stand the beginning and the end of the title.
    """
    full = _broken(title, width, metrics)
    if len(full) <= most or not context:
        return _at_most(full, most, width, metrics)
    broken = _broken(f"… {rest}", width, metrics)
    if needs_context or len(broken) == 1:
        context_lines = _broken(context, width, metrics)
        if len(context_lines) > 1 and most == USUAL_LINES:
            return _cut(title, width, metrics), _end(title, width, metrics)
        return context_lines[0], *_at_most(broken, most - 1, width, metrics)
    return _at_most(broken, most, width, metrics)


def _at_most(lines: list[str], most: int, width: float, metrics: QFontMetricsF) -> Lines:
    last = " ".join(lines[most - 1 :])
    return *lines[: most - 1], *((_cut(last, width, metrics),) if last else ())


def _broken(text: str, width: float, metrics: QFontMetricsF) -> list[str]:
    """Return a text broken between words; a word that is too long for a line has one of its own."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and metrics.horizontalAdvance(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]


def _cut(text: str, width: float, metrics: QFontMetricsF) -> str:
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, width))


def _end(text: str, width: float, metrics: QFontMetricsF) -> str:
    return metrics.elidedText(text, Qt.TextElideMode.ElideLeft, max(0.0, width))
