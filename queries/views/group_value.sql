-- purpose: Every group that answers can be told apart by, with its name and the order in which groups are shown: today's England,
--   regions and ICBs (never PCNs), roles, employers, and bands of months in post. Crossing ICBs with anything but their own region
--   goes by region_code.
-- grain: dimension, value
-- needs: place
CREATE VIEW group_value AS
SELECT level AS dimension, code AS value, name, region_code, row_number() OVER (PARTITION BY level ORDER BY name, code) AS position
FROM place
WHERE as_at = (SELECT max(as_at) FROM pcn) AND level <> 'pcn'
UNION ALL
SELECT dimension, value, name, NULL, position
FROM (
  VALUES
    ('role', 'splw', 'Social prescribing link worker', 1),
    ('role', 'care_coordinator', 'Care Coordinator', 2),
    ('role', 'hwb_coach', 'Health and Wellbeing Coach', 3),
    ('role', 'gp_supervisor', 'GP supervisor', 4),
    ('role', 'pcn_manager', 'PCN manager', 5),
    ('employer', 'pcn', 'The PCN', 1),
    ('employer', 'practice', 'A GP practice', 2),
    ('employer', 'federation', 'A GP federation', 3),
    ('employer', 'vcse', 'A voluntary, community or social enterprise organisation', 4),
    ('employer', 'trust', 'An NHS trust', 5),
    ('employer', 'council', 'A council', 6),
    ('employer', 'other', 'Another employer', 7),
    ('months', 'under_6', 'Under 6 months', 1),
    ('months', '6_to_11', '6 to 11 months', 2),
    ('months', '12_to_23', '12 to 23 months', 3),
    ('months', '24_to_35', '24 to 35 months', 4),
    ('months', '36_or_more', '36 months or more', 5)
) AS listed (dimension, value, name, position);
