-- purpose: Every place of every registration map: England, regions, ICBs and PCNs with the region and ICB they lie in.
-- grain: as_at, level, code
CREATE VIEW place AS
SELECT DISTINCT as_at, 'england' AS level, 'ENG' AS code, 'England' AS name, NULL::VARCHAR AS region_code, NULL::VARCHAR AS icb_code
FROM region
UNION ALL
SELECT as_at, 'region', region_code, region_name, region_code, NULL FROM region
UNION ALL
SELECT as_at, 'icb', icb_code, icb_name, region_code, icb_code FROM icb
UNION ALL
SELECT as_at, 'pcn', pcn_code, pcn_name, region_code, icb_code FROM pcn;
