-- purpose: Every PCN that stands in the register of the offer: where it stands now, and the day of each step. One row per PCN.
-- grain: pcn_code
-- parameters:
--   region VARCHAR: only this region
--   icb VARCHAR: only this ICB
-- columns:
--   pcn_code VARCHAR: PCN of today
--   pcn_name VARCHAR: its name
--   icb_code VARCHAR: its ICB
--   icb_name VARCHAR: name of the ICB
--   region_code VARCHAR: its region
--   region_name VARCHAR: name of the region
--   status VARCHAR: where it stands with the offer now
--   since DATE: day that status began
--   requested DATE: day it first asked for the offer; empty when it has not
--   eligible DATE: day it was found eligible, the first where there are several
--   offered DATE: day it was offered the place
--   accepted DATE: day it accepted
--   started DATE: day the offer started there
--   ended DATE: day it ended
-- reader: priority page
-- disclosure: inside
WITH step AS (
  SELECT pcn_now.pcn_code, offers.status, min(offers.date) AS day
  FROM offers JOIN pcn_now ON pcn_now.code = offers.pcn_code
  GROUP BY ALL
),
asked AS (
  SELECT pcn_now.pcn_code, min(requests.date) AS day
  FROM requests JOIN pcn_now ON pcn_now.code = requests.pcn_code
  GROUP BY ALL
)
SELECT
  pcn.pcn_code, pcn.pcn_name, pcn.icb_code, icb.icb_name, pcn.region_code, region.region_name, offer_status.status, offer_status.since,
  asked.day AS requested,
  max(step.day) FILTER (step.status = 'eligible') AS eligible,
  max(step.day) FILTER (step.status = 'offered') AS offered,
  max(step.day) FILTER (step.status = 'accepted') AS accepted,
  max(step.day) FILTER (step.status = 'started') AS started,
  max(step.day) FILTER (step.status = 'ended') AS ended
FROM offer_status
JOIN step USING (pcn_code)
JOIN pcn ON pcn.pcn_code = offer_status.pcn_code AND pcn.as_at = (SELECT max(as_at) FROM pcn)
LEFT JOIN icb ON icb.icb_code = pcn.icb_code AND icb.as_at = pcn.as_at
LEFT JOIN region ON region.region_code = pcn.region_code AND region.as_at = pcn.as_at
LEFT JOIN asked ON asked.pcn_code = pcn.pcn_code
WHERE ($region IS NULL OR pcn.region_code = $region) AND ($icb IS NULL OR pcn.icb_code = $icb)
GROUP BY ALL
ORDER BY pcn.pcn_code
