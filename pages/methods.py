"""methods"""
from oversight import ui
ui.headline("methods", "methods")
