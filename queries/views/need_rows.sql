-- purpose: What goes into the estimate of need: one row per PCN of today and reply of the kinds of respondent asked for, with what it says
--   is unmet, and beside it what is known of the PCN. A PCN nobody answered for has one row without a respondent.
-- grain: pcn_code, respondent_id
-- needs: element_wide, headcount, offer_status, pcn_now, pcn_mention
CREATE MACRO need_rows(asked_wave, asked_role, asked_also) AS TABLE
WITH worker AS (
  SELECT
    response.pcn_code, response_id AS respondent_id, respondent_kind AS respondent_role,
    CASE element.first_contact WHEN 'no' THEN 1.0 WHEN 'yes' THEN 0.0 END::DOUBLE AS point_of_contact,
    CASE element.gp_supervisor WHEN 'no' THEN 1.0 WHEN 'yes' THEN 0.0 END::DOUBLE AS gp_supervisor,
    CASE element.clinical_supervision WHEN 'no' THEN 1.0 WHEN 'yes' THEN 0.0 END::DOUBLE AS clinical_supervision,
    CASE element.patient_concerns_safeguarding WHEN 'no' THEN 1.0 WHEN 'yes' THEN 0.0 END::DOUBLE AS safeguarding_and_concerns,
    CASE WHEN response.anxiety >= 6 THEN 1.0 WHEN response.anxiety < 6 THEN 0.0 END::DOUBLE AS strain
  FROM response JOIN element_wide AS element USING (response_id, wave_id, respondent_kind)
  WHERE wave_id = asked_wave AND list_contains([asked_role] || string_split(coalesce(asked_also, ''), ','), respondent_kind)
),
staff AS ( -- the role's full-time equivalents at the latest census on or before the wave's end
  SELECT pcn_now.pcn_code, sum(named_fte + contracted_fte) AS fte
  FROM workforce JOIN pcn_now ON pcn_now.code = workforce.pcn_code
  WHERE role = asked_role
    AND census = (SELECT max(census) FROM workforce WHERE census <= (SELECT closed FROM wave WHERE wave_id = asked_wave))
  GROUP BY ALL
),
context AS ( -- the register goes before what is worked out here, should the names be the same
  SELECT pcn_now.pcn_code, name, arg_min(value, covariates.pcn_code <> pcn_now.pcn_code) AS value, 1 AS source
  FROM covariates JOIN pcn_now ON pcn_now.code = covariates.pcn_code GROUP BY ALL
  UNION ALL
  SELECT pcn_code, 'registered patients', patients, 2 FROM pcn WHERE as_at = (SELECT max(as_at) FROM pcn)
  UNION ALL
  SELECT pcn_code, 'FTE per 10,000 patients', 10000 * fte / nullif(patients, 0), 2
  FROM staff JOIN pcn USING (pcn_code) WHERE as_at = (SELECT max(as_at) FROM pcn)
),
of_pcn AS (
  SELECT pcn_code, map(list(name ORDER BY name), list(value ORDER BY name)) AS covariates
  FROM (SELECT pcn_code, name, arg_min(value, source)::DOUBLE AS value FROM context WHERE value IS NOT NULL GROUP BY ALL)
  GROUP BY ALL
)
SELECT
  pcn.pcn_code, pcn.pcn_name, pcn.icb_code, icb.icb_name, pcn.region_code, region.region_name,
  headcount.estimate AS n_workers,
  coalesce(headcount.returned, FALSE) AS returned,
  worker.respondent_id, worker.respondent_role, asked_role AS role,
  worker.point_of_contact, worker.gp_supervisor, worker.clinical_supervision, worker.safeguarding_and_concerns, worker.strain,
  of_pcn.covariates,
  coalesce(headcount.responses, 0) AS replies,
  (SELECT count(*) FROM response WHERE response.pcn_code = pcn.pcn_code AND response.wave_id = asked_wave) AS responses_all,
  EXISTS (SELECT 1 FROM requests JOIN pcn_now ON pcn_now.code = requests.pcn_code WHERE pcn_now.pcn_code = pcn.pcn_code) AS requested,
  offer_status.status AS offer_status,
  (SELECT count(*) FROM notes JOIN pcn_now ON pcn_now.code = notes.place_code WHERE pcn_now.pcn_code = pcn.pcn_code) AS notes,
  (SELECT count(*) FROM pcn_mention WHERE pcn_mention.pcn_code = pcn.pcn_code AND pcn_mention.wave_id = asked_wave) AS mentions
FROM pcn
LEFT JOIN icb ON icb.icb_code = pcn.icb_code AND icb.as_at = pcn.as_at
LEFT JOIN region ON region.region_code = pcn.region_code AND region.as_at = pcn.as_at
LEFT JOIN headcount ON headcount.pcn_code = pcn.pcn_code AND headcount.wave_id = asked_wave AND headcount.role = asked_role
LEFT JOIN offer_status ON offer_status.pcn_code = pcn.pcn_code
LEFT JOIN of_pcn ON of_pcn.pcn_code = pcn.pcn_code
LEFT JOIN worker ON worker.pcn_code = pcn.pcn_code
WHERE pcn.as_at = (SELECT max(as_at) FROM pcn)
ORDER BY pcn.pcn_code, worker.respondent_id;
