"""priority"""
from oversight import ui
ui.headline("priority", "priority")
