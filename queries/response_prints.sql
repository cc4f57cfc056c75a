-- purpose: Every response with prints of what was said and of what was made of it, to see which ones another snapshot has too.
-- grain: response_id
-- columns:
--   response_id VARCHAR: response
--   wave_id VARCHAR: wave
--   role VARCHAR: kind of respondent
--   said UBIGINT: print of its answers as exported, and of when it was completed
--   understood UBIGINT: print of the fields and codes they were mapped to, of the place it was given, and of the respondent
-- reader: data page
-- scope: all regions
-- disclosure: rows
SELECT
  response.response_id, response.wave_id, response.respondent_kind AS role,
  hash(response.completed, coalesce(answers.said, 0)) AS said,
  hash(response.respondent_kind, response.pcn_code, response.wave_pcn_code, response.respondent, coalesce(answers.understood, 0)) AS understood
FROM response
LEFT JOIN (
  SELECT
    answer.response_id,
    bit_xor(hash(question.text, answer.item, answer.value)) FILTER (answer.value IS NOT NULL) AS said,
    bit_xor(hash(question.field, answer.item, answer.code, answer.state)) FILTER (question.field IS NOT NULL) AS understood
  FROM answer
  JOIN question USING (wave_id, question_id)
  GROUP BY answer.response_id
) AS answers USING (response_id)
ORDER BY response.response_id
