-- purpose: Who a PCN is: its place, practices and patients today, and when it opened and closed.
-- grain: pcn_code
-- parameters:
--   pcn VARCHAR: PCN; left out: every PCN
-- columns:
--   pcn_code VARCHAR: PCN
--   pcn_name VARCHAR: name
--   icb_code VARCHAR: ICB
--   icb_name VARCHAR: name of the ICB
--   region_code VARCHAR: region
--   region_name VARCHAR: name of the region
--   practices INTEGER: practices
--   patients INTEGER: registered patients; empty when no list sizes are loaded
--   icbs INTEGER: ICBs its practices lie in
--   icb_rule VARCHAR: how the ICB was chosen
--   opened DATE: date opened, where the ODS list is loaded
--   formerly VARCHAR: closed PCNs whose practices are here now
-- reader: PCN page
-- disclosure: public
SELECT
  pcn.pcn_code, pcn.pcn_name, pcn.icb_code, icb.icb_name, pcn.region_code, region.region_name,
  pcn.practices, pcn.patients, pcn.icbs, pcn.icb_rule, pcn_dates.opened,
  (SELECT string_agg(code, ', ' ORDER BY code) FROM pcn_now WHERE pcn_now.pcn_code = pcn.pcn_code AND code <> pcn.pcn_code) AS formerly
FROM pcn
LEFT JOIN icb ON icb.icb_code = pcn.icb_code AND icb.as_at = pcn.as_at
LEFT JOIN region ON region.region_code = pcn.region_code AND region.as_at = pcn.as_at
LEFT JOIN pcn_dates USING (pcn_code)
WHERE pcn.as_at = (SELECT max(as_at) FROM pcn) AND ($pcn IS NULL OR pcn.pcn_code = $pcn)
ORDER BY pcn.pcn_code
