-- purpose: Any question of any wave, mapped or not: how many gave each answer. Words of free-text questions are not listed.
-- grain: value, state
-- parameters:
--   wave VARCHAR: wave; the newest if left out
--   question VARCHAR: question id (see the query questions)
--   role VARCHAR default splw: kind of respondent
--   region VARCHAR: only this region
--   icb VARCHAR: only this ICB
-- columns:
--   level VARCHAR: england, region or icb, the place that was asked for
--   region_code VARCHAR: region asked for
--   value VARCHAR: the answer; empty for free text
--   state VARCHAR: state of the answer
--   x BIGINT: respondents with this answer
--   n BIGINT: respondents who gave any answer
-- reader: data page
-- then: stats.share
-- disclosure: answers
WITH chosen AS (
  SELECT answer.response_id, answer.state, CASE WHEN question.kind <> 'text' THEN answer.value END AS value
  FROM answer
  JOIN question USING (wave_id, question_id)
  JOIN response USING (wave_id, response_id)
  WHERE answer.wave_id = $wave AND answer.question_id = $question AND response.respondent_kind = $role
    AND ($region IS NULL OR response.region_code = $region) AND ($icb IS NULL OR response.icb_code = $icb)
)
SELECT
  CASE WHEN $icb IS NOT NULL THEN 'icb' WHEN $region IS NOT NULL THEN 'region' ELSE 'england' END AS level,
  $region::VARCHAR AS region_code,
  value, state,
  count(DISTINCT response_id) AS x,
  (SELECT count(DISTINCT response_id) FROM chosen WHERE state IN ('answered', 'dont_know', 'unmapped')) AS n
FROM chosen
WHERE state IN ('answered', 'dont_know', 'unmapped')
GROUP BY ALL
ORDER BY value, state
