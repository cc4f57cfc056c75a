-- purpose: The excerpts behind a theme, with session, role and region, without speakers.
-- grain: excerpt_id
-- parameters:
--   theme VARCHAR: theme; left out: all
--   region VARCHAR: only sessions of this region
--   role VARCHAR: only sessions held with this kind of respondent
-- columns:
--   excerpt_id VARCHAR: excerpt
--   session_id VARCHAR: session
--   date DATE: day of the session
--   region_code VARCHAR: region of the session
--   region_name VARCHAR: name of the region
--   respondent_kind VARCHAR: kind of respondent
--   position INTEGER: order within the session
--   text VARCHAR: the words, after redaction
--   themes VARCHAR[]: themes it was coded with
-- reader: themes page
-- disclosure: rows
SELECT
  excerpt.excerpt_id, session.session_id, session.date, session.region_code, region.region_name, session.respondent_kind,
  excerpt.position, excerpt.text, list_sort(list(DISTINCT coding.theme) FILTER (coding.theme IS NOT NULL)) AS themes
FROM excerpt
JOIN session USING (session_id)
JOIN coding USING (excerpt_id)
LEFT JOIN region ON region.region_code = session.region_code AND region.as_at = (SELECT max(as_at) FROM region)
WHERE ($region IS NULL OR session.region_code = $region) AND ($role IS NULL OR session.respondent_kind = $role)
GROUP BY ALL
HAVING $theme IS NULL OR list_contains(list(coding.theme), $theme)
ORDER BY session.date, session.session_id, excerpt.position
