-- purpose: Organisations at the date of each registration map, and ever.
-- grain: as_at
-- columns:
--   as_at VARCHAR: date of the map, or "ever" for all maps together
--   regions BIGINT: NHS England regions
--   icbs BIGINT: Integrated Care Boards
--   pcns BIGINT: Primary Care Networks
--   practices BIGINT: GP practices
--   practices_unallocated BIGINT: practices that belong to no PCN
--   pcns_in_several_icbs BIGINT: PCNs whose practices lie in more than one ICB
-- reader: the command line and the data page
-- scope: none
-- disclosure: public
SELECT
  coalesce(strftime(practice.as_at, '%Y-%m-%d'), 'ever') AS as_at,
  count(DISTINCT practice.region_code) AS regions,
  count(DISTINCT practice.icb_code) AS icbs,
  count(DISTINCT practice.pcn_code) AS pcns,
  count(DISTINCT practice.practice_code) AS practices,
  count(DISTINCT practice.practice_code) FILTER (practice.pcn_code IS NULL) AS practices_unallocated,
  count(DISTINCT pcn.pcn_code) FILTER (pcn.icbs > 1) AS pcns_in_several_icbs
FROM practice
LEFT JOIN pcn ON pcn.pcn_code = practice.pcn_code AND pcn.as_at = practice.as_at
GROUP BY ROLLUP (practice.as_at)
ORDER BY as_at
