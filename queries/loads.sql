-- purpose: What is loaded: every file with what it was recognised as and what became of its rows.
-- grain: file
-- columns:
--   file VARCHAR: file
--   tool VARCHAR: what it was recognised as
--   why VARCHAR: why
--   rows_read INTEGER: data rows read
--   accepted INTEGER: rows accepted
--   quarantined INTEGER: rows set aside
--   warnings BIGINT: things to know about it
--   note VARCHAR: what else there is to know
--   sha256 VARCHAR: SHA-256 of the bytes
-- reader: data page
-- scope: none
-- disclosure: public
SELECT
  file, tool, why, rows_read, accepted, quarantined,
  (SELECT count(*) FROM warning WHERE warning.file = load.file) AS warnings,
  note, sha256
FROM load
ORDER BY file
