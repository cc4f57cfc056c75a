-- purpose: The mapping files that the snapshot used, word by word; they may hold answers in people's own words.
-- grain: file
-- columns:
--   file VARCHAR: file
--   text VARCHAR: the mapping itself (TOML)
-- reader: data page
-- scope: all regions
-- disclosure: rows
SELECT file, text FROM mapping ORDER BY file
