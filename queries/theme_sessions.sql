-- purpose: Focus-group sessions in which each theme was coded, and the excerpts behind it, by England and region.
-- grain: level, code, theme
-- parameters:
--   role VARCHAR in (roles, every) default splw: kind of respondent the sessions were held with; every: all sessions
--   region VARCHAR: only this region; England stays for comparison
-- columns:
--   level VARCHAR: england or region
--   code VARCHAR: code of the place
--   name VARCHAR: name of the place
--   region_code VARCHAR: region
--   theme VARCHAR: theme
--   label VARCHAR: name of the theme
--   sessions_with BIGINT: sessions with at least one excerpt of the theme
--   sessions BIGINT: sessions held
--   participants BIGINT: people who took part in those sessions
--   excerpts BIGINT: excerpts of the theme
-- reader: themes page
-- disclosure: sessions
WITH held AS (
  SELECT 'england' AS level, 'ENG' AS code, session_id, participants FROM session WHERE $role IN (respondent_kind, 'every')
  UNION ALL
  SELECT 'region', region_code, session_id, participants FROM session WHERE $role IN (respondent_kind, 'every')
),
total AS (
  SELECT level, code, count(*) AS sessions, sum(participants)::BIGINT AS participants FROM held GROUP BY ALL
),
coded AS (
  SELECT DISTINCT held.level, held.code, coding.theme, held.session_id, excerpt.excerpt_id
  FROM held
  JOIN excerpt USING (session_id)
  JOIN coding USING (excerpt_id)
  WHERE coding.theme IS NOT NULL
)
SELECT
  place.level, place.code, place.name, place.region_code, theme.theme, theme.label,
  count(DISTINCT coded.session_id) AS sessions_with,
  coalesce(total.sessions, 0) AS sessions,
  coalesce(total.participants, 0) AS participants,
  count(coded.excerpt_id) AS excerpts
FROM place
CROSS JOIN theme
LEFT JOIN total USING (level, code)
LEFT JOIN coded ON coded.level = place.level AND coded.code = place.code AND coded.theme = theme.theme
WHERE place.as_at = (SELECT max(as_at) FROM pcn) AND place.level IN ('england', 'region')
  AND (place.level = 'england' OR $region IS NULL OR place.region_code = $region)
GROUP BY ALL
ORDER BY level, code, theme
