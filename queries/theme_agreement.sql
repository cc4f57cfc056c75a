-- purpose: How far those who coded the same focus-group sessions agree on each theme: in each session, whether each of them coded it at all.
-- grain: theme
-- columns:
--   theme VARCHAR: theme
--   label VARCHAR: name of the theme
--   sessions BIGINT: sessions that at least two people coded
--   coders BIGINT: the most people who coded one of them
--   participants BIGINT: people who took part in those sessions
--   everybody BIGINT: of these sessions, those in which everybody who coded them coded the theme
--   somebody BIGINT: those in which some coded it and some did not
--   nobody BIGINT: those in which nobody did
--   said INTEGER[][]: per session, 1 or 0 for each of those who coded it; the step takes it out
-- reader: themes page
-- then: stats.agreement
-- scope: none
-- disclosure: sessions
WITH coder AS (
  SELECT DISTINCT excerpt.session_id, coding.coder FROM excerpt JOIN coding USING (excerpt_id)
),
double_coded AS (
  SELECT coder.session_id, count(*) AS coders, any_value(session.participants) AS participants
  FROM coder
  JOIN session USING (session_id)
  GROUP BY coder.session_id
  HAVING count(*) > 1
),
used AS (
  SELECT DISTINCT excerpt.session_id, coding.coder, coding.theme FROM excerpt JOIN coding USING (excerpt_id)
),
said AS (
  SELECT
    theme.theme, session_id, list((used.coder IS NOT NULL)::INTEGER ORDER BY coder.coder) AS said,
    count(used.coder) AS yes, count(*) AS coders, any_value(double_coded.participants) AS participants
  FROM theme
  CROSS JOIN double_coded
  JOIN coder USING (session_id)
  LEFT JOIN used USING (session_id, coder, theme)
  GROUP BY ALL
)
SELECT
  theme.theme, theme.label,
  count(said.session_id) AS sessions,
  coalesce(max(said.coders), 0) AS coders,
  coalesce(sum(said.participants), 0)::BIGINT AS participants,
  count(*) FILTER (said.yes = said.coders) AS everybody,
  count(*) FILTER (said.yes > 0 AND said.yes < said.coders) AS somebody,
  count(*) FILTER (said.yes = 0) AS nobody,
  list(said.said ORDER BY said.session_id) FILTER (said.said IS NOT NULL) AS said
FROM theme
LEFT JOIN said USING (theme)
GROUP BY theme.theme, theme.label
ORDER BY theme.theme
