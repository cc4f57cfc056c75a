-- purpose: The workforce in post by census and role, with the roles that are not counted as link workers apart.
-- grain: census, role
-- columns:
--   census DATE: last day of the census month
--   role VARCHAR: role by STAFF_ROLE exactly
--   fte DOUBLE: full-time equivalents
--   named_people BIGINT: different person identifiers within a PCN; contracted staff carry none
--   contracted_fte DOUBLE: of which FTE of contracted services
--   pcns_returning BIGINT: PCNs that made a return
--   pcns_with_any BIGINT: PCNs with any
-- reader: the command line and the data page
-- scope: none
-- disclosure: public
SELECT
  census, role,
  round(sum(named_fte + contracted_fte), 2) AS fte,
  sum(named_people)::BIGINT AS named_people,
  round(sum(contracted_fte), 2) AS contracted_fte,
  (SELECT count(DISTINCT pcn_code) FROM workforce AS every WHERE every.census = workforce.census) AS pcns_returning,
  count(*) FILTER (named_fte + contracted_fte > 0) AS pcns_with_any
FROM workforce
GROUP BY census, role
ORDER BY census, role
