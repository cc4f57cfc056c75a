-- purpose: Where each PCN stands with the offer now: the status that began last.
-- grain: pcn_code
-- needs: pcn_now
CREATE VIEW offer_status AS
SELECT
  pcn_now.pcn_code,
  arg_max(status, (date, list_position(['eligible', 'offered', 'accepted', 'started', 'ended'], status))) AS status,
  max(date) AS since
FROM offers JOIN pcn_now ON pcn_now.code = offers.pcn_code
GROUP BY ALL;
