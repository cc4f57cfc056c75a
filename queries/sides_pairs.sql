-- purpose: PCNs where both a link worker and somebody of the PCN's side answered: whether they say the same. A side says no where
--   anybody of it does, yes where all of it who say yes or no say yes; don't know alone is not known.
-- grain: level, code, element, outcome
-- parameters:
--   wave VARCHAR: wave; the newest if left out
--   region VARCHAR: only this region; England stays for comparison
-- columns:
--   level VARCHAR: england or region
--   code VARCHAR: code of the place
--   name VARCHAR: name of the place
--   region_code VARCHAR: region it lies in
--   element VARCHAR: element or part
--   part_of VARCHAR: element that a part belongs to
--   position INTEGER: order in which elements are shown
--   outcome VARCHAR: who says yes: both, pcn_side, link_workers or neither; not_known where a side has only don't knows
--   state VARCHAR: known, or open for not_known
--   x BIGINT: PCNs with this outcome
--   n BIGINT: PCNs where both sides say yes or no; for the open ones, all PCNs where both sides answered
-- reader: coverage page
-- then: stats.share
-- disclosure: parts
-- keep: region
WITH side AS (
  SELECT
    element, value AS pcn_code,
    CASE WHEN respondent_kind = 'splw' THEN 'link_workers' ELSE 'pcn_side' END AS side,
    CASE WHEN bool_or(state = 'no') THEN 'no' WHEN bool_or(state = 'yes') THEN 'yes' ELSE 'dont_know' END AS said
  FROM element_state
  JOIN response_group USING (response_id)
  WHERE wave_id = $wave AND respondent_kind IN ('splw', 'gp_supervisor', 'pcn_manager') AND state IN ('yes', 'no', 'dont_know')
    AND basis = 'today' AND dimension = 'pcn'
  GROUP BY ALL
),
pair AS (
  SELECT
    worker.element, place.region_code,
    CASE
      WHEN 'dont_know' IN (worker.said, pcn.said) THEN 'not_known'
      WHEN worker.said = 'yes' AND pcn.said = 'yes' THEN 'both'
      WHEN pcn.said = 'yes' THEN 'pcn_side'
      WHEN worker.said = 'yes' THEN 'link_workers'
      ELSE 'neither'
    END AS outcome
  FROM side AS worker
  JOIN side AS pcn ON pcn.element = worker.element AND pcn.pcn_code = worker.pcn_code AND pcn.side = 'pcn_side'
  JOIN place ON place.level = 'pcn' AND place.code = worker.pcn_code AND place.as_at = (SELECT max(as_at) FROM pcn)
  WHERE worker.side = 'link_workers'
),
counted AS (
  SELECT place.level, place.code, place.name, place.region_code, element.element, element.part_of, element.position, pair.outcome
  FROM place
  CROSS JOIN element
  LEFT JOIN pair ON pair.element = element.element AND (place.level = 'england' OR pair.region_code = place.code)
  WHERE place.as_at = (SELECT max(as_at) FROM pcn) AND place.level IN ('england', 'region')
)
SELECT
  level, code, name, region_code, element, part_of, position,
  kind.outcome, kind.state,
  count(*) FILTER (counted.outcome = kind.outcome) AS x,
  count(*) FILTER (kind.state = 'open' OR counted.outcome <> 'not_known') - count(*) FILTER (counted.outcome IS NULL AND kind.state = 'open') AS n
FROM counted
CROSS JOIN (
  VALUES ('both', 'known', 1), ('pcn_side', 'known', 2), ('link_workers', 'known', 3), ('neither', 'known', 4), ('not_known', 'open', 5)
) AS kind (outcome, state, place)
GROUP BY level, code, name, region_code, element, part_of, position, kind.outcome, kind.state, kind.place
ORDER BY list_position(['england', 'region'], level), name, code, position, kind.place
