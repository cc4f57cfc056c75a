-- purpose: The definitions that can be set, as they were when the snapshot was published.
-- grain: name
-- columns:
--   name VARCHAR: setting
--   value DOUBLE: its value
-- reader: data page
-- scope: none
-- disclosure: public
SELECT name, value FROM setting ORDER BY name
