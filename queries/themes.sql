-- purpose: Share of respondents who chose each challenge, by place.
-- grain: level, code, theme
-- parameters:
--   wave VARCHAR: wave; the newest if left out
--   role VARCHAR in (roles) default splw: kind of respondent
--   region VARCHAR: only this region and its ICBs; England stays for comparison
--   icb VARCHAR: only this ICB and its region
-- columns:
--   level VARCHAR: england, region or icb
--   code VARCHAR: code of the place
--   name VARCHAR: name of the place
--   region_code VARCHAR: region it lies in
--   theme VARCHAR: theme
--   label VARCHAR: name of the theme
--   remedy VARCHAR: the remedy the programme names for it
--   x BIGINT: respondents who chose it
--   n BIGINT: respondents who answered the question
-- reader: overview and themes pages
-- then: stats.share
-- disclosure: share
-- keep: region, icb
WITH answered AS (
  SELECT response_group.dimension, response_group.value, response.challenges
  FROM response
  JOIN response_group USING (response_id)
  WHERE response.wave_id = $wave AND response.respondent_kind = $role
    AND response.challenges_state IN ('answered', 'unmapped', 'dont_know') AND response_group.basis = 'today'
)
SELECT
  place.level, place.code, place.name, place.region_code, theme.theme, theme.label, theme.remedy,
  count(*) FILTER (list_contains(answered.challenges, theme.theme)) AS x,
  count(answered.value) AS n
FROM place
JOIN wave_map ON wave_map.as_at = place.as_at AND wave_map.wave_id = $wave AND wave_map.basis = 'today'
CROSS JOIN theme
LEFT JOIN answered ON answered.dimension = place.level AND answered.value = place.code
WHERE place.level <> 'pcn'
GROUP BY place.level, place.code, place.name, place.region_code, theme.theme, theme.label, theme.remedy
ORDER BY list_position(['england', 'region', 'icb'], place.level), place.name, place.code, theme.theme
