-- purpose: Every question of every wave, mapped or not, with how many answered it.
-- grain: wave_id, question_id
-- parameters:
--   wave VARCHAR: wave; the newest if left out
-- columns:
--   wave_id VARCHAR: wave
--   question_id VARCHAR: question
--   position INTEGER: order in the export
--   text VARCHAR: wording as exported
--   kind VARCHAR: kind of question
--   field VARCHAR: our field; empty when not mapped
--   level VARCHAR: england
--   responses BIGINT: respondents of any kind who gave an answer, don't know included
--   unmapped BIGINT: answers whose words the mapping does not know; all answers of a question that is not mapped
-- reader: data page
-- scope: none
-- disclosure: base
SELECT
  question.wave_id, question.question_id, question.position, question.text, question.kind, question.field, 'england' AS level,
  count(DISTINCT answer.response_id) FILTER (answer.state NOT IN ('blank', 'not_asked', 'not_applicable') OR answer.value IS NOT NULL) AS responses,
  count(*) FILTER (answer.state = 'unmapped') AS unmapped
FROM question
LEFT JOIN answer USING (wave_id, question_id)
WHERE question.wave_id = $wave
GROUP BY ALL
ORDER BY question.position
