-- purpose: What the registers say about PCNs and regions: requests, the offer, and coordinators' notes, newest first.
-- grain: place_code, date, kind, what
-- parameters:
--   pcn VARCHAR: only this PCN
--   region VARCHAR: only this region: its own notes and its PCNs
-- columns:
--   place_code VARCHAR: PCN of today, or region
--   region_code VARCHAR: region
--   date DATE: day
--   kind VARCHAR: request, offer or note
--   what VARCHAR: status of the offer, statement of need, or the note
--   audience VARCHAR: who may read it
-- reader: PCN and priority pages
-- disclosure: events
WITH event AS (
  SELECT pcn_code AS code, date, 'request' AS kind, statement AS what, 'internal' AS audience FROM requests
  UNION ALL SELECT pcn_code, date, 'offer', status, 'internal' FROM offers
  UNION ALL SELECT place_code, date, 'note', note, audience FROM notes
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
SELECT place_code, region_code, date, kind, what, audience
FROM placed
WHERE ($pcn IS NULL OR place_code = $pcn) AND ($region IS NULL OR region_code = $region)
ORDER BY date DESC, place_code, kind, what
