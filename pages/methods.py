"""Methods: what every number means, how it is worked out, and where its rules come from."""

import streamlit as st

from oversight import documents, methods, ui

view = ui.here()
sections = methods.sections()
ui.headline("Methods", "What every number means, and how it is worked out")

st.markdown("**On this page**")
half = (len(sections) + 1) // 2
for column, part in zip(st.columns(2, gap=None), (sections[:half], sections[half:]), strict=True):
    column.markdown("\n".join(f"- [{s.title}](#{s.anchor})" for s in part))

for section in sections:
    st.header(section.title, anchor=section.anchor)
    st.markdown("\n\n".join(section.text))
    for number, (caption, table) in enumerate(section.tables):
        if caption:
            st.subheader(caption, anchor=False)
        ui.table(table, {column: column for column in table.columns}, f"{section.anchor}-{number}")
    for title, paragraphs in section.folded.items():
        with st.expander(title):
            st.markdown("\n\n".join(paragraphs))
    if section.anchor == "queries":
        dictionary = documents.dictionary().encode()
        st.download_button("Download the data dictionary", dictionary, "data-dictionary.md", "text/markdown", icon=":material/download:")
st.caption(f"Snapshot {view.snapshot.snapshot_id[:8]}{' · FICTIONAL' if view.snapshot.fictional else ''}")
