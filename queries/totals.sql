-- purpose: The organisations of one date in one row: what was loaded, in round numbers that can be checked elsewhere.
-- grain: regions
-- parameters:
--   as_at DATE: the latest map on or before this day; left out: the latest map
-- columns:
--   regions BIGINT: NHS England regions
--   icbs BIGINT: Integrated Care Boards
--   pcns BIGINT: Primary Care Networks
--   practices_unallocated BIGINT: practices that belong to no PCN
--   splw_fte DOUBLE: link workers, full-time equivalents, at the latest census on or before that day; empty when none is loaded
--   pcns_with_splw BIGINT: PCNs of that map with any link worker; empty when no census is loaded
--   pcns_no_return BIGINT: PCNs of that map without a workforce return; not the same as none
-- reader: the command line and the data page
-- scope: none
-- disclosure: public
WITH day AS (
  SELECT
    (SELECT max(as_at) FROM practice WHERE $as_at IS NULL OR as_at <= $as_at) AS as_at,
    (SELECT max(census) FROM workforce WHERE $as_at IS NULL OR census <= $as_at) AS census
),
splw AS (
  SELECT pcn_code, named_fte + contracted_fte AS fte FROM workforce JOIN day USING (census) WHERE role = 'splw'
)
SELECT
  (SELECT count(*) FROM region JOIN day USING (as_at)) AS regions,
  (SELECT count(*) FROM icb JOIN day USING (as_at)) AS icbs,
  (SELECT count(*) FROM pcn JOIN day USING (as_at)) AS pcns,
  (SELECT count(*) FROM practice JOIN day USING (as_at) WHERE pcn_code IS NULL) AS practices_unallocated,
  (SELECT round(sum(fte), 2) FROM splw) AS splw_fte,
  CASE WHEN census IS NOT NULL THEN (SELECT count(*) FROM pcn JOIN day USING (as_at) JOIN splw USING (pcn_code) WHERE fte > 0) END AS pcns_with_splw,
  CASE WHEN census IS NOT NULL THEN
    (SELECT count(*) FROM pcn JOIN day USING (as_at) WHERE pcn_code NOT IN (SELECT pcn_code FROM splw))
  END AS pcns_no_return
FROM day
