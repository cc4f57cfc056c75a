-- purpose: Who has each element of the contract and each of its parts: England, regions and ICBs (or PCNs on request).
-- grain: level, code, element
-- parameters:
--   wave VARCHAR: wave; the newest if left out
--   role VARCHAR in (roles) default splw: kind of respondent
--   region VARCHAR: only this region and its places; England stays for comparison
--   icb VARCHAR: only this ICB, its region and its places
--   pcn VARCHAR: only this PCN, its ICB and its region
--   level VARCHAR in (england, region, icb, pcn): one level only; left out: all but pcn
--   basis VARCHAR in (today, wave) default today: organisations of today, or as at the wave
-- columns:
--   level VARCHAR: england, region, icb or pcn
--   code VARCHAR: code of the place
--   name VARCHAR: name of the place
--   region_code VARCHAR: region it lies in
--   icb_code VARCHAR: ICB it lies in, for an ICB itself; empty for England and regions
--   element VARCHAR: element or part
--   part_of VARCHAR: element that a part belongs to
--   position INTEGER: order in which elements are shown
--   yes BIGINT: respondents who have it
--   no BIGINT: respondents who do not
--   dont_know BIGINT: respondents who said they do not know
--   prefer_not_to_say BIGINT: respondents who chose not to say
--   not_applicable BIGINT: respondents to whom it does not apply
--   blank BIGINT: respondents who were asked and gave no answer
--   not_asked BIGINT: respondents who were not asked
--   unmapped BIGINT: respondents whose answer the mapping does not know
-- reader: overview, coverage and PCN pages
-- then: stats.coverage
-- disclosure: counts
-- keep: region, icb
SELECT
  place.level, place.code, place.name, place.region_code, place.icb_code,
  element.element, element.part_of, element.position,
  count(*) FILTER (state.state = 'yes') AS yes,
  count(*) FILTER (state.state = 'no') AS no,
  count(*) FILTER (state.state = 'dont_know') AS dont_know,
  count(*) FILTER (state.state = 'prefer_not_to_say') AS prefer_not_to_say,
  count(*) FILTER (state.state = 'not_applicable') AS not_applicable,
  count(*) FILTER (state.state = 'blank') AS blank,
  count(*) FILTER (state.state = 'not_asked') AS not_asked,
  count(*) FILTER (state.state = 'unmapped') AS unmapped
FROM place
JOIN wave_map ON wave_map.as_at = place.as_at AND wave_map.wave_id = $wave AND wave_map.basis = $basis
CROSS JOIN element
LEFT JOIN (
  SELECT response_group.dimension, response_group.value, element_state.element, element_state.state
  FROM element_state
  JOIN response_group USING (response_id)
  WHERE element_state.wave_id = $wave AND element_state.respondent_kind = $role AND response_group.basis = $basis
) AS state ON state.dimension = place.level AND state.value = place.code AND state.element = element.element
WHERE CASE WHEN $level IS NULL THEN place.level <> 'pcn' OR place.code = $pcn ELSE place.level IN ('england', $level) END
  AND (place.level <> 'pcn' OR $pcn IS NULL OR place.code = $pcn)
GROUP BY place.level, place.code, place.name, place.region_code, place.icb_code, element.element, element.part_of, element.position
ORDER BY list_position(['england', 'region', 'icb', 'pcn'], place.level), place.name, place.code, element.position
