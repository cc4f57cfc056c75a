-- purpose: What respondents wrote in their own words, after redaction: the comments in which all that is sought stands, with the codes
--   that people gave them. No PCN: few reply from each, and what somebody wrote beside their PCN would be their name.
-- grain: response_id, question_id, item
-- parameters:
--   wave VARCHAR: wave; the newest if left out
--   role VARCHAR in (roles) default splw: kind of respondent
--   region VARCHAR: only this region
--   icb VARCHAR: only this ICB
--   question VARCHAR: only comments on this question
--   theme VARCHAR: only comments that people coded with this theme
--   must VARCHAR: what must stand in it: beginnings of words and "whole phrases", separated by |
--   never VARCHAR: what must not, likewise
-- columns:
--   response_id VARCHAR: response
--   question_id VARCHAR: question
--   item INTEGER: 1
--   question VARCHAR: wording of the question
--   field VARCHAR: our field; empty when the question is not mapped
--   completed TIMESTAMP: when the response was completed
--   region_code VARCHAR: region
--   region_name VARCHAR: name of the region
--   respondent_kind VARCHAR: kind of respondent
--   text VARCHAR: the words, after redaction
--   hits BIGINT: how often what is sought stands in it
--   codes VARCHAR[]: codes that people gave to the comment
--   themes VARCHAR[]: themes of those codes
--   ticked VARCHAR[]: challenges that the respondent ticked, which are their answer to another question
-- reader: themes page
-- disclosure: rows
WITH coded AS (
  SELECT
    response_id, field, list_sort(list(DISTINCT code)) AS codes,
    list_sort(list(DISTINCT theme) FILTER (theme IS NOT NULL)) AS themes
  FROM comment_coding
  GROUP BY ALL
),
said AS (
  SELECT
    answer.response_id, answer.question_id, answer.item, question.text AS question, question.field, question.position, response.completed,
    response.region_code, region.region_name, response.respondent_kind, answer.value AS text,
    coalesce(coded.codes, []) AS codes, coalesce(coded.themes, []) AS themes, coalesce(response.challenges, []) AS ticked,
    plain_words(answer.value) AS words
  FROM answer
  JOIN question USING (wave_id, question_id)
  JOIN response USING (wave_id, response_id)
  LEFT JOIN region ON region.region_code = response.region_code AND region.as_at = (SELECT max(as_at) FROM region)
  LEFT JOIN coded ON coded.response_id = answer.response_id AND coded.field = question.field
  WHERE answer.wave_id = $wave AND question.kind = 'text' AND answer.value IS NOT NULL
    AND (question.field IS NULL OR question.field IN ('challenges_comment', 'comment'))
    AND response.respondent_kind = $role
    AND ($region IS NULL OR response.region_code = $region) AND ($icb IS NULL OR response.icb_code = $icb)
    AND ($question IS NULL OR answer.question_id = $question)
)
SELECT
  response_id, question_id, item, question, field, completed, region_code, region_name, respondent_kind, text,
  found(words, needles($must)) AS hits, codes, themes, ticked
FROM said
WHERE hits IS NOT NULL
  AND len(list_filter(needles($never), lambda needle: contains(words, needle))) = 0
  AND ($theme IS NULL OR list_contains(themes, $theme))
ORDER BY completed DESC NULLS LAST, response_id, position, question_id, item
