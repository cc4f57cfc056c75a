-- purpose: Link workers and the PCN's side (GP supervisors, PCN managers) on each element and part, side by side and never added up.
-- grain: level, code, element, role
-- parameters:
--   wave VARCHAR: wave; the newest if left out
--   region VARCHAR: only this region and its ICBs; England stays for comparison
--   icb VARCHAR: only this ICB and its region
-- columns:
--   level VARCHAR: england, region or icb
--   code VARCHAR: code of the place
--   name VARCHAR: name of the place
--   region_code VARCHAR: region it lies in
--   element VARCHAR: element or part
--   part_of VARCHAR: element that a part belongs to
--   position INTEGER: order in which elements are shown
--   role VARCHAR: who answered: splw, gp_supervisor or pcn_manager
--   x BIGINT: respondents who say yes
--   n BIGINT: respondents who were asked and answered, don't know included
-- reader: coverage page
-- then: stats.sides
-- disclosure: sides
-- keep: region, icb
SELECT
  place.level, place.code, place.name, place.region_code,
  element.element, element.part_of, element.position, side.role,
  count(*) FILTER (state.state = 'yes') AS x,
  count(state.state) AS n
FROM place
JOIN wave_map ON wave_map.as_at = place.as_at AND wave_map.wave_id = $wave AND wave_map.basis = 'today'
CROSS JOIN element
CROSS JOIN (VALUES ('splw', 1), ('gp_supervisor', 2), ('pcn_manager', 3)) AS side (role, place)
LEFT JOIN (
  SELECT response_group.dimension, response_group.value, element_state.element, element_state.respondent_kind, element_state.state
  FROM element_state
  JOIN response_group USING (response_id)
  WHERE element_state.wave_id = $wave AND response_group.basis = 'today' AND element_state.state IN ('yes', 'no', 'dont_know')
) AS state
  ON state.dimension = place.level AND state.value = place.code AND state.element = element.element AND state.respondent_kind = side.role
WHERE place.level IN ('england', 'region', 'icb')
GROUP BY place.level, place.code, place.name, place.region_code, element.element, element.part_of, element.position, side.role, side.place
ORDER BY list_position(['england', 'region', 'icb'], place.level), place.name, place.code, element.position, side.place
