-- purpose: The groups every response belongs to. Crossing two dimensions is a join of this view with itself.
-- grain: response_id, basis, dimension
CREATE VIEW response_group AS
WITH dimension AS (
  SELECT response_id, 'today' AS basis, 'ENG' AS england, region_code AS region, icb_code AS icb, pcn_code AS pcn FROM response
  UNION ALL
  SELECT response_id, 'wave', 'ENG', wave_region_code, wave_icb_code, wave_pcn_code FROM response
)
UNPIVOT dimension ON england, region, icb, pcn INTO NAME dimension VALUE value;
