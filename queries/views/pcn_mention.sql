-- purpose: Where a focus group names a PCN: session, wave and which turn.
-- grain: pcn_code, session_id, number
CREATE VIEW pcn_mention AS
SELECT ''::VARCHAR AS pcn_code, ''::VARCHAR AS session_id, ''::VARCHAR AS wave_id, 0::INTEGER AS number WHERE FALSE;
