-- purpose: The remedies that the themes register names, and which of the programme's offers each of them is, by its words:
--   coaching and peer network (the survey asks after both), the supervision offer (the register of offers counts it), or other.
-- grain: remedy
CREATE VIEW remedy AS
SELECT DISTINCT
  remedy,
  CASE
    WHEN regexp_matches(lower(remedy), 'peer (support|network)') THEN 'peer_network'
    WHEN regexp_matches(lower(remedy), '\bcoaching\b') THEN 'coaching'
    WHEN regexp_matches(lower(remedy), 'supervision offer|offer of [\w\s-]*supervision') THEN 'supervision_offer'
    ELSE 'other'
  END AS kind
FROM theme
WHERE trim(remedy) <> '';
