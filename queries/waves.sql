-- purpose: The waves that were published, with the responses of each kind of respondent.
-- grain: wave_id, role
-- columns:
--   wave_id VARCHAR: wave
--   wave_name VARCHAR: name shown to people
--   tool VARCHAR: survey tool
--   opened DATE: first day
--   closed DATE: last day
--   role VARCHAR: kind of respondent asked
--   level VARCHAR: england
--   responses BIGINT: responses of that kind
-- reader: the shared filters, overview and data pages
-- scope: none
-- disclosure: base
SELECT
  wave.wave_id, wave.wave_name, wave.tool, wave.opened, wave.closed, kind.role, 'england' AS level,
  count(response.response_id) AS responses
FROM wave, unnest(wave.kinds_asked) AS kind (role)
LEFT JOIN response ON response.wave_id = wave.wave_id AND response.respondent_kind = kind.role
GROUP BY ALL
ORDER BY wave.wave_id DESC, kind.role
