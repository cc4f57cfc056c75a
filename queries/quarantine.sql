-- purpose: Every row that was set aside, with its reason and its content without personal data.
-- grain: file, row
-- parameters:
--   reason VARCHAR: only this reason
-- columns:
--   file VARCHAR: file
--   row INTEGER: row in the file
--   reason VARCHAR: reason
--   detail VARCHAR: what was found, what was expected, what to do
--   content VARCHAR: the row without personal data, as JSON
-- reader: data page
-- scope: all regions
-- disclosure: rows
SELECT file, "row", reason, detail, content
FROM quarantine
WHERE $reason IS NULL OR reason = $reason
ORDER BY file, "row"
