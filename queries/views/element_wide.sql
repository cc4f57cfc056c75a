-- purpose: The state of every element of the contract and its parts, side by side, for every response.
-- grain: response_id
-- needs: all_of
CREATE VIEW element_wide AS
WITH part AS (
  SELECT
    response_id, wave_id, respondent_kind, first_contact,
    CASE -- the first contact being a GP meets the need for a GP supervisor
      WHEN first_contact_is_gp = 'yes' OR gp_supervisor = 'yes' THEN 'yes'
      WHEN gp_supervisor = 'no' AND (first_contact_is_gp = 'no' OR first_contact = 'no') THEN 'no'
      WHEN gp_supervisor = 'no' THEN all_of(first_contact, first_contact_is_gp)
      ELSE gp_supervisor
    END AS gp_supervisor,
    CASE
      WHEN patient_concerns IN ('always', 'usually') THEN 'yes'
      WHEN patient_concerns IN ('sometimes', 'rarely', 'never') THEN 'no'
      ELSE patient_concerns
    END AS patient_concerns,
    safeguarding_route,
    clinical_supervision AS has_clinical_supervision,
    CASE
      WHEN clinical_supervision <> 'yes' THEN 'not_applicable'
      WHEN frequency.weeks IS NULL THEN supervision_frequency
      WHEN frequency.weeks <= (SELECT value FROM setting WHERE name = 'supervision_weeks') THEN 'yes'
      ELSE 'no'
    END AS supervision_often_enough
  FROM response
  LEFT JOIN (
    VALUES ('weekly', 1), ('fortnightly', 2), ('monthly', 4), ('six_weekly', 6), ('quarterly', 13), ('less_often', 26)
  ) AS frequency (code, weeks) ON frequency.code = supervision_frequency
),
element AS (
  SELECT
    *,
    all_of(first_contact, gp_supervisor) AS point_of_contact,
    all_of(patient_concerns, safeguarding_route) AS patient_concerns_safeguarding,
    CASE WHEN has_clinical_supervision = 'yes' THEN supervision_often_enough ELSE has_clinical_supervision END AS clinical_supervision
  FROM part
)
SELECT *, all_of(all_of(point_of_contact, patient_concerns_safeguarding), clinical_supervision) AS all_three FROM element;
