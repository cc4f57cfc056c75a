"""Charts: pure functions from tables to plotly figures, with one template.

NHS bright blue carries the finding, grey the context. Intervals are always drawn; colour never carries meaning alone;
a place whose numbers are withheld keeps its row and says so. ``graph_objects`` only: plotly.express is eight times slower.
"""

from oversight.charts import look
from oversight.charts.change import dumbbells, effects, followed
from oversight.charts.contract import combinations, sides
from oversight.charts.convergence import beside
from oversight.charts.firmness import overlaps
from oversight.charts.grids import grid
from oversight.charts.groups import cells, room
from oversight.charts.listed import funnel, listed
from oversight.charts.look import BLUE, CONTEXT, FONT, GREY, LINE_HEIGHT, PALE, ROW_HEIGHT, SEQUENTIAL, finish, label
from oversight.charts.places import areas, shade, tiles
from oversight.charts.plan import places_given
from oversight.charts.questions import means
from oversight.charts.shares import bands, columns, counts, dots, needs, to_line, versus
from oversight.charts.themes import alphas, pairs, then_and_now
from oversight.charts.weighing import weighed
from oversight.charts.why import why

__all__ = [
    "BLUE", "CONTEXT", "FONT", "GREY", "LINE_HEIGHT", "PALE", "ROW_HEIGHT", "SEQUENTIAL", "alphas", "areas", "bands", "beside",
    "cells", "columns", "combinations", "counts", "dots", "dumbbells", "effects", "finish", "followed", "funnel", "grid", "label",
    "listed", "means", "needs", "overlaps", "pairs", "places_given", "room", "shade", "sides", "then_and_now", "tiles", "to_line",
    "versus", "weighed", "why",
]  # fmt: skip

# Every function here that draws gives out the figure it drew before, where it is called with the same again.
for _name in __all__:
    if getattr(globals()[_name], "__annotations__", {}).get("return") == "go.Figure" and globals()[_name].__module__ != look.__name__:
        globals()[_name] = look.remembered(globals()[_name])
