"""Data: what is loaded, who replied, what was set aside, any question, and how new exports are added (national team)."""

from dataclasses import replace
from itertools import product

import pandas as pd
import streamlit as st

from oversight import accounts, charts, findings, store, survey_text, ui, uploads
from oversight.model import RESPONDENT_KINDS
from oversight.settings import exports_folder, snapshots_folder

RATES = {
    "wave_name": "Wave", "role_name": "Role", "name": "Region", "responses": "Replies (n)", "headcount": "In post (estimate)",
    "rate": "Response rate", "pcns_heard": "PCNs heard from", "pcns": "PCNs", "pcns_no_return": "PCNs without a workforce return", "withheld": "Withheld because",
}  # fmt: skip
RATE_FORMATS = {"responses": "whole", "headcount": "whole", "rate": "percent", "pcns": "whole", "pcns_heard": "whole", "pcns_no_return": "whole"}
FILES = {"name": "File", "what": "In this build", "kind": "What it is", "rows_read": "Rows read", "accepted": "Accepted", "quarantined": "Set aside", "note": "Note", "why": "Known by"}
WHOLE = {name: "whole" for name in ("rows_read", "accepted", "quarantined", "rows", "files", "x", "responses")}


def replies(view: ui.View) -> None:
    role = view.picker.pick("role", RESPONDENT_KINDS, "Who answered", in_page=True)
    view = replace(view, filters={**view.filters, "role": role})
    waves = view.ask("waves").table.drop_duplicates("wave_id")
    asked = [
        (wave.wave_name, kind, view.ask("responses", wave=wave.wave_id, role=kind, level="region"))
        for wave, kind in product(waves.itertuples(), RESPONDENT_KINDS)
    ]
    rates = accounts.rates((wave, kind, result.table) for wave, kind, result in asked)
    england, regions = (rates[rates["level"] == level] for level in ("england", "region"))
    wave = view.name(view.filters["wave"])
    here = [rows[(rows["wave_name"] == wave) & (rows["role"] == role)] for rows in (england, regions)]
    st.subheader(accounts.rates_sentence(here[0].iloc[0], view.who, wave), anchor=False)
    ...
