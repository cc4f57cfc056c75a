-- purpose: Coded focus-group sessions in order of date, and how many themes each raised that none before it had.
-- grain: session_id
-- parameters:
--   role VARCHAR in (roles) default splw: kind of respondent the sessions were held with
--   region VARCHAR: only sessions of this region
-- columns:
--   session_id VARCHAR: session
--   date DATE: day it was held
--   region_code VARCHAR: region
--   number BIGINT: its place in the order, from 1
--   themes BIGINT: themes it raised
--   new BIGINT: those that no session before it had raised
--   seen BIGINT: themes raised up to and with it
-- reader: themes page
-- then: stats.saturation
-- disclosure: rows
WITH held AS (
  SELECT session_id, date, region_code, row_number() OVER (ORDER BY date, session_id) AS number
  FROM session
  WHERE respondent_kind = $role AND ($region IS NULL OR region_code = $region)
    AND session_id IN (SELECT session_id FROM excerpt JOIN coding USING (excerpt_id))
),
raised AS (
  SELECT DISTINCT held.number, coding.theme
  FROM held
  JOIN excerpt USING (session_id)
  JOIN coding USING (excerpt_id)
  WHERE coding.theme IS NOT NULL
),
first_raised AS (SELECT theme, min(number) AS number FROM raised GROUP BY theme)
SELECT
  held.session_id, held.date, held.region_code, held.number,
  (SELECT count(*) FROM raised WHERE raised.number = held.number) AS themes,
  (SELECT count(*) FROM first_raised WHERE first_raised.number = held.number) AS new,
  (SELECT count(*) FROM first_raised WHERE first_raised.number <= held.number) AS seen
FROM held
ORDER BY held.number
