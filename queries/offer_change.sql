-- purpose: The need of PCNs before and after, by where they stood with the offer when the later wave opened, beside PCNs of the same need
--   before that were not offered it. One row per wave, PCN and respondent goes in; the answer is one row per group of PCNs.
-- grain: when, pcn_code, respondent_id
-- parameters:
--   wave VARCHAR: the later wave; the newest if left out
--   earlier VARCHAR: earlier wave to compare with; the one before if left out
--   role VARCHAR in (roles) default splw: kind of respondent whose need is estimated
--   also VARCHAR: further kinds of respondent whose replies count, separated by commas; the difference between the kinds is taken out
--   weights VARCHAR: what each criterion weighs, in the order of data/reference/need.toml: 15-20-35-30-0; left out: as set there
--   model VARCHAR in (factor, composite) default factor: the model; composite is the simpler one, to compare with
-- columns:
--   when VARCHAR: before or after
--   standing VARCHAR: started, earlier, accepted, offered, asked or none, as it was on the day before the later wave opened
--   pcn_code VARCHAR: PCN
--   pcn_name VARCHAR: its name
--   icb_code VARCHAR: its ICB
--   icb_name VARCHAR: name of the ICB
--   region_code VARCHAR: its region
--   region_name VARCHAR: name of the region
--   n_workers DOUBLE: estimated people in post; empty when not known
--   returned BOOLEAN: whether a workforce return says so; without one it is only those who replied
--   respondent_id VARCHAR: response; empty for a PCN nobody answered for
--   respondent_role VARCHAR: kind of respondent
--   role VARCHAR: the kind whose need is estimated
--   point_of_contact DOUBLE: 1 when there is no first point of contact, 0 when there is, empty when not known
--   gp_supervisor DOUBLE: the same for a GP supervisor
--   clinical_supervision DOUBLE: the same for regular clinical or non-managerial supervision
--   safeguarding_and_concerns DOUBLE: the same for patient concerns and safeguarding
--   strain DOUBLE: 1 when anxiety yesterday is 6 or more of 10, 0 when less, empty when not known
--   covariates MAP(VARCHAR, DOUBLE): what else is known of the PCN: name and value
--   replies BIGINT: responses of the chosen kind of respondent in that wave
--   responses_all BIGINT: responses of all kinds of respondent in that wave
--   requested BOOLEAN: whether the PCN has asked for the offer
--   offer_status VARCHAR: where it stands with the offer now
--   notes BIGINT: notes of Regional Learning Coordinators
--   mentions BIGINT: where focus groups of that wave name the PCN
-- reader: priority page
-- then: need.change(weights, model)
-- fixed: also, weights, model
-- scope: none
-- disclosure: inside
WITH later AS (
  SELECT wave_id, opened FROM wave WHERE wave_id = $wave
),
before AS (
  SELECT wave_id, opened FROM wave WHERE wave_id < $wave AND ($earlier IS NULL OR wave_id = $earlier) ORDER BY wave_id DESC LIMIT 1
),
step AS (
  SELECT
    pcn_now.pcn_code,
    min(date) FILTER (status IN ('started', 'ended')) AS began,
    arg_max(status, (date, list_position(['eligible', 'offered', 'accepted', 'started', 'ended'], status))) AS status
  FROM offers JOIN pcn_now ON pcn_now.code = offers.pcn_code
  WHERE date < (SELECT opened FROM later)
  GROUP BY ALL
),
asked AS (
  SELECT DISTINCT pcn_now.pcn_code
  FROM requests JOIN pcn_now ON pcn_now.code = requests.pcn_code
  WHERE date < (SELECT opened FROM later)
),
standing AS (
  SELECT
    pcn.pcn_code,
    CASE
      WHEN step.began < (SELECT opened FROM before) THEN 'earlier'
      WHEN step.began IS NOT NULL THEN 'started'
      WHEN step.status IN ('accepted', 'offered') THEN step.status
      WHEN asked.pcn_code IS NOT NULL THEN 'asked'
      ELSE 'none'
    END AS standing
  FROM pcn
  LEFT JOIN step USING (pcn_code)
  LEFT JOIN asked USING (pcn_code)
  WHERE pcn.as_at = (SELECT max(as_at) FROM pcn)
),
both_waves AS (
  SELECT 'before' AS "when", * FROM need_rows((SELECT wave_id FROM before), $role, $also) WHERE EXISTS (FROM before)
  UNION ALL
  SELECT 'after', * FROM need_rows($wave, $role, $also) WHERE EXISTS (FROM before)
)
SELECT both_waves."when", standing.standing, both_waves.* EXCLUDE ("when")
FROM both_waves JOIN standing USING (pcn_code)
ORDER BY both_waves."when" DESC, both_waves.pcn_code, both_waves.respondent_id
