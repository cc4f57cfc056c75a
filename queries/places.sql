-- purpose: Every place of today, for the filters and for names.
-- grain: level, code
-- columns:
--   level VARCHAR: england, region, icb or pcn
--   code VARCHAR: code of the place
--   name VARCHAR: name of the place
--   region_code VARCHAR: region it lies in
--   icb_code VARCHAR: ICB it lies in
-- reader: the shared filters
-- disclosure: public
SELECT level, code, name, region_code, icb_code
FROM place
WHERE as_at = (SELECT max(as_at) FROM pcn)
ORDER BY list_position(['england', 'region', 'icb', 'pcn'], level), name, code
