-- purpose: Which registration map counts for a wave: the latest one (today), or the one as at the end of the wave.
-- grain: wave_id, basis
CREATE VIEW wave_map AS
SELECT wave_id, 'today' AS basis, (SELECT max(as_at) FROM pcn) AS as_at FROM wave
UNION ALL
SELECT
  wave_id, 'wave',
  coalesce((SELECT max(as_at) FROM pcn WHERE as_at <= closed), (SELECT min(as_at) FROM pcn))
FROM wave;
