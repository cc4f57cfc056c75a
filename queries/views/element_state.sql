-- purpose: The state of every element of the contract and its parts, for every response. Coverage, missing
--   combinations, priority and sentences all read it.
-- grain: response_id, element
-- needs: element_wide
CREATE VIEW element_state AS
UNPIVOT element_wide ON
  point_of_contact, first_contact, gp_supervisor,
  patient_concerns_safeguarding, patient_concerns, safeguarding_route,
  clinical_supervision, has_clinical_supervision, supervision_often_enough,
  all_three
INTO NAME element VALUE state;
