"""The actions of the worksheet."""

from collections.abc import Callable

from app.ui.main_window.navigation import Navigation
from app.ui.main_window.window_parts import WindowParts
from app.ui.main_window.worksheet_desk import WorksheetDesk

NOTHING_SHOWN = "Nothing added: no code is shown"


def connect_worksheet(
    parts: WindowParts, navigation: Navigation, desk: WorksheetDesk, say: Callable[[str], object]
) -> None:
    """Connect the actions of the worksheet and what it tells. Adding waits for the answer to the text in the box."""

    def tell(sentence: str) -> None:
        parts.status_bar.show_notice(sentence, answers=1)
        say(sentence)

    def add() -> None:
        node = navigation.node
        if node is not None:
            desk.add(node)
            navigation.record_visit()
        else:
            tell(NOTHING_SHOWN)

    def add_all() -> None:
        answer = parts.results.answer
        if answer is not None and answer.typed_codes:
            desk.add_typed(answer.typed_codes)
        else:
            add()

    when_answered = parts.search_controller.when_answered
    parts.actions.connect_action("add_to_list", lambda: when_answered(add))
    parts.actions.connect_action("add_all_to_list", lambda: when_answered(add_all))
    parts.actions.connect_action("toggle_worksheet", desk.toggle)
    parts.actions.connect_action("next_finding", desk.next_finding)
    desk.node_chosen.connect(navigation.open)
    desk.told.connect(tell)
