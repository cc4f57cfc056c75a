-- purpose: How often each two themes stand together: chosen by the same respondents, raised in the same sessions, or coded in the same excerpts.
-- grain: level, code, theme, other
-- parameters:
--   unit VARCHAR in (respondents, sessions, excerpts) default respondents: what is counted, of the survey or of focus groups
--   wave VARCHAR: wave, for respondents; the newest if left out. Sessions and excerpts are of any date
--   role VARCHAR in (roles) default splw: kind of respondent, or those the sessions were held with
--   region VARCHAR: only this region instead of England
--   icb VARCHAR: only this ICB, for respondents; sessions are held by region
-- columns:
--   level VARCHAR: england, region or icb
--   code VARCHAR: code of the place
--   name VARCHAR: name of the place
--   region_code VARCHAR: region it lies in
--   unit VARCHAR: what is counted
--   theme VARCHAR: theme
--   label VARCHAR: name of the theme
--   other VARCHAR: the second theme; every pair stands once
--   other_label VARCHAR: name of the second theme
--   a BIGINT: have both
--   b BIGINT: only the first
--   c BIGINT: only the second
--   d BIGINT: neither, of those who answered, sessions held, or excerpts coded
--   participants BIGINT: people behind all of them: those who answered, or who took part in the sessions
-- reader: themes page
-- then: stats.pairs
-- disclosure: pairs
WITH unit AS (
  SELECT response_id AS id, NULL::VARCHAR AS session_id, challenges AS themes
  FROM response
  WHERE $unit = 'respondents' AND wave_id = $wave AND respondent_kind = $role
    AND challenges_state IN ('answered', 'unmapped', 'dont_know')
    AND ($region IS NULL OR region_code = $region) AND ($icb IS NULL OR icb_code = $icb)
  UNION ALL
  SELECT
    CASE $unit WHEN 'sessions' THEN session.session_id ELSE excerpt.excerpt_id END,
    session.session_id,
    list(DISTINCT coding.theme) FILTER (coding.theme IS NOT NULL)
  FROM session
  LEFT JOIN excerpt USING (session_id)
  LEFT JOIN coding USING (excerpt_id)
  WHERE $unit IN ('sessions', 'excerpts') AND session.respondent_kind = $role AND ($region IS NULL OR session.region_code = $region)
    AND ($unit = 'sessions' OR coding.code IS NOT NULL)
  GROUP BY ALL
),
base AS (
  SELECT
    count(*) AS n,
    CASE $unit
      WHEN 'respondents' THEN count(*)
      ELSE (
        SELECT coalesce(sum(participants), 0) FROM session WHERE respondent_kind = $role AND ($region IS NULL OR region_code = $region)
      )
    END::BIGINT AS participants
  FROM unit
),
chosen AS (SELECT id, unnest(themes) AS theme FROM unit),
total AS (SELECT theme, count(*) AS n FROM chosen GROUP BY theme),
pair AS (
  SELECT one.theme, two.theme AS other, count(*) AS n
  FROM chosen AS one
  JOIN chosen AS two ON two.id = one.id AND one.theme < two.theme
  GROUP BY ALL
)
SELECT
  place.level, place.code, place.name, place.region_code, $unit AS unit,
  one.theme, one.label, two.theme AS other, two.label AS other_label,
  coalesce(pair.n, 0) AS a,
  coalesce(with_one.n, 0) - coalesce(pair.n, 0) AS b,
  coalesce(with_two.n, 0) - coalesce(pair.n, 0) AS c,
  base.n - coalesce(with_one.n, 0) - coalesce(with_two.n, 0) + coalesce(pair.n, 0) AS d,
  base.participants
FROM place
CROSS JOIN base
CROSS JOIN theme AS one
JOIN theme AS two ON one.theme < two.theme
LEFT JOIN pair ON pair.theme = one.theme AND pair.other = two.theme
LEFT JOIN total AS with_one ON with_one.theme = one.theme
LEFT JOIN total AS with_two ON with_two.theme = two.theme
WHERE place.as_at = (SELECT max(as_at) FROM pcn)
  AND CASE
    WHEN $icb IS NOT NULL AND $unit = 'respondents' THEN place.level = 'icb' AND place.code = $icb AND ($region IS NULL OR place.region_code = $region)
    WHEN $region IS NOT NULL THEN place.level = 'region' AND place.code = $region
    ELSE place.level = 'england'
  END
ORDER BY one.theme, two.theme
