-- purpose: The excerpts behind a theme, behind a pair of themes or of a session, with session, role, region and position, without speakers.
-- grain: excerpt_id
-- parameters:
--   theme VARCHAR: theme; left out: all
--   other VARCHAR: a second theme; with it: excerpts of either theme from the sessions that raised both
--   region VARCHAR: only sessions of this region
--   role VARCHAR in (roles): only sessions held with this kind of respondent
--   session VARCHAR: only this session
-- columns:
--   excerpt_id VARCHAR: excerpt
--   session_id VARCHAR: session
--   date DATE: day of the session
--   region_code VARCHAR: region of the session
--   region_name VARCHAR: name of the region
--   respondent_kind VARCHAR: kind of respondent
--   file VARCHAR: name of the session's document
--   position INTEGER: order within the session
--   start INTEGER: first character in the document, counted from 0, where the tool exports it
--   stop INTEGER: the character after the last one
--   place VARCHAR: where it stands in the tool's own words
--   text VARCHAR: the words, after redaction; empty where the tool exports counts only
--   themes VARCHAR[]: themes it was coded with
--   codes VARCHAR[]: codes it bears
--   coders VARCHAR[]: pseudonyms of those who coded it
-- reader: themes and data pages
-- disclosure: rows
SELECT
  excerpt.excerpt_id, session.session_id, session.date, session.region_code, region.region_name, session.respondent_kind, session.file,
  excerpt.position, excerpt.start, excerpt.stop, excerpt.place, excerpt.text,
  list_sort(list(DISTINCT coding.theme) FILTER (coding.theme IS NOT NULL)) AS themes,
  list_sort(list(DISTINCT coding.code)) AS codes,
  list_sort(list(DISTINCT coding.coder)) AS coders
FROM excerpt
JOIN session USING (session_id)
JOIN coding USING (excerpt_id)
LEFT JOIN region ON region.region_code = session.region_code AND region.as_at = (SELECT max(as_at) FROM region)
WHERE ($region IS NULL OR session.region_code = $region) AND ($role IS NULL OR session.respondent_kind = $role)
  AND ($session IS NULL OR session.session_id = $session)
  AND ($other IS NULL OR session.session_id IN (
    SELECT excerpt.session_id FROM excerpt JOIN coding USING (excerpt_id)
    WHERE coding.theme IN ($theme, $other)
    GROUP BY excerpt.session_id
    HAVING count(DISTINCT coding.theme) = 2
  ))
GROUP BY ALL
HAVING $theme IS NULL OR list_contains(list(coding.theme), $theme) OR list_contains(list(coding.theme), $other)
ORDER BY session.date, session.session_id, excerpt.position
