-- purpose: The mapping files that the snapshot used.
-- grain: file
-- columns:
--   file VARCHAR: file
--   sha256 VARCHAR: SHA-256 of the bytes
-- reader: data page
-- scope: none
-- disclosure: public
SELECT file, sha256 FROM mapping ORDER BY file
