-- purpose: Change since an earlier wave among all who answered (other people may have replied): the elements and their parts, or
--   any one measure.
-- grain: level, code, element, category
-- parameters:
--   wave VARCHAR: wave; the newest if left out
--   earlier VARCHAR: earlier wave to compare with; the one before if left out
--   role VARCHAR in (roles) default splw: kind of respondent
--   region VARCHAR: only this region and its ICBs; England stays for comparison
--   icb VARCHAR: only this ICB and its region
--   measure VARCHAR in (measures): one measure; left out: the elements of the contract and their parts
-- columns:
--   level VARCHAR: england, region or icb
--   code VARCHAR: code of the place
--   name VARCHAR: name of the place
--   region_code VARCHAR: region it lies in
--   element VARCHAR: element, part or measure
--   category VARCHAR: answer it counts; yes where the measure is a question of yes or no
--   position INTEGER: order in which they are shown
--   earlier_wave VARCHAR: wave it is compared with, empty when there is none
--   x1 BIGINT: respondents who had it in the earlier wave
--   n1 BIGINT: respondents who were asked and answered in the earlier wave
--   x2 BIGINT: respondents who have it in this wave
--   n2 BIGINT: respondents who were asked and answered in this wave
-- reader: overview and coverage pages
-- then: stats.change
-- disclosure: change
-- keep: region, icb
WITH before AS (
  SELECT max(wave_id) AS wave_id FROM wave WHERE wave_id < $wave AND ($earlier IS NULL OR wave_id = $earlier)
),
asked AS (
  SELECT measure, category, position FROM measure
  WHERE CASE WHEN $measure IS NULL THEN measure IN (SELECT element FROM element) ELSE measure = $measure END
)
SELECT
  place.level, place.code, place.name, place.region_code, asked.measure AS element, asked.category, asked.position,
  (SELECT wave_id FROM before) AS earlier_wave,
  count(*) FILTER (state.wave_id < $wave AND state.state = 'yes') AS x1,
  count(*) FILTER (state.wave_id < $wave) AS n1,
  count(*) FILTER (state.wave_id = $wave AND state.state = 'yes') AS x2,
  count(*) FILTER (state.wave_id = $wave) AS n2
FROM place
JOIN wave_map ON wave_map.as_at = place.as_at AND wave_map.wave_id = $wave AND wave_map.basis = 'today'
CROSS JOIN asked
LEFT JOIN (
  SELECT response_group.dimension, response_group.value, measure_state.measure, measure_state.category, measure_state.state,
    measure_state.wave_id
  FROM measure_state
  JOIN response_group USING (response_id)
  WHERE measure_state.wave_id IN ($wave, (SELECT wave_id FROM before)) AND measure_state.respondent_kind = $role
    AND measure_state.measure IN (SELECT measure FROM asked)
    AND measure_state.state IN ('yes', 'no', 'dont_know')
    AND response_group.basis = 'today' AND response_group.dimension IN ('england', 'region', 'icb')
) AS state ON state.dimension = place.level AND state.value = place.code AND state.measure = asked.measure
  AND state.category = asked.category
WHERE place.level <> 'pcn'
GROUP BY place.level, place.code, place.name, place.region_code, asked.measure, asked.category, asked.position
ORDER BY list_position(['england', 'region', 'icb'], place.level), place.name, place.code, asked.position
