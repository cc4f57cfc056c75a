-- purpose: The elements of the contract in the order in which they are shown, and which part belongs to which.
-- grain: element
CREATE VIEW element AS
SELECT * FROM (
  VALUES
    (1, 'point_of_contact', NULL),
    (2, 'first_contact', 'point_of_contact'),
    (3, 'gp_supervisor', 'point_of_contact'),
    (4, 'patient_concerns_safeguarding', NULL),
    (5, 'patient_concerns', 'patient_concerns_safeguarding'),
    (6, 'safeguarding_route', 'patient_concerns_safeguarding'),
    (7, 'clinical_supervision', NULL),
    (8, 'has_clinical_supervision', 'clinical_supervision'),
    (9, 'supervision_often_enough', 'clinical_supervision'),
    (10, 'all_three', NULL)
) AS element (position, element, part_of);
