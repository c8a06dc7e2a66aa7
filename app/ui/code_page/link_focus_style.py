"""The style of a page whose links show the keyboard focus by a ring of our own."""

from PySide6.QtWidgets import QProxyStyle, QStyle, QStyleHintReturn, QStyleOption, QWidget


class LinkFocusStyle(QProxyStyle):
    """Leaves out Qt's dotted mark of the link with the focus: the page paints the ring that everything else has."""

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,
    ) -> int:
        if hint is QStyle.StyleHint.SH_TextControl_FocusIndicatorTextCharFormat:
            return 0
        return super().styleHint(hint, option, widget, returnData)
