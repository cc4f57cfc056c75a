-- purpose: Any question of any wave, mapped or not: how many gave each answer, by place and kind of respondent. Words of free-text
--   questions are not listed.
-- grain: level, code, role, value, state
-- parameters:
--   wave VARCHAR: wave; the newest if left out
--   question VARCHAR: question id (see the query questions)
--   role VARCHAR in (roles, every) default splw: kind of respondent; each by itself for every
--   region VARCHAR: only this region and its ICBs; England stays for comparison
--   icb VARCHAR: only this ICB and its region
--   level VARCHAR in (england, region, icb): England and one level only
-- columns:
--   level VARCHAR: england, region or icb
--   code VARCHAR: code of the place
--   name VARCHAR: name of the place
--   region_code VARCHAR: region it lies in
--   role VARCHAR: kind of respondent
--   kind VARCHAR: kind of question: choice, multi, number or text
--   value VARCHAR: the answer; empty for free text
--   state VARCHAR: answered, dont_know or unmapped
--   x BIGINT: respondents with this answer
--   n BIGINT: respondents who gave any answer; for free text, respondents it was put to
-- reader: coverage page
-- then: stats.share
-- disclosure: answers
-- keep: region, icb
WITH given AS (
  SELECT DISTINCT
    answer.response_id, response.respondent_kind AS role, question.kind,
    CASE WHEN question.kind <> 'text' THEN answer.value END AS value, answer.state
  FROM answer
  JOIN question USING (wave_id, question_id)
  JOIN response USING (wave_id, response_id)
  WHERE answer.wave_id = $wave AND answer.question_id = $question AND $role IN (response.respondent_kind, 'every')
    AND (answer.state IN ('answered', 'dont_know', 'unmapped') OR (question.kind = 'text' AND answer.state = 'blank'))
),
here AS (
  SELECT response_group.dimension AS level, response_group.value AS code, given.role, given.value AS answer, given.state, given.response_id
  FROM given
  JOIN response_group USING (response_id)
  WHERE response_group.basis = 'today' AND response_group.dimension IN ('england', 'region', 'icb')
),
base AS (SELECT level, code, role, count(DISTINCT response_id) AS n FROM here GROUP BY ALL),
possible AS (SELECT DISTINCT kind, value, state FROM given WHERE state <> 'blank')
SELECT
  place.level, place.code, place.name, place.region_code,
  base.role, possible.kind, possible.value, possible.state,
  count(DISTINCT here.response_id) AS x,
  base.n
FROM place
JOIN base ON base.level = place.level AND base.code = place.code
CROSS JOIN possible
LEFT JOIN here
  ON here.level = place.level AND here.code = place.code AND here.role = base.role
  AND here.answer IS NOT DISTINCT FROM possible.value AND here.state = possible.state
WHERE place.as_at = (SELECT max(as_at) FROM pcn)
  AND ($level IS NULL OR place.level IN ('england', $level))
GROUP BY place.level, place.code, place.name, place.region_code, base.role, base.n, possible.kind, possible.value, possible.state
ORDER BY list_position(['england', 'region', 'icb'], place.level), place.name, place.code, base.role, possible.value, possible.state
