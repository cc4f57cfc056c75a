"""overview"""
from oversight import ui
ui.headline("overview", "overview")
