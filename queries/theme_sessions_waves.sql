-- purpose: Focus-group sessions in which each theme was coded, wave by wave; a session belongs to the wave that had last opened by its date.
-- grain: level, code, wave_id, theme
-- parameters:
--   role VARCHAR in (roles) default splw: kind of respondent the sessions were held with
--   region VARCHAR: only this region; England stays for comparison
-- columns:
--   level VARCHAR: england or region
--   code VARCHAR: code of the place
--   name VARCHAR: name of the place
--   region_code VARCHAR: region
--   wave_id VARCHAR: wave
--   wave_name VARCHAR: name of the wave
--   theme VARCHAR: theme
--   label VARCHAR: name of the theme
--   sessions_with BIGINT: sessions with at least one excerpt of the theme
--   sessions BIGINT: sessions held
--   participants BIGINT: people who took part in those sessions
--   excerpts BIGINT: excerpts of the theme
-- reader: themes page
-- disclosure: sessions
WITH held AS (
  SELECT place.level, place.code, session_wave.wave_id, session.session_id, session.participants
  FROM session
  JOIN session_wave USING (session_id)
  JOIN place ON place.as_at = (SELECT max(as_at) FROM pcn)
    AND (place.level = 'england' OR place.level = 'region' AND place.code = session.region_code)
  WHERE session.respondent_kind = $role
),
total AS (
  SELECT level, code, wave_id, count(*) AS sessions, sum(participants)::BIGINT AS participants FROM held GROUP BY ALL
),
coded AS (
  SELECT DISTINCT held.level, held.code, held.wave_id, coding.theme, held.session_id, excerpt.excerpt_id
  FROM held
  JOIN excerpt USING (session_id)
  JOIN coding USING (excerpt_id)
)
SELECT
  place.level, place.code, place.name, place.region_code, wave.wave_id, wave.wave_name, theme.theme, theme.label,
  count(DISTINCT coded.session_id) AS sessions_with,
  coalesce(total.sessions, 0) AS sessions,
  coalesce(total.participants, 0) AS participants,
  count(coded.excerpt_id) AS excerpts
FROM place
CROSS JOIN wave
CROSS JOIN theme
LEFT JOIN total USING (level, code, wave_id)
LEFT JOIN coded ON coded.level = place.level AND coded.code = place.code AND coded.wave_id = wave.wave_id AND coded.theme = theme.theme
WHERE place.as_at = (SELECT max(as_at) FROM pcn) AND place.level IN ('england', 'region')
  AND (place.level = 'england' OR $region IS NULL OR place.region_code = $region)
GROUP BY ALL
ORDER BY level, code, wave_id, theme
