-- purpose: The remedies the programme names: how many know of each and use it, as far as the survey asks, by place.
-- grain: level, code, remedy, figure
-- parameters:
--   wave VARCHAR: wave; the newest if left out
--   role VARCHAR in (roles) default splw: kind of respondent
--   region VARCHAR: only this region and its ICBs; England stays for comparison
--   icb VARCHAR: only this ICB and its region
-- columns:
--   level VARCHAR: england, region or icb
--   code VARCHAR: code of the place
--   name VARCHAR: name of the place
--   region_code VARCHAR: region it lies in
--   remedy VARCHAR: remedy as the themes register names it
--   kind VARCHAR: coaching, peer_network, supervision_offer or other
--   figure VARCHAR: aware, used_of_aware, used (of all who answered), or none where the survey does not ask
--   x BIGINT: respondents who are aware or have used it; empty where the survey does not ask
--   n BIGINT: respondents out of whom; 0 where this kind of respondent was not asked
-- reader: themes page
-- then: stats.share
-- disclosure: remedies
WITH answer AS (
  SELECT response_id, 'coaching' AS kind, coaching_aware AS aware, coaching_used AS used FROM response
  WHERE wave_id = $wave AND respondent_kind = $role
  UNION ALL
  SELECT response_id, 'peer_network', peer_network_aware, peer_network_used FROM response
  WHERE wave_id = $wave AND respondent_kind = $role
),
figure AS (
  SELECT response_id, kind, 'aware' AS figure, aware = 'yes' AS counts FROM answer WHERE aware IN ('yes', 'no', 'dont_know')
  UNION ALL
  SELECT response_id, kind, 'used_of_aware', used = 'yes' FROM answer WHERE aware = 'yes' AND used IN ('yes', 'no', 'dont_know')
  UNION ALL -- who does not know of a remedy has not used it
  SELECT response_id, kind, 'used', aware = 'yes' AND used = 'yes' FROM answer
  WHERE aware IN ('no', 'dont_know') OR (aware = 'yes' AND used IN ('yes', 'no', 'dont_know'))
),
counted AS (
  SELECT response_group.dimension, response_group.value, figure.kind, figure.figure, count(*) FILTER (counts) AS x, count(*) AS n
  FROM figure JOIN response_group USING (response_id)
  WHERE response_group.basis = 'today'
  GROUP BY ALL
),
shown AS (
  SELECT remedy.remedy, remedy.kind, unnest(CASE WHEN kind IN ('coaching', 'peer_network') THEN ['aware', 'used_of_aware', 'used'] ELSE ['none'] END) AS figure
  FROM remedy
)
SELECT
  place.level, place.code, place.name, place.region_code, shown.remedy, shown.kind, shown.figure,
  CASE WHEN shown.figure <> 'none' THEN coalesce(counted.x, 0) END AS x,
  CASE WHEN shown.figure <> 'none' THEN coalesce(counted.n, 0) END AS n
FROM place
CROSS JOIN shown
LEFT JOIN counted
  ON counted.dimension = place.level AND counted.value = place.code AND counted.kind = shown.kind AND counted.figure = shown.figure
WHERE place.as_at = (SELECT max(as_at) FROM pcn) AND place.level <> 'pcn'
  AND (place.level = 'england' OR $region IS NULL OR place.region_code = $region)
  AND (place.level IN ('england', 'region') OR $icb IS NULL OR place.icb_code = $icb)
ORDER BY list_position(['england', 'region', 'icb'], place.level), place.code, shown.remedy, list_position(['aware', 'used_of_aware', 'used'], shown.figure)
