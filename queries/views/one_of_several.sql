-- purpose: One answer of a question that took several: its code where it was among them, another where it was not, the state
--   where none was given.
CREATE MACRO one_of_several(chosen, state, code) AS
  CASE WHEN state <> 'answered' THEN state WHEN list_contains(chosen, code) THEN code ELSE 'another' END;
