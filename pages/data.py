"""data"""
from oversight import ui
ui.headline("data", "data")
