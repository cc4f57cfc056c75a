-- purpose: How often the needles stand in a text that plain_words has read; NULL where one of them does not, 0 without needles.
CREATE MACRO found(words, sought) AS
  CASE WHEN len(list_filter(sought, lambda needle: NOT contains(words, needle))) = 0 THEN
    coalesce(
      list_sum(list_transform(sought, lambda needle: (length(words) - length(replace(words, needle, ''))) // length(needle))), 0
    )::BIGINT
  END;
