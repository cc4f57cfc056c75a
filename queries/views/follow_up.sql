-- purpose: What was said to a follow-up question, which only those count for who were sent to it: not applicable for everybody
--   else, except where the earlier question was not put in that wave.
CREATE MACRO follow_up(earlier, said) AS
  CASE WHEN earlier IN ('yes', 'not_asked') THEN said WHEN said = 'not_asked' THEN said ELSE 'not_applicable' END;
