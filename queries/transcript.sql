-- purpose: The turns of a session's transcript in order, speakers under pseudonyms.
-- grain: session_id, number
-- parameters:
--   session VARCHAR: session; left out: all
-- columns:
--   session_id VARCHAR: session
--   region_code VARCHAR: region of the session
--   number INTEGER: order within the transcript
--   started DOUBLE: seconds from the start of the recording
--   stopped DOUBLE: seconds from the start of the recording
--   speaker VARCHAR: pseudonym of the speaker; empty where nobody is named
--   text VARCHAR: the words, after redaction
-- reader: data page
-- disclosure: rows
SELECT
  utterance.session_id, session.region_code, utterance.number, utterance.started, utterance.stopped, utterance.speaker, utterance.text
FROM utterance
JOIN session USING (session_id)
WHERE $session IS NULL OR utterance.session_id = $session
ORDER BY utterance.session_id, utterance.number
