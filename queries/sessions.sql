-- purpose: Every focus-group session and what there is of it: coded excerpts, and the turns of its transcript.
-- grain: session_id
-- parameters:
--   region VARCHAR: only sessions of this region
-- columns:
--   session_id VARCHAR: session
--   date DATE: day it was held
--   region_code VARCHAR: region
--   region_name VARCHAR: name of the region
--   icb_code VARCHAR: ICB, where the session was of one ICB
--   respondent_kind VARCHAR: kind of respondent
--   participants INTEGER: people who took part
--   file VARCHAR: name of its document
--   excerpts BIGINT: coded excerpts
--   codes BIGINT: codes those bear
--   coders BIGINT: coders, as far as the tool tells them apart
--   turns BIGINT: turns of its transcript
--   speakers BIGINT: people whom the transcript tells apart
-- reader: data page
-- disclosure: rows
WITH coded AS (
  SELECT
    excerpt.session_id, count(DISTINCT excerpt.excerpt_id) AS excerpts, count(DISTINCT coding.code) AS codes,
    count(DISTINCT coding.coder) AS coders
  FROM excerpt
  JOIN coding USING (excerpt_id)
  GROUP BY excerpt.session_id
),
spoken AS (
  SELECT session_id, count(*) AS turns, count(DISTINCT speaker) AS speakers FROM utterance GROUP BY session_id
)
SELECT
  session.session_id, session.date, session.region_code, region.region_name, session.icb_code, session.respondent_kind,
  session.participants, session.file,
  coalesce(coded.excerpts, 0) AS excerpts,
  coalesce(coded.codes, 0) AS codes,
  coalesce(coded.coders, 0) AS coders,
  coalesce(spoken.turns, 0) AS turns,
  coalesce(spoken.speakers, 0) AS speakers
FROM session
LEFT JOIN region ON region.region_code = session.region_code AND region.as_at = (SELECT max(as_at) FROM region)
LEFT JOIN coded USING (session_id)
LEFT JOIN spoken USING (session_id)
WHERE $region IS NULL OR session.region_code = $region
ORDER BY session.date, session.session_id
