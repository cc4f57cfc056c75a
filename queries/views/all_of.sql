-- purpose: "And" for answers that may be unknown: any no makes no, all yes make yes, else the state that is unresolved.
CREATE MACRO all_of(a, b) AS
  CASE
    WHEN a = 'no' OR b = 'no' THEN 'no'
    WHEN a = 'yes' AND b = 'yes' THEN 'yes'
    ELSE list_filter(
      ['dont_know', 'prefer_not_to_say', 'unmapped', 'blank', 'not_asked', 'not_applicable'],
      lambda state: state = a OR state = b
    )[1]
  END;
