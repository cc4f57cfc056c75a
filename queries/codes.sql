-- purpose: Every code of the coding tools with the code above it, its theme, and how much was coded with it.
-- grain: code
-- columns:
--   code VARCHAR: code with those above it, joined by >
--   parent VARCHAR: code above it; empty at the top
--   theme VARCHAR: theme it is mapped to; empty when neither it nor a code above it is in the themes register
--   theme_from VARCHAR: which of the two the register names: the code itself, or the nearest code above it
--   label VARCHAR: name of the theme
--   excerpts BIGINT: excerpts coded with it
--   sessions BIGINT: sessions those are from
--   coders BIGINT: coders who used it, as far as the tool tells them apart
--   participants BIGINT: people who took part in those sessions
-- reader: data page
-- scope: none
-- disclosure: sessions
WITH used AS (
  SELECT DISTINCT coding.code, session.session_id, session.participants
  FROM coding
  JOIN excerpt USING (excerpt_id)
  JOIN session USING (session_id)
),
held AS (
  SELECT code, count(*) AS sessions, sum(participants)::BIGINT AS participants FROM used GROUP BY code
),
counted AS (
  SELECT code, count(DISTINCT excerpt_id) AS excerpts, count(DISTINCT coder) AS coders FROM coding GROUP BY code
)
SELECT
  code.code, code.parent, code.theme, code.theme_from, theme.label,
  coalesce(counted.excerpts, 0) AS excerpts,
  coalesce(held.sessions, 0) AS sessions,
  coalesce(counted.coders, 0) AS coders,
  coalesce(held.participants, 0) AS participants
FROM code
LEFT JOIN theme USING (theme)
LEFT JOIN counted USING (code)
LEFT JOIN held USING (code)
ORDER BY code.code
