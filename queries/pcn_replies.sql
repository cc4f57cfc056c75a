-- purpose: How many of each kind of respondent replied from a PCN in each wave, of how many in post.
-- grain: pcn_code, wave_id, role
-- parameters:
--   pcn VARCHAR: PCN; left out: every PCN
-- columns:
--   level VARCHAR: pcn
--   pcn_code VARCHAR: PCN of today
--   region_code VARCHAR: its region
--   wave_id VARCHAR: wave
--   wave_name VARCHAR: name shown to people
--   role VARCHAR: kind of respondent asked in that wave
--   responses BIGINT: responses
--   headcount DOUBLE: estimated people in post; empty when not known
--   returned BOOLEAN: whether a workforce return says so; without one headcount is only those who replied
-- reader: PCN page
-- disclosure: base
SELECT
  'pcn' AS level, pcn.pcn_code, pcn.region_code, wave.wave_id, wave.wave_name, kind.role,
  coalesce(headcount.responses, 0) AS responses,
  headcount.estimate AS headcount,
  coalesce(headcount.returned, FALSE) AS returned
FROM pcn
CROSS JOIN wave
CROSS JOIN unnest(wave.kinds_asked) AS kind (role)
LEFT JOIN headcount ON headcount.pcn_code = pcn.pcn_code AND headcount.wave_id = wave.wave_id AND headcount.role = kind.role
WHERE pcn.as_at = (SELECT max(as_at) FROM pcn) AND ($pcn IS NULL OR pcn.pcn_code = $pcn)
ORDER BY pcn.pcn_code, wave.wave_id, kind.role
