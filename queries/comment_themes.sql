-- purpose: What comments are about, as people coded them: respondents per theme, by place.
-- grain: level, code, theme
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
--   theme VARCHAR: theme
--   label VARCHAR: name of the theme
--   x BIGINT: respondents with a comment that people coded with the theme
--   n BIGINT: respondents with a comment that people coded at all
-- reader: themes page
-- then: stats.share
-- disclosure: share
WITH coded AS (
  SELECT response_group.dimension, response_group.value, response.response_id, list(DISTINCT comment_coding.theme) AS themes
  FROM comment_coding
  JOIN response USING (response_id)
  JOIN response_group USING (response_id)
  WHERE response.wave_id = $wave AND response.respondent_kind = $role AND response_group.basis = 'today'
  GROUP BY ALL
)
SELECT
  place.level, place.code, place.name, place.region_code, theme.theme, theme.label,
  count(*) FILTER (list_contains(coded.themes, theme.theme)) AS x,
  count(coded.response_id) AS n
FROM place
CROSS JOIN theme
LEFT JOIN coded ON coded.dimension = place.level AND coded.value = place.code
WHERE place.as_at = (SELECT max(as_at) FROM pcn) AND place.level <> 'pcn'
  AND (place.level = 'england' OR $region IS NULL OR place.region_code = $region)
  AND (place.level IN ('england', 'region') OR $icb IS NULL OR place.icb_code = $icb)
GROUP BY place.level, place.code, place.name, place.region_code, theme.theme, theme.label
ORDER BY list_position(['england', 'region', 'icb'], place.level), place.code, theme.theme
