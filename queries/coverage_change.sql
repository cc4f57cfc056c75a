-- purpose: Change in each element and part since the wave before, among all who answered (other people may have replied).
-- grain: level, code, element
-- parameters:
--   wave VARCHAR: wave; the newest if left out
--   role VARCHAR default splw: kind of respondent
--   region VARCHAR: only this region and its ICBs; England stays for comparison
--   icb VARCHAR: only this ICB and its region
-- columns:
--   level VARCHAR: england, region or icb
--   code VARCHAR: code of the place
--   name VARCHAR: name of the place
--   region_code VARCHAR: region it lies in
--   element VARCHAR: element or part
--   earlier_wave VARCHAR: wave before, empty when there is none
--   x1 BIGINT: respondents who had it in the earlier wave
--   n1 BIGINT: respondents who were asked and answered in the earlier wave
--   x2 BIGINT: respondents who have it in this wave
--   n2 BIGINT: respondents who were asked and answered in this wave
-- reader: overview and coverage pages
-- then: stats.change
-- disclosure: change
WITH before AS (SELECT max(wave_id) AS wave_id FROM wave WHERE wave_id < $wave)
SELECT
  place.level, place.code, place.name, place.region_code, element.element,
  (SELECT wave_id FROM before) AS earlier_wave,
  count(*) FILTER (state.wave_id < $wave AND state.state = 'yes') AS x1,
  count(*) FILTER (state.wave_id < $wave) AS n1,
  count(*) FILTER (state.wave_id = $wave AND state.state = 'yes') AS x2,
  count(*) FILTER (state.wave_id = $wave) AS n2
FROM place
JOIN wave_map ON wave_map.as_at = place.as_at AND wave_map.wave_id = $wave AND wave_map.basis = 'today'
CROSS JOIN element
LEFT JOIN (
  SELECT response_group.dimension, response_group.value, element_state.element, element_state.state, element_state.wave_id
  FROM element_state
  JOIN response_group USING (response_id)
  WHERE element_state.wave_id IN ($wave, (SELECT wave_id FROM before)) AND element_state.respondent_kind = $role
    AND element_state.state IN ('yes', 'no', 'dont_know') AND response_group.basis = 'today'
) AS state ON state.dimension = place.level AND state.value = place.code AND state.element = element.element
WHERE place.level <> 'pcn'
  AND (place.level = 'england' OR $region IS NULL OR place.region_code = $region)
  AND (place.level IN ('england', 'region') OR $icb IS NULL OR place.icb_code = $icb)
GROUP BY place.level, place.code, place.name, place.region_code, element.element
ORDER BY list_position(['england', 'region', 'icb'], place.level), place.name, place.code, element.element
