-- purpose: A text as search reads it: each word small and without accents, between two spaces; apostrophes are dropped, every
--   other mark parts two words. A phrase is found in it by what the same macro makes of the phrase, the beginning of a word by
--   that without its last space.
CREATE MACRO plain_words(text) AS
  array_to_string(
    list_transform(
      regexp_extract_all(lower(strip_accents(nfc_normalize(regexp_replace(text, '[''’‘ʼ`´]', '', 'g')))), '[\pL\pN]+'),
      lambda word: ' ' || word || ' '
    ),
    ''
  );
