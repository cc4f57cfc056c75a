-- purpose: What was noticed about accepted rows and files, and what was done.
-- grain: file, row, what
-- columns:
--   file VARCHAR: file
--   row INTEGER: row in the file; 0 for the whole file
--   what VARCHAR: what was noticed and what was done
-- reader: data page
-- scope: all regions
-- disclosure: rows
SELECT file, "row", what FROM warning ORDER BY file, "row", what
