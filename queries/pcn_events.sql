-- purpose: What speaks for PCNs beside replies, newest first: requests, the offer and coordinators' notes of the registers, what focus groups
--   said of them by name, and sessions of their ICB that raised lack of supervision. Regions have notes only.
-- grain: place_code, date, kind, source, what
-- parameters:
--   pcn VARCHAR: only this PCN
--   region VARCHAR: only this region: its own notes and its PCNs
-- columns:
--   place_code VARCHAR: PCN of today, or region
--   region_code VARCHAR: region
--   date DATE: day
--   kind VARCHAR: request, offer, note, mention or session
--   source VARCHAR: focus-group session; empty for registers
--   what VARCHAR: status of the offer, statement of need, the note, what was said, or the kind of respondent the session was held with
--   audience VARCHAR: who may read it
-- reader: PCN and priority pages
-- disclosure: events
WITH event AS (
  SELECT pcn_code AS code, date, 'request' AS kind, NULL::VARCHAR AS source, statement AS what, 'internal' AS audience FROM requests
  UNION ALL SELECT pcn_code, date, 'offer', NULL, status, 'internal' FROM offers
  UNION ALL SELECT place_code, date, 'note', NULL, note, audience FROM notes
  UNION -- what is said twice in a session is one thing
  SELECT pcn_mention.pcn_code, session.date, 'mention', session.session_id, coalesce(utterance.text, excerpt.text), 'internal'
  FROM pcn_mention
  JOIN session USING (session_id)
  LEFT JOIN utterance
    ON pcn_mention.source = 'turn' AND utterance.session_id = pcn_mention.session_id AND utterance.number = pcn_mention.number
  LEFT JOIN excerpt
    ON pcn_mention.source = 'excerpt' AND excerpt.session_id = pcn_mention.session_id AND excerpt.position = pcn_mention.number
  UNION ALL
  SELECT pcn.pcn_code, session.date, 'session', session.session_id, session.respondent_kind, 'internal'
  FROM session JOIN pcn USING (icb_code)
  WHERE pcn.as_at = (SELECT max(as_at) FROM pcn)
    AND session_id IN (SELECT session_id FROM excerpt JOIN coding USING (excerpt_id) WHERE theme = 'lack_of_supervision')
),
placed AS (
  SELECT pcn.pcn_code AS place_code, pcn.region_code, event.*
  FROM event
  JOIN pcn_now USING (code)
  JOIN pcn ON pcn.pcn_code = pcn_now.pcn_code AND pcn.as_at = (SELECT max(as_at) FROM pcn)
  UNION ALL
  SELECT region.region_code, region.region_code, event.*
  FROM event
  JOIN region ON region.region_code = event.code AND region.as_at = (SELECT max(as_at) FROM region)
)
SELECT place_code, region_code, date, kind, source, what, audience
FROM placed
WHERE ($pcn IS NULL OR place_code = $pcn) AND ($region IS NULL OR region_code = $region)
ORDER BY date DESC, place_code, kind, source, what
