-- purpose: The challenges that respondents of one PCN chose. What speaks of wellbeing or safeguarding follows its rule.
-- grain: pcn_code, theme
-- parameters:
--   wave VARCHAR: wave; the newest if left out
--   role VARCHAR in (roles) default splw: kind of respondent
--   pcn VARCHAR: PCN; left out: every PCN
-- columns:
--   level VARCHAR: pcn
--   pcn_code VARCHAR: PCN of today
--   region_code VARCHAR: its region
--   element VARCHAR: the measure whose disclosure rule the theme follows
--   theme VARCHAR: theme
--   label VARCHAR: name of the theme
--   remedy VARCHAR: the remedy the programme names for it
--   x BIGINT: respondents who chose it
--   n BIGINT: respondents who answered the question
-- reader: PCN page
-- then: stats.share
-- disclosure: share
WITH answered AS (
  SELECT pcn_code, challenges FROM response
  WHERE wave_id = $wave AND respondent_kind = $role AND challenges_state IN ('answered', 'unmapped', 'dont_know')
)
SELECT
  'pcn' AS level, pcn.pcn_code, pcn.region_code,
  CASE theme.theme WHEN 'safeguarding_risk' THEN 'safeguarding_topics' WHEN 'emotional_burden' THEN 'anxiety' ELSE 'challenges' END AS element,
  theme.theme, theme.label, theme.remedy,
  count(*) FILTER (list_contains(answered.challenges, theme.theme)) AS x,
  count(answered.pcn_code) AS n
FROM pcn
CROSS JOIN theme
LEFT JOIN answered ON answered.pcn_code = pcn.pcn_code
WHERE pcn.as_at = (SELECT max(as_at) FROM pcn) AND ($pcn IS NULL OR pcn.pcn_code = $pcn)
GROUP BY pcn.pcn_code, pcn.region_code, theme.theme, theme.label, theme.remedy
ORDER BY pcn.pcn_code, theme.theme -- not by x: the order would tell a withheld number
