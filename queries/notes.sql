-- purpose: Regional Learning Coordinators' notes on a place, its PCNs and its region, in which all that is sought stands, newest first.
-- grain: place_code, date, note, audience
-- parameters:
--   region VARCHAR: only this region: its own notes and those on its PCNs
--   icb VARCHAR: only this ICB: notes on its PCNs, and its region's own
--   must VARCHAR: what must stand in it: beginnings of words and "whole phrases", separated by |
--   never VARCHAR: what must not, likewise
-- columns:
--   place_code VARCHAR: PCN of today, or region
--   place_name VARCHAR: its name
--   region_code VARCHAR: region
--   date DATE: day of the note
--   note VARCHAR: the note, after redaction
--   audience VARCHAR: who may read it
-- reader: themes page
-- disclosure: events
WITH placed AS (
  SELECT pcn.pcn_code AS place_code, pcn.pcn_name AS place_name, pcn.region_code, pcn.icb_code, notes.date, notes.note, notes.audience
  FROM notes
  JOIN pcn_now ON pcn_now.code = notes.place_code
  JOIN pcn ON pcn.pcn_code = pcn_now.pcn_code AND pcn.as_at = (SELECT max(as_at) FROM pcn)
  UNION ALL
  SELECT region.region_code, region.region_name, region.region_code, NULL, notes.date, notes.note, notes.audience
  FROM notes
  JOIN region ON region.region_code = notes.place_code AND region.as_at = (SELECT max(as_at) FROM region)
),
wanted AS (
  SELECT region_code FROM icb WHERE icb_code = $icb AND as_at = (SELECT max(as_at) FROM icb)
)
SELECT DISTINCT place_code, place_name, region_code, date, note, audience
FROM placed
WHERE ($region IS NULL OR region_code = $region)
  AND ($icb IS NULL OR icb_code = $icb OR (icb_code IS NULL AND region_code IN (SELECT region_code FROM wanted)))
  AND found(plain_words(note), needles($must)) IS NOT NULL
  AND len(list_filter(needles($never), lambda needle: contains(plain_words(note), needle))) = 0
ORDER BY date DESC, place_code, note, audience
