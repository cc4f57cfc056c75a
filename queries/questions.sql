-- purpose: Every question of every wave, mapped or not, with how many answered it.
-- grain: wave_id, question_id
-- parameters:
--   wave VARCHAR: wave; the newest if left out
--   role VARCHAR in (roles, every) default every: only this kind of respondent; every: all kinds
-- columns:
--   wave_id VARCHAR: wave
--   question_id VARCHAR: question
--   position INTEGER: order in the export
--   text VARCHAR: wording as exported
--   kind VARCHAR: kind of question
--   field VARCHAR: our field; empty when not mapped
--   level VARCHAR: england
--   asked BOOLEAN: whether it was put to anybody; empty when nobody of that kind replied
--   responses BIGINT: respondents who gave an answer, don't know included
--   unmapped BIGINT: answers whose words the mapping does not know; all answers of a question that is not mapped
-- reader: data and coverage pages
-- scope: none
-- disclosure: base
SELECT
  question.wave_id, question.question_id, question.position, question.text, question.kind, question.field, 'england' AS level,
  bool_or(answer.state <> 'not_asked') AS asked,
  count(DISTINCT answer.response_id) FILTER (answer.state NOT IN ('blank', 'not_asked', 'not_applicable') OR answer.value IS NOT NULL) AS responses,
  count(*) FILTER (answer.state = 'unmapped') AS unmapped
FROM question
LEFT JOIN (
  SELECT answer.* FROM answer JOIN response USING (wave_id, response_id) WHERE $role IN (respondent_kind, 'every')
) AS answer USING (wave_id, question_id)
WHERE question.wave_id = $wave
GROUP BY ALL
ORDER BY question.position
