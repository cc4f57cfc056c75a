-- purpose: How far the supervision offer has come: PCNs that asked for it, and PCNs that reached each status, by England and region.
-- grain: level, code
-- parameters:
--   region VARCHAR: only this region; England stays for comparison
-- columns:
--   level VARCHAR: england or region
--   code VARCHAR: code of the place
--   name VARCHAR: name of the place
--   region_code VARCHAR: region
--   pcns BIGINT: PCNs of the place
--   requested BIGINT: PCNs that asked for the offer
--   eligible BIGINT: PCNs found eligible so far
--   offered BIGINT: PCNs that were offered it so far
--   accepted BIGINT: PCNs that accepted it so far
--   started BIGINT: PCNs where it started
--   ended BIGINT: PCNs where it has ended
-- reader: themes page
-- disclosure: offers
WITH reached AS (
  SELECT pcn_code, list_position(['eligible', 'offered', 'accepted', 'started', 'ended'], status) AS step FROM offer_status
),
asked AS (
  SELECT DISTINCT pcn_now.pcn_code FROM requests JOIN pcn_now ON pcn_now.code = requests.pcn_code
)
SELECT
  place.level, place.code, place.name, place.region_code,
  count(pcn.pcn_code) AS pcns,
  count(asked.pcn_code) AS requested,
  count(*) FILTER (reached.step >= 1) AS eligible,
  count(*) FILTER (reached.step >= 2) AS offered,
  count(*) FILTER (reached.step >= 3) AS accepted,
  count(*) FILTER (reached.step >= 4) AS started,
  count(*) FILTER (reached.step >= 5) AS ended
FROM place
LEFT JOIN pcn ON pcn.as_at = place.as_at AND (place.level = 'england' OR pcn.region_code = place.code)
LEFT JOIN reached ON reached.pcn_code = pcn.pcn_code
LEFT JOIN asked ON asked.pcn_code = pcn.pcn_code
WHERE place.as_at = (SELECT max(as_at) FROM pcn) AND place.level IN ('england', 'region')
  AND (place.level = 'england' OR $region IS NULL OR place.region_code = $region)
GROUP BY place.level, place.code, place.name, place.region_code
ORDER BY place.level, place.code
