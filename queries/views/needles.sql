-- purpose: What a search looks for, from its terms as text: "burn|"line manager"" is the beginning of a word and a whole phrase.
--   A term without a letter or digit looks for nothing and is left out.
-- needs: plain_words
CREATE MACRO needles(terms) AS
  list_filter(
    list_transform(
      string_split(coalesce(terms, ''), '|'),
      lambda term: CASE WHEN starts_with(term, '"') THEN plain_words(term) ELSE rtrim(plain_words(term)) END
    ),
    lambda needle: needle <> ''
  );
