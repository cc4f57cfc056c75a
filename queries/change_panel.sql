-- purpose: Change since an earlier wave, PCN by PCN: how much of it happened within PCNs that were heard both times and how much is
--   who answered. PCNs are today's: a merged PCN's earlier answers count for its successor; answers of a split one have no place.
-- grain: level, code, element, category
-- parameters:
--   wave VARCHAR: wave; the newest if left out
--   earlier VARCHAR: earlier wave to compare with; the one before if left out
--   role VARCHAR in (roles) default splw: kind of respondent
--   region VARCHAR: only this region and its ICBs; England stays for comparison
--   icb VARCHAR: only this ICB and its region
--   level VARCHAR in (england, region, icb): one level only
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
--   x1 BIGINT[]: respondents who had it in the earlier wave, PCN by PCN; after the step their sum
--   n1 BIGINT[]: respondents who were asked and answered in the earlier wave
--   x2 BIGINT[]: respondents who have it in this wave
--   n2 BIGINT[]: respondents who were asked and answered in this wave
--   pcns_merged BIGINT: PCNs heard both times whose earlier answers were given, at least in part, under the code of a PCN since closed
--   pcns_split BIGINT: PCNs of the earlier wave that closed without a single successor
-- reader: coverage page
-- then: stats.panel
-- disclosure: panel
-- keep: region, icb
WITH before AS (
  SELECT max(wave_id) AS wave_id FROM wave WHERE wave_id < $wave AND ($earlier IS NULL OR wave_id = $earlier)
),
asked AS (
  SELECT measure, category, position FROM measure
  WHERE CASE WHEN $measure IS NULL THEN measure IN (SELECT element FROM element) ELSE measure = $measure END
),
heard AS (
  SELECT
    pcn_code, icb_code, region_code,
    bool_or(wave_id < $wave AND wave_pcn_code <> pcn_code) AS other_code
  FROM response
  WHERE wave_id IN ($wave, (SELECT wave_id FROM before)) AND respondent_kind = $role
  GROUP BY ALL
),
counted AS (
  SELECT
    response.pcn_code, measure_state.measure, measure_state.category,
    count(*) FILTER (measure_state.wave_id < $wave AND measure_state.state = 'yes') AS x1,
    count(*) FILTER (measure_state.wave_id < $wave) AS n1,
    count(*) FILTER (measure_state.wave_id = $wave AND measure_state.state = 'yes') AS x2,
    count(*) FILTER (measure_state.wave_id = $wave) AS n2
  FROM measure_state JOIN response USING (response_id)
  WHERE measure_state.wave_id IN ($wave, (SELECT wave_id FROM before)) AND measure_state.respondent_kind = $role
    AND measure_state.measure IN (SELECT measure FROM asked)
    AND measure_state.state IN ('yes', 'no', 'dont_know')
  GROUP BY ALL
),
panel AS (
  SELECT
    heard.pcn_code, heard.icb_code, heard.region_code, heard.other_code, asked.measure, asked.category,
    coalesce(x1, 0) AS x1, coalesce(n1, 0) AS n1, coalesce(x2, 0) AS x2, coalesce(n2, 0) AS n2
  FROM heard CROSS JOIN asked LEFT JOIN counted USING (pcn_code, measure, category)
),
gone AS ( -- closed since the earlier wave, and no one PCN follows it
  SELECT pcn.pcn_code, pcn.icb_code, pcn.region_code
  FROM pcn
  JOIN wave_map ON wave_map.as_at = pcn.as_at AND wave_map.wave_id = (SELECT wave_id FROM before) AND wave_map.basis = 'wave'
  WHERE pcn.pcn_code NOT IN (SELECT code FROM pcn_now)
)
SELECT
  place.level, place.code, place.name, place.region_code, asked.measure AS element, asked.category, asked.position,
  (SELECT wave_id FROM before) AS earlier_wave,
  coalesce(list(panel.x1 ORDER BY panel.pcn_code) FILTER (panel.pcn_code IS NOT NULL), []) AS x1,
  coalesce(list(panel.n1 ORDER BY panel.pcn_code) FILTER (panel.pcn_code IS NOT NULL), []) AS n1,
  coalesce(list(panel.x2 ORDER BY panel.pcn_code) FILTER (panel.pcn_code IS NOT NULL), []) AS x2,
  coalesce(list(panel.n2 ORDER BY panel.pcn_code) FILTER (panel.pcn_code IS NOT NULL), []) AS n2,
  count(*) FILTER (panel.n1 > 0 AND panel.n2 > 0 AND panel.other_code) AS pcns_merged,
  (
    SELECT count(*) FROM gone
    WHERE place.level = 'england' OR place.code = CASE WHEN place.level = 'region' THEN gone.region_code ELSE gone.icb_code END
  ) AS pcns_split
FROM place
JOIN wave_map ON wave_map.as_at = place.as_at AND wave_map.wave_id = $wave AND wave_map.basis = 'today'
CROSS JOIN asked
LEFT JOIN panel ON panel.measure = asked.measure AND panel.category = asked.category
  AND (place.level = 'england' OR place.code = CASE WHEN place.level = 'region' THEN panel.region_code ELSE panel.icb_code END)
WHERE CASE WHEN $level IS NULL THEN place.level <> 'pcn' ELSE place.level = $level AND $level <> 'pcn' END
GROUP BY place.level, place.code, place.name, place.region_code, asked.measure, asked.category, asked.position
ORDER BY list_position(['england', 'region', 'icb'], place.level), place.name, place.code, asked.position
