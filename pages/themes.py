"""Themes: what challenges people, from the survey and from focus groups, and what the programme can offer."""

from oversight import challenges, ui
from pages.parts import (
    themes_beside,
    themes_challenges,
    themes_change,
    themes_coders,
    themes_comments,
    themes_groups,
    themes_together,
)

#: Part -> (what its button says, what draws it). Only the open part is asked for and drawn.
PARTS = {
    "challenges": ("What challenges people", themes_challenges.draw),
    "groups": ("Regions and roles", themes_groups.draw),
    "change": ("Change", themes_change.draw),
    "together": ("Together", themes_together.draw),
    "coders": ("Coding", themes_coders.draw),
    "beside": ("Survey beside focus groups", themes_beside.draw),
    "comments": ("Comments", themes_comments.draw),
}

view = ui.here()
survey = view.ask("themes")
level, code = view.place
rows = challenges.compared(survey.table, level, code)
asked = challenges.was_asked(view.ask("questions").table, view.filters["role"])
nothing = challenges.survey_state(survey.table, level, code, asked)
sentence = challenges.nothing_sentence(nothing, view.who, view.name(code)) if nothing else challenges.leading_sentence(rows, view.who)
ui.headline(f"Themes · {view.scope}", sentence)
part = view.picker.part("themes_part", {name: label for name, (label, _) in PARTS.items()}, "Part of this page")
PARTS[part][1](view)
