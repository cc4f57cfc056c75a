-- purpose: Change in the share who chose each challenge since an earlier wave, among all who answered (other people may have replied).
-- grain: level, code, theme
-- parameters:
--   wave VARCHAR: wave; the newest if left out
--   before VARCHAR: the earlier wave to compare with; the wave before if left out
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
--   earlier_wave VARCHAR: wave compared with, empty when there is none
--   x1 BIGINT: respondents who chose it in the earlier wave
--   n1 BIGINT: respondents who answered the question in the earlier wave
--   x2 BIGINT: respondents who chose it in this wave
--   n2 BIGINT: respondents who answered the question in this wave
-- reader: themes page
-- then: stats.change
-- disclosure: change
-- keep: region, icb
WITH earlier AS (
  SELECT max(wave_id) AS wave_id FROM wave WHERE wave_id < $wave AND ($before IS NULL OR wave_id = $before)
),
answered AS (
  SELECT response_group.dimension, response_group.value, response.wave_id, response.challenges
  FROM response
  JOIN response_group USING (response_id)
  WHERE response.wave_id IN ($wave, (SELECT wave_id FROM earlier)) AND response.respondent_kind = $role
    AND response.challenges_state IN ('answered', 'unmapped', 'dont_know') AND response_group.basis = 'today'
)
SELECT
  place.level, place.code, place.name, place.region_code, theme.theme, theme.label,
  (SELECT wave_id FROM earlier) AS earlier_wave,
  count(*) FILTER (answered.wave_id < $wave AND list_contains(answered.challenges, theme.theme)) AS x1,
  count(*) FILTER (answered.wave_id < $wave) AS n1,
  count(*) FILTER (answered.wave_id = $wave AND list_contains(answered.challenges, theme.theme)) AS x2,
  count(*) FILTER (answered.wave_id = $wave) AS n2
FROM place
JOIN wave_map ON wave_map.as_at = place.as_at AND wave_map.wave_id = $wave AND wave_map.basis = 'today'
CROSS JOIN theme
LEFT JOIN answered ON answered.dimension = place.level AND answered.value = place.code
WHERE place.level <> 'pcn'
GROUP BY place.level, place.code, place.name, place.region_code, theme.theme, theme.label
ORDER BY list_position(['england', 'region', 'icb'], place.level), place.name, place.code, theme.theme
