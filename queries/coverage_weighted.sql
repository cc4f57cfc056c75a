-- purpose: England's share of each element as people replied, and with every region (or ICB) counted by its people in post.
-- grain: element
-- parameters:
--   wave VARCHAR: wave; the newest if left out
--   role VARCHAR in (roles) default splw: kind of respondent
--   by VARCHAR in (region, icb) default region: places that are weighted; ICBs only where 10 answered in each
-- columns:
--   level VARCHAR: england
--   element VARCHAR: element or part
--   part_of VARCHAR: element that a part belongs to
--   position INTEGER: order in which elements are shown
--   yes BIGINT: respondents who have it
--   no BIGINT: respondents who do not
--   dont_know BIGINT: respondents who said they do not know
--   places VARCHAR[]: names of the places
--   place_yes BIGINT[]: respondents of each place who have it
--   place_answered BIGINT[]: respondents of each place who answered
--   place_headcount DOUBLE[]: estimated people in post of each place, never fewer than those who answered; NaN where not known
--   least INTEGER: fewest answers of a place that can stand for its people
-- reader: coverage page
-- then: stats.weighted
-- scope: none
-- disclosure: counts
WITH answered AS (
  SELECT
    element, response_group.value AS code,
    count(*) FILTER (state = 'yes') AS yes, count(*) FILTER (state = 'no') AS no, count(*) FILTER (state = 'dont_know') AS dont_know
  FROM element_state
  JOIN response_group USING (response_id)
  WHERE wave_id = $wave AND respondent_kind = $role AND dimension = $by AND basis = 'today'
  GROUP BY ALL
),
in_post AS (
  SELECT CASE $by WHEN 'icb' THEN pcn.icb_code WHEN 'region' THEN pcn.region_code END AS code, sum(headcount.estimate) AS people
  FROM headcount JOIN pcn USING (pcn_code)
  WHERE pcn.as_at = (SELECT max(as_at) FROM pcn) AND headcount.wave_id = $wave AND headcount.role = $role
  GROUP BY ALL
  HAVING bool_or(headcount.returned)
)
SELECT
  'england' AS level, element.element, element.part_of, element.position,
  coalesce(sum(yes), 0)::BIGINT AS yes, coalesce(sum(no), 0)::BIGINT AS no, coalesce(sum(dont_know), 0)::BIGINT AS dont_know,
  list(group_value.name ORDER BY group_value.position) AS places,
  list(coalesce(yes, 0) ORDER BY group_value.position) AS place_yes,
  list(coalesce(yes + no + dont_know, 0) ORDER BY group_value.position) AS place_answered,
  list(
    CASE -- how many could have been asked a follow-up question is not known
      WHEN in_post.people IS NULL OR element.element = 'supervision_often_enough' THEN 'NaN'::DOUBLE
      ELSE greatest(in_post.people, coalesce(yes + no + dont_know, 0))
    END
    ORDER BY group_value.position
  ) AS place_headcount,
  CASE $by WHEN 'icb' THEN 10 ELSE 1 END AS least
FROM element
JOIN group_value ON group_value.dimension = $by AND $by IN ('region', 'icb')
LEFT JOIN answered ON answered.element = element.element AND answered.code = group_value.value
LEFT JOIN in_post ON in_post.code = group_value.value
GROUP BY element.element, element.part_of, element.position
ORDER BY element.position
