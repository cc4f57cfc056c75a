-- purpose: Responses, the estimated number of people in post, and the response rate, by place.
-- grain: level, code
-- parameters:
--   wave VARCHAR: wave; the newest if left out
--   role VARCHAR in (roles) default splw: kind of respondent
--   region VARCHAR: only this region and its places; England stays for comparison
--   icb VARCHAR: only this ICB, its region and its places
--   level VARCHAR in (england, region, icb, pcn): one level only; left out: all but pcn
-- columns:
--   level VARCHAR: england, region, icb or pcn
--   code VARCHAR: code of the place
--   name VARCHAR: name of the place
--   region_code VARCHAR: region it lies in
--   icb_code VARCHAR: ICB it lies in, for an ICB itself; empty for England and regions
--   pcns BIGINT: PCNs of the place
--   pcns_heard BIGINT: PCNs from which at least one person replied
--   pcns_no_return BIGINT: PCNs without a workforce return, whose number of people is not known
--   responses BIGINT: responses of this kind of respondent
--   headcount DOUBLE: estimated people in post; empty when no PCN of the place made a return (see Methods)
-- reader: overview, coverage and data pages
-- then: stats.rate
-- disclosure: base
-- keep: region, icb
SELECT
  place.level, place.code, place.name, place.region_code, place.icb_code,
  count(pcn.pcn_code) AS pcns,
  count(*) FILTER (headcount.responses > 0) AS pcns_heard,
  count(*) FILTER (pcn.pcn_code IS NOT NULL AND headcount.returned IS NOT TRUE) AS pcns_no_return,
  coalesce(sum(headcount.responses), 0)::BIGINT AS responses,
  CASE WHEN bool_or(headcount.returned) THEN sum(headcount.estimate) END AS headcount
FROM place
JOIN wave_map ON wave_map.as_at = place.as_at AND wave_map.wave_id = $wave AND wave_map.basis = 'today'
LEFT JOIN pcn ON pcn.as_at = place.as_at AND CASE place.level
    WHEN 'england' THEN TRUE
    WHEN 'region' THEN pcn.region_code = place.code
    WHEN 'icb' THEN pcn.icb_code = place.code
    ELSE pcn.pcn_code = place.code
  END
LEFT JOIN headcount ON headcount.pcn_code = pcn.pcn_code AND headcount.wave_id = $wave AND headcount.role = $role
WHERE CASE WHEN $level IS NULL THEN place.level <> 'pcn' ELSE place.level IN ('england', $level) END
GROUP BY place.level, place.code, place.name, place.region_code, place.icb_code
ORDER BY list_position(['england', 'region', 'icb', 'pcn'], place.level), place.name, place.code
