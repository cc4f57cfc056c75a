-- purpose: Where a focus group names a PCN: in a turn of its transcript, or in a coded excerpt where no turn of the session names that PCN.
--   By its code, or by its full name (less "PCN" or "Primary Care Network" at the end) where that has two words or more and belongs to one
--   PCN; as whole words, without regard to capitals. A former code or name counts for the PCN of today.
-- grain: pcn_code, session_id, source, number
-- needs: plain_words, pcn_now, session_wave
CREATE VIEW pcn_mention AS
WITH known AS (
  SELECT pcn_now.pcn_code, regexp_replace(plain_words(pcn_name), '(  pcn|  primary  care  network) $', ' ') AS name
  FROM pcn JOIN pcn_now ON pcn_now.code = pcn.pcn_code
),
sought AS ( -- what to look for: two words that follow each other, which few texts have, and then the whole
  SELECT name AS words, min(pcn_code) AS pcn_code, string_split(trim(name), '  ')[1:2] AS pair
  FROM known
  WHERE contains(trim(name), '  ')
  GROUP BY name
  HAVING count(DISTINCT pcn_code) = 1
),
said AS (
  SELECT session_id, 'turn' AS source, number, plain_words(text) AS words FROM utterance
  UNION ALL
  SELECT session_id, 'excerpt', position, plain_words(text) FROM excerpt WHERE text IS NOT NULL
),
spoken AS (
  SELECT session_id, source, number, words, string_split(trim(words), '  ') AS word FROM said
),
one_by_one AS (
  SELECT session_id, source, number, words, unnest(word) AS word, unnest(word[2:]) AS follower FROM spoken
),
named AS (
  SELECT sought.pcn_code, session_id, source, number
  FROM one_by_one JOIN sought ON sought.pair[1] = word AND sought.pair[2] = follower
  WHERE contains(one_by_one.words, sought.words)
  UNION
  SELECT pcn_now.pcn_code, session_id, source, number
  FROM one_by_one JOIN pcn_now ON lower(pcn_now.code) = word
)
SELECT named.pcn_code, named.session_id, session_wave.wave_id, named.source, named.number::INTEGER AS number
FROM named JOIN session_wave USING (session_id)
WHERE source = 'turn' OR NOT EXISTS (
  SELECT 1 FROM named AS turn
  WHERE turn.source = 'turn' AND turn.pcn_code = named.pcn_code AND turn.session_id = named.session_id
);
