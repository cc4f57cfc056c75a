-- purpose: The workforce of one PCN by census and role. A PCN without a return has a row that says so: it is not zero.
-- grain: pcn_code, census, role
-- parameters:
--   pcn VARCHAR: PCN; left out: every PCN
-- columns:
--   pcn_code VARCHAR: PCN of today
--   region_code VARCHAR: its region
--   census DATE: last day of the census month
--   role VARCHAR: role
--   returned BOOLEAN: whether the PCN made a return for that census
--   fte DOUBLE: full-time equivalents; empty without a return
--   named_people HUGEINT: different person identifiers; empty without a return
--   contracted_fte DOUBLE: of which FTE of contracted services; empty without a return
-- reader: PCN page
-- disclosure: public
SELECT
  pcn.pcn_code, pcn.region_code, census.census, role.role,
  count(workforce.pcn_code) > 0 AS returned,
  round(sum(workforce.named_fte + workforce.contracted_fte), 2) AS fte,
  sum(workforce.named_people) AS named_people,
  round(sum(workforce.contracted_fte), 2) AS contracted_fte
FROM pcn
CROSS JOIN (SELECT DISTINCT census FROM workforce) AS census
CROSS JOIN (VALUES ('splw'), ('care_coordinator'), ('hwb_coach')) AS role (role)
JOIN pcn_now ON pcn_now.pcn_code = pcn.pcn_code
LEFT JOIN workforce ON workforce.pcn_code = pcn_now.code AND workforce.census = census.census AND workforce.role = role.role
WHERE pcn.as_at = (SELECT max(as_at) FROM pcn) AND ($pcn IS NULL OR pcn.pcn_code = $pcn)
GROUP BY ALL
ORDER BY pcn.pcn_code, census.census, role.role
