-- purpose: The groups every response belongs to. Crossing two dimensions is a join of this view with itself. Months in post go
--   by bands. A response whose employer or months are not known is in no group of that dimension: whoever counts groups says
--   how many are missing.
-- grain: response_id, basis, dimension
CREATE VIEW response_group AS
WITH post AS (
  SELECT
    *,
    -- what is not a code is the state of an answer that was not given
    CASE
      WHEN employer NOT IN ('dont_know', 'prefer_not_to_say', 'not_applicable', 'blank', 'not_asked', 'unmapped') THEN employer
    END AS employed_by,
    CASE
      WHEN months_in_post < 6 THEN 'under_6'
      WHEN months_in_post < 12 THEN '6_to_11'
      WHEN months_in_post < 24 THEN '12_to_23'
      WHEN months_in_post < 36 THEN '24_to_35'
      WHEN months_in_post >= 36 THEN '36_or_more'
    END AS months
  FROM response
),
dimension AS (
  SELECT
    response_id, 'today' AS basis, 'ENG' AS england, region_code AS region, icb_code AS icb, pcn_code AS pcn,
    respondent_kind AS role, employed_by AS employer, months
  FROM post
  UNION ALL
  SELECT response_id, 'wave', 'ENG', wave_region_code, wave_icb_code, wave_pcn_code, respondent_kind, employed_by, months FROM post
)
UNPIVOT dimension ON england, region, icb, pcn, role, employer, months INTO NAME dimension VALUE value;
