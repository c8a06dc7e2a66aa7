"""An empty window: what any PySide6 program costs, to measure Codarium beside."""

import sys

from PySide6.QtWidgets import QApplication, QMainWindow

application = QApplication(sys.argv)
window = QMainWindow()
window.setWindowTitle("Empty")
window.resize(1280, 800)
window.show()
sys.exit(application.exec())
