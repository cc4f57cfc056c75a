-- purpose: The PCN of today for any PCN code: itself, or its single successor. Codes without one are not here.
-- grain: code
CREATE VIEW pcn_now AS
SELECT pcn_code AS code, pcn_code FROM pcn WHERE as_at = (SELECT max(as_at) FROM pcn)
UNION ALL
SELECT from_code, min(to_code) FROM succession GROUP BY from_code HAVING count(*) = 1;
