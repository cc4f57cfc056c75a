-- purpose: The band of a score of satisfaction, worthwhile or happiness (0 to 10) as the Office for National Statistics sets
--   it: low 0 to 4, medium 5 to 6, high 7 to 8, very high 9 to 10; the state where no score was given.
CREATE MACRO ons_band(score, state) AS
  CASE
    WHEN state <> 'answered' THEN state
    WHEN score <= 4 THEN 'low'
    WHEN score <= 6 THEN 'medium'
    WHEN score <= 8 THEN 'high'
    ELSE 'very_high'
  END;
