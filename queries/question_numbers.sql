-- purpose: Mean and median of any question that is answered in numbers, by place and kind of respondent.
-- grain: level, code, role
-- parameters:
--   wave VARCHAR: wave; the newest if left out
--   question VARCHAR: question id (see the query questions)
--   role VARCHAR in (roles, every) default splw: kind of respondent; each by itself for every
--   region VARCHAR: only this region and its ICBs; England stays for comparison
--   icb VARCHAR: only this ICB and its region
-- columns:
--   level VARCHAR: england, region or icb
--   code VARCHAR: code of the place
--   name VARCHAR: name of the place
--   region_code VARCHAR: region it lies in
--   role VARCHAR: kind of respondent
--   n BIGINT: respondents who gave a number
--   others BIGINT: respondents who answered, but not with a number
--   mean DOUBLE: mean of the numbers
--   sd DOUBLE: their standard deviation; empty for one number
--   median DOUBLE: half of the numbers are at most this
-- reader: coverage page
-- then: stats.mean
-- disclosure: mean
-- keep: region, icb
WITH given AS (
  SELECT
    answer.response_id, response.respondent_kind AS role,
    max(number) FILTER (answer.state = 'answered' AND isfinite(number)) AS number
  FROM (SELECT *, try_cast(value AS DOUBLE) AS number FROM answer) AS answer
  JOIN question USING (wave_id, question_id)
  JOIN response USING (wave_id, response_id)
  WHERE answer.wave_id = $wave AND answer.question_id = $question AND question.kind = 'number'
    AND $role IN (response.respondent_kind, 'every') AND answer.state IN ('answered', 'dont_know', 'unmapped')
  GROUP BY ALL
)
SELECT
  place.level, place.code, place.name, place.region_code, given.role,
  count(given.number) AS n,
  count(*) - count(given.number) AS others,
  avg(given.number) AS mean,
  stddev_samp(given.number) AS sd,
  median(given.number) AS median
FROM given
JOIN response_group USING (response_id)
JOIN place ON place.level = response_group.dimension AND place.code = response_group.value
WHERE response_group.basis = 'today' AND place.level IN ('england', 'region', 'icb') AND place.as_at = (SELECT max(as_at) FROM pcn)
GROUP BY place.level, place.code, place.name, place.region_code, given.role
ORDER BY list_position(['england', 'region', 'icb'], place.level), place.name, place.code, given.role
