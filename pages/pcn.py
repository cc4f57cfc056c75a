"""pcn"""
from oversight import ui
ui.headline("pcn", "pcn")
