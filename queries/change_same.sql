-- purpose: Change since an earlier wave among the same people: those who answered both times and are linked by their own code, in the
--   same role and, below England, in the same place both times.
-- grain: level, code, element, category
-- parameters:
--   wave VARCHAR: wave; the newest if left out
--   earlier VARCHAR: earlier wave to compare with; the one before if left out
--   role VARCHAR in (roles) default splw: kind of respondent, both times
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
--   x1 BIGINT: of all respondents of the earlier wave, those who had it
--   n1 BIGINT: all respondents who were asked and answered in the earlier wave, linked or not
--   x2 BIGINT: of all respondents of this wave, those who have it
--   n2 BIGINT: all respondents who were asked and answered in this wave, linked or not
--   n11 BIGINT: linked people who had it and have it
--   n10 BIGINT: linked people who had it and no longer do
--   n01 BIGINT: linked people who did not have it and now do
--   n00 BIGINT: linked people who had it neither time
-- reader: coverage page
-- then: stats.same
-- disclosure: same
-- keep: region, icb
WITH before AS (
  SELECT max(wave_id) AS wave_id FROM wave WHERE wave_id < $wave AND ($earlier IS NULL OR wave_id = $earlier)
),
asked AS (
  SELECT measure, category, position FROM measure
  WHERE CASE WHEN $measure IS NULL THEN measure IN (SELECT element FROM element) ELSE measure = $measure END
),
answered AS (
  SELECT
    response.wave_id, response.respondent, response.region_code, response.icb_code,
    measure_state.measure, measure_state.category, measure_state.state = 'yes' AS has
  FROM measure_state JOIN response USING (response_id)
  WHERE measure_state.wave_id IN ($wave, (SELECT wave_id FROM before)) AND measure_state.respondent_kind = $role
    AND measure_state.measure IN (SELECT measure FROM asked)
    AND measure_state.state IN ('yes', 'no', 'dont_know')
),
counted AS ( -- everybody who answered, and every pair of answers of one person; a place is empty for those who moved between two
  SELECT
    region_code, icb_code, measure, category,
    wave_id < $wave AND has AS x1, wave_id < $wave AS n1, wave_id = $wave AND has AS x2, wave_id = $wave AS n2,
    false AS n11, false AS n10, false AS n01, false AS n00
  FROM answered
  UNION ALL
  SELECT
    CASE WHEN now.region_code = earlier.region_code THEN now.region_code END,
    CASE WHEN now.icb_code = earlier.icb_code THEN now.icb_code END,
    now.measure, now.category, false, false, false, false,
    earlier.has AND now.has, earlier.has AND NOT now.has, now.has AND NOT earlier.has, NOT earlier.has AND NOT now.has
  FROM answered AS now
  JOIN answered AS earlier USING (respondent, measure, category)
  WHERE now.wave_id = $wave AND earlier.wave_id < $wave
)
SELECT
  place.level, place.code, place.name, place.region_code, asked.measure AS element, asked.category, asked.position,
  (SELECT wave_id FROM before) AS earlier_wave,
  count(*) FILTER (x1) AS x1,
  count(*) FILTER (n1) AS n1,
  count(*) FILTER (x2) AS x2,
  count(*) FILTER (n2) AS n2,
  count(*) FILTER (n11) AS n11,
  count(*) FILTER (n10) AS n10,
  count(*) FILTER (n01) AS n01,
  count(*) FILTER (n00) AS n00
FROM place
JOIN wave_map ON wave_map.as_at = place.as_at AND wave_map.wave_id = $wave AND wave_map.basis = 'today'
CROSS JOIN asked
LEFT JOIN counted ON counted.measure = asked.measure AND counted.category = asked.category
  AND (place.level = 'england' OR place.code = CASE WHEN place.level = 'region' THEN counted.region_code ELSE counted.icb_code END)
WHERE place.level <> 'pcn'
GROUP BY place.level, place.code, place.name, place.region_code, asked.measure, asked.category, asked.position
ORDER BY list_position(['england', 'region', 'icb'], place.level), place.name, place.code, asked.position
