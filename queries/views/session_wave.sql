-- purpose: The wave a focus-group session belongs to: the one that had last opened by its date. Earlier sessions belong to none.
-- grain: session_id
CREATE VIEW session_wave AS
SELECT session.session_id, arg_max(wave.wave_id, (wave.opened, wave.wave_id)) AS wave_id
FROM session
LEFT JOIN wave ON wave.opened <= session.date
GROUP BY session.session_id;
