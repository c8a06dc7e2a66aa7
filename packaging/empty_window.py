"""An empty window, the smallest PySide6 program, with which Codarium is compared."""

import sys

from PySide6.QtWidgets import QApplication, QMainWindow

application = QApplication(sys.argv)
window = QMainWindow()
window.setWindowTitle("Empty")
window.resize(1280, 800)
window.show()
sys.exit(application.exec())
