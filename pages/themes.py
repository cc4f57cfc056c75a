"""themes"""
from oversight import ui
ui.headline("themes", "themes")
