-- purpose: Each theme in the survey beside the same theme in focus groups, by England and region, how the two converge by the
--   rule of the settings, and what people settled instead.
-- grain: level, code, theme
-- parameters:
--   wave VARCHAR: wave of the survey; the newest if left out (focus groups belong to no wave)
--   role VARCHAR in (roles) default splw: kind of respondent, in the survey and in the focus groups
--   region VARCHAR: only this region; England stays for comparison
-- columns:
--   level VARCHAR: england or region
--   code VARCHAR: code of the place
--   name VARCHAR: name of the place
--   region_code VARCHAR: region
--   theme VARCHAR: theme
--   label VARCHAR: name of the theme
--   remedy VARCHAR: the remedy the programme names for it
--   asked BOOLEAN: whether this kind of respondent was asked about challenges in this wave
--   chosen BOOLEAN: whether anybody, of any role and place, chose the theme in this wave
--   x BIGINT: respondents who chose it
--   n BIGINT: respondents who answered the question
--   sessions_with BIGINT: sessions with at least one excerpt of the theme
--   sessions BIGINT: sessions held
--   participants BIGINT: people who took part in those sessions
--   verdict VARCHAR: what people settled last for this place; empty where they have not
--   verdict_date DATE: day on which they did
--   verdict_note VARCHAR: why
-- reader: themes page
-- then: convergence.propose
-- disclosure: beside
WITH asked AS (
  SELECT response_id, region_code, respondent_kind, challenges, challenges_state FROM response WHERE wave_id = $wave
),
answered AS (
  SELECT dimension.level, dimension.code, asked.challenges
  FROM asked
  CROSS JOIN LATERAL (VALUES ('england', 'ENG'), ('region', asked.region_code)) AS dimension (level, code)
  WHERE respondent_kind = $role AND challenges_state IN ('answered', 'unmapped', 'dont_know')
),
held AS (
  SELECT dimension.level, dimension.code, session.session_id, session.participants
  FROM session
  CROSS JOIN LATERAL (VALUES ('england', 'ENG'), ('region', session.region_code)) AS dimension (level, code)
  WHERE session.respondent_kind = $role
),
survey AS (
  SELECT level, code, theme.theme, count(*) FILTER (list_contains(challenges, theme.theme)) AS x, count(*) AS n
  FROM answered CROSS JOIN theme
  GROUP BY ALL
),
total AS (
  SELECT level, code, count(*) AS sessions, sum(participants)::BIGINT AS participants FROM held GROUP BY ALL
),
raised AS (
  SELECT held.level, held.code, coding.theme, count(DISTINCT held.session_id) AS sessions_with
  FROM held JOIN excerpt USING (session_id) JOIN coding USING (excerpt_id)
  GROUP BY ALL
),
settled AS (
  SELECT
    theme, coalesce(region_code, 'ENG') AS code, max(date) AS date, arg_max(verdict, date) AS verdict,
    arg_max(coalesce(note, ''), date) AS note
  FROM convergence
  GROUP BY ALL
)
SELECT
  place.level, place.code, place.name, place.region_code, theme.theme, theme.label, theme.remedy,
  (SELECT coalesce(bool_or(challenges_state <> 'not_asked'), FALSE) FROM asked WHERE respondent_kind = $role) AS asked,
  theme.theme IN (SELECT unnest(challenges) FROM asked) AS chosen,
  coalesce(survey.x, 0) AS x,
  coalesce(survey.n, 0) AS n,
  coalesce(raised.sessions_with, 0) AS sessions_with,
  coalesce(total.sessions, 0) AS sessions,
  coalesce(total.participants, 0) AS participants,
  settled.verdict,
  settled.date AS verdict_date,
  settled.note AS verdict_note
FROM place
CROSS JOIN theme
LEFT JOIN survey ON survey.level = place.level AND survey.code = place.code AND survey.theme = theme.theme
LEFT JOIN total ON total.level = place.level AND total.code = place.code
LEFT JOIN raised ON raised.level = place.level AND raised.code = place.code AND raised.theme = theme.theme
LEFT JOIN settled ON settled.theme = theme.theme AND settled.code = place.code
WHERE place.as_at = (SELECT max(as_at) FROM pcn) AND place.level IN ('england', 'region')
  AND (place.level = 'england' OR $region IS NULL OR place.region_code = $region)
ORDER BY place.level, place.code, theme.theme
