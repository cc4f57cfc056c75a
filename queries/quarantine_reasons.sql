-- purpose: How many rows of each file were set aside, by reason.
-- grain: file, reason
-- columns:
--   file VARCHAR: file
--   reason VARCHAR: reason
--   rows BIGINT: rows set aside
-- reader: data page
-- scope: none
-- disclosure: public
SELECT file, reason, count(*) AS rows FROM quarantine GROUP BY ALL ORDER BY file, reason
