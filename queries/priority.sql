-- purpose: Which PCNs most need the offer: the pooled estimate of unmet supervision, its uncertainty, its reasons and the
--   evidence beside it. One row per PCN and respondent goes into the estimate; the answer is one row per PCN.
-- grain: pcn_code, respondent_id
-- parameters:
--   wave VARCHAR: wave; the newest if left out
--   role VARCHAR in (roles) default splw: kind of respondent
--   k INTEGER: places of the offer; left out: the setting "places" of the snapshot
--   region VARCHAR: show only this region; every PCN of England is ranked all the same
--   icb VARCHAR: show only this ICB
--   pcn VARCHAR: show only this PCN
-- columns:
--   pcn_code VARCHAR: PCN
--   pcn_name VARCHAR: its name
--   icb_code VARCHAR: its ICB
--   icb_name VARCHAR: name of the ICB
--   region_code VARCHAR: its region
--   region_name VARCHAR: name of the region
--   headcount DOUBLE: estimated people in post; empty when not known
--   returned BOOLEAN: whether a workforce return says so; without one headcount is only those who replied
--   respondent_id VARCHAR: response; empty for a PCN nobody answered for
--   point_of_contact DOUBLE: 1 when there is no first point of contact, 0 when there is, empty when not known
--   gp_supervisor DOUBLE: the same for a GP supervisor
--   clinical_supervision DOUBLE: the same for regular clinical or non-managerial supervision
--   safeguarding_and_concerns DOUBLE: the same for patient concerns and safeguarding
--   replies BIGINT: responses of the chosen kind of respondent in this wave
--   responses_all BIGINT: responses of all kinds of respondent in this wave
--   requested BOOLEAN: whether the PCN has asked for the offer
--   offer_status VARCHAR: where it stands with the offer
--   notes BIGINT: notes of Regional Learning Coordinators
-- reader: priority, overview and PCN pages
-- then: need.rank(k)
-- keep: region, icb, pcn
-- disclosure: priority
WITH state AS (
  SELECT response_id, element, CASE state WHEN 'no' THEN 1.0 WHEN 'yes' THEN 0.0 END::DOUBLE AS unmet
  FROM element_state WHERE wave_id = $wave AND respondent_kind = $role
),
worker AS (
  SELECT
    response.pcn_code, response_id,
    max(unmet) FILTER (element = 'first_contact') AS point_of_contact,
    max(unmet) FILTER (element = 'gp_supervisor') AS gp_supervisor,
    max(unmet) FILTER (element = 'clinical_supervision') AS clinical_supervision,
    max(unmet) FILTER (element = 'patient_concerns_safeguarding') AS safeguarding_and_concerns
  FROM state JOIN response USING (response_id)
  GROUP BY ALL
)
SELECT
  pcn.pcn_code, pcn.pcn_name, pcn.icb_code, icb.icb_name, pcn.region_code, region.region_name,
  headcount.estimate AS headcount,
  coalesce(headcount.returned, FALSE) AS returned,
  worker.response_id AS respondent_id,
  worker.point_of_contact, worker.gp_supervisor, worker.clinical_supervision, worker.safeguarding_and_concerns,
  coalesce(headcount.responses, 0) AS replies,
  (SELECT count(*) FROM response WHERE response.pcn_code = pcn.pcn_code AND response.wave_id = $wave) AS responses_all,
  EXISTS (SELECT 1 FROM requests JOIN pcn_now ON pcn_now.code = requests.pcn_code WHERE pcn_now.pcn_code = pcn.pcn_code) AS requested,
  offer_status.status AS offer_status,
  (SELECT count(*) FROM notes JOIN pcn_now ON pcn_now.code = notes.place_code WHERE pcn_now.pcn_code = pcn.pcn_code) AS notes
FROM pcn
LEFT JOIN icb ON icb.icb_code = pcn.icb_code AND icb.as_at = pcn.as_at
LEFT JOIN region ON region.region_code = pcn.region_code AND region.as_at = pcn.as_at
LEFT JOIN headcount ON headcount.pcn_code = pcn.pcn_code AND headcount.wave_id = $wave AND headcount.role = $role
LEFT JOIN offer_status ON offer_status.pcn_code = pcn.pcn_code
LEFT JOIN worker ON worker.pcn_code = pcn.pcn_code
WHERE pcn.as_at = (SELECT max(as_at) FROM pcn)
ORDER BY pcn.pcn_code, worker.response_id
