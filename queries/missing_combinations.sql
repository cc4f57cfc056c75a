-- purpose: Which elements of the contract are missing together: every combination among respondents of whom all elements are known,
--   and apart from those, how many have at least one element that is not known.
-- grain: level, code, missing
-- parameters:
--   wave VARCHAR: wave; the newest if left out
--   role VARCHAR in (roles) default splw: kind of respondent
--   region VARCHAR: only this region and its ICBs; England stays for comparison
--   icb VARCHAR: only this ICB and its region
--   detail VARCHAR in (elements, parts) default elements: combinations of the three elements, or of their parts (parts)
-- columns:
--   level VARCHAR: england, region or icb
--   code VARCHAR: code of the place
--   name VARCHAR: name of the place
--   region_code VARCHAR: region it lies in
--   missing VARCHAR: elements that are missing, in their order, with spaces between; none; or not_known
--   state VARCHAR: known, or open for those of whom at least one element is not known
--   x BIGINT: respondents with this combination
--   n BIGINT: respondents of whom all elements are known; for the open ones, all respondents
-- reader: coverage page
-- then: stats.share
-- disclosure: parts
-- keep: region, icb
WITH person AS (
  SELECT
    response_id,
    -- how often is not asked of those who have no supervision: nothing is unknown there
    bool_and(state IN ('yes', 'no') OR (element = 'supervision_often_enough' AND state = 'not_applicable')) AS known,
    coalesce(string_agg(element, ' ' ORDER BY position) FILTER (state = 'no'), 'none') AS missing
  FROM element_state
  JOIN element USING (element)
  WHERE wave_id = $wave AND respondent_kind = $role AND element <> 'all_three' AND (part_of IS NOT NULL) = ($detail = 'parts')
  GROUP BY response_id
),
combination AS (
  SELECT DISTINCT CASE WHEN known THEN missing ELSE 'not_known' END AS missing FROM person
  UNION SELECT 'not_known'
),
here AS (
  SELECT dimension AS level, value AS code, known, CASE WHEN known THEN missing ELSE 'not_known' END AS missing
  FROM person
  JOIN response_group USING (response_id)
  WHERE basis = 'today' AND dimension IN ('england', 'region', 'icb')
),
total AS (SELECT level, code, count(*) FILTER (known) AS known, count(*) AS people FROM here GROUP BY ALL)
SELECT
  place.level, place.code, place.name, place.region_code,
  combination.missing,
  CASE WHEN combination.missing = 'not_known' THEN 'open' ELSE 'known' END AS state,
  count(here.missing) AS x,
  coalesce(any_value(CASE WHEN combination.missing = 'not_known' THEN total.people ELSE total.known END), 0) AS n
FROM place
JOIN wave_map ON wave_map.as_at = place.as_at AND wave_map.wave_id = $wave AND wave_map.basis = 'today'
CROSS JOIN combination
LEFT JOIN total ON total.level = place.level AND total.code = place.code
LEFT JOIN here ON here.level = place.level AND here.code = place.code AND here.missing = combination.missing
WHERE place.level IN ('england', 'region', 'icb')
GROUP BY place.level, place.code, place.name, place.region_code, combination.missing
ORDER BY list_position(['england', 'region', 'icb'], place.level), place.name, place.code, state, x DESC, combination.missing
