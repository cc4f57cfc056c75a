-- purpose: Any measure by England, region, ICB, role, employer or months in post, or by two of them crossed, against England.
-- grain: line, role, by_code, across_code, category
-- parameters:
--   wave VARCHAR: wave; the newest if left out
--   role VARCHAR in (roles) default splw: kind of respondent; every kind, each by itself, where by or across is role
--   measure VARCHAR in (measures) default clinical_supervision: measure (see queries/measures.toml)
--   by VARCHAR in (england, region, icb, role, employer, months) default region: what respondents are grouped by; months: time in post
--   across VARCHAR in (england, region, icb, role, employer, months): a second of these to cross it with
--   region VARCHAR: only this region; England stays for comparison
--   icb VARCHAR: only this ICB; England stays for comparison
-- columns:
--   line VARCHAR: england (to compare with), place (the whole of the region or ICB chosen) or group
--   level VARCHAR: england, region (its total) or icb; part: of a region, less than its total
--   region_code VARCHAR: region that the row lies in
--   role VARCHAR: kind of respondent
--   by_code VARCHAR: group
--   by_name VARCHAR: its name
--   by_position BIGINT: order of groups
--   across_code VARCHAR: group of the second dimension
--   across_name VARCHAR: its name
--   across_position BIGINT: order of those groups
--   measure VARCHAR: measure
--   category VARCHAR: answer or band; yes where the measure is answered by yes or no
--   position INTEGER: order of categories
--   yes BIGINT: respondents who gave that answer
--   no BIGINT: respondents who gave another
--   dont_know BIGINT: respondents who said they do not know
--   prefer_not_to_say BIGINT: respondents who chose not to say
--   not_applicable BIGINT: respondents to whom it does not apply
--   blank BIGINT: respondents who were asked and gave no answer
--   not_asked BIGINT: respondents who were not asked
--   unmapped BIGINT: respondents whose answer the mapping does not know
--   unplaced BIGINT: respondents who answered and whose group is not known, in the row that holds everybody
-- reader: coverage page
-- then: groups.compared
-- disclosure: groups
WITH said AS (
  SELECT
    state.respondent_kind AS role, state.category, state.state, by_group.value AS by_code, across_group.value AS across_code,
    ($region IS NULL OR response.region_code = $region) AND ($icb IS NULL OR response.icb_code = $icb) AS inside,
    state.state IN ('yes', 'no', 'dont_know')
      AND (by_group.value IS NULL OR $across <> $by AND across_group.value IS NULL) AS unplaced
  FROM measure_state AS state
  JOIN response USING (response_id)
  LEFT JOIN response_group AS by_group
    ON by_group.response_id = state.response_id AND by_group.basis = 'today' AND by_group.dimension = $by
  LEFT JOIN response_group AS across_group
    ON across_group.response_id = state.response_id AND across_group.basis = 'today' AND across_group.dimension = nullif($across, $by)
  WHERE state.wave_id = $wave AND state.measure = $measure
    AND ('role' IN ($by, coalesce($across, '')) OR state.respondent_kind = $role)
),
in_line AS (
  SELECT 'england' AS line, role, category, state, NULL AS by_code, NULL AS across_code,
    coalesce(unplaced AND $region IS NULL AND $icb IS NULL, FALSE) AS unplaced
  FROM said
  UNION ALL
  SELECT 'place', role, category, state, NULL, NULL, coalesce(unplaced, FALSE) FROM said WHERE inside
  UNION ALL
  SELECT 'group', role, category, state, by_code, across_code, FALSE FROM said WHERE inside
),
counted AS (
  SELECT
    line, role, category, by_code, across_code,
    count(*) FILTER (state = 'yes') AS yes,
    count(*) FILTER (state = 'no') AS no,
    count(*) FILTER (state = 'dont_know') AS dont_know,
    count(*) FILTER (state = 'prefer_not_to_say') AS prefer_not_to_say,
    count(*) FILTER (state = 'not_applicable') AS not_applicable,
    count(*) FILTER (state = 'blank') AS blank,
    count(*) FILTER (state = 'not_asked') AS not_asked,
    count(*) FILTER (state = 'unmapped') AS unmapped,
    count(*) FILTER (unplaced) AS unplaced
  FROM in_line
  GROUP BY ALL
),
filtered AS ( -- the region that answers are kept to, if any
  SELECT coalesce($region, max(region_code)) AS region_code FROM icb WHERE icb_code = $icb AND as_at = (SELECT max(as_at) FROM pcn)
),
chosen AS ( -- the groups that lie in it
  SELECT group_value.*
  FROM group_value CROSS JOIN filtered
  WHERE (group_value.region_code IS NULL OR filtered.region_code IS NULL OR group_value.region_code = filtered.region_code)
    AND ($icb IS NULL OR dimension <> 'icb' OR value = $icb)
),
kind AS (
  SELECT kind.role FROM wave CROSS JOIN unnest(kinds_asked) AS kind (role)
  WHERE wave_id = $wave AND ('role' IN ($by, coalesce($across, '')) OR kind.role = $role)
),
line AS (
  SELECT
    'england' AS line, NULL AS region_code, TRUE AS is_total, role, NULL AS by_code, NULL AS by_name, NULL AS by_position,
    NULL AS across_code, NULL AS across_name, NULL AS across_position
  FROM kind
  UNION ALL
  SELECT 'place', filtered.region_code, TRUE, role, NULL, NULL, NULL, NULL, NULL, NULL
  FROM kind CROSS JOIN filtered WHERE $region IS NOT NULL OR $icb IS NOT NULL
  UNION ALL
  SELECT
    'group', coalesce(by_group.region_code, across_group.region_code, filtered.region_code),
    by_group.dimension IN ('england', 'region', 'role') AND coalesce(across_group.dimension, 'role') IN ('england', 'region', 'role'),
    role, by_group.value, by_group.name, by_group.position, across_group.value, across_group.name, across_group.position
  FROM kind
  CROSS JOIN filtered
  JOIN chosen AS by_group ON by_group.dimension = $by AND (by_group.dimension <> 'role' OR by_group.value = kind.role)
  LEFT JOIN chosen AS across_group
    ON across_group.dimension = nullif($across, $by) AND (across_group.dimension <> 'role' OR across_group.value = kind.role)
  WHERE (nullif($across, $by) IS NULL OR across_group.value IS NOT NULL)
    AND (by_group.region_code IS NULL OR across_group.region_code IS NULL OR by_group.region_code = across_group.region_code)
)
SELECT
  line.line,
  CASE
    WHEN line.region_code IS NULL THEN 'england'
    WHEN $icb IS NOT NULL AND line.line <> 'england' OR line.line = 'group' AND 'icb' IN ($by, coalesce($across, '')) THEN 'icb'
    WHEN line.is_total THEN 'region'
    ELSE 'part'
  END AS level,
  line.region_code, line.role,
  line.by_code, line.by_name, line.by_position, line.across_code, line.across_name, line.across_position,
  measure.measure, measure.category, measure.position::INTEGER AS position,
  coalesce(yes, 0) AS yes, coalesce(no, 0) AS no, coalesce(dont_know, 0) AS dont_know,
  coalesce(prefer_not_to_say, 0) AS prefer_not_to_say, coalesce(not_applicable, 0) AS not_applicable, coalesce(blank, 0) AS blank,
  coalesce(not_asked, 0) AS not_asked, coalesce(unmapped, 0) AS unmapped, coalesce(unplaced, 0) AS unplaced
FROM line
JOIN measure ON measure.measure = $measure
LEFT JOIN counted
  ON counted.line = line.line AND counted.role = line.role AND counted.category = measure.category
  AND counted.by_code IS NOT DISTINCT FROM line.by_code AND counted.across_code IS NOT DISTINCT FROM line.across_code
ORDER BY
  list_position(['england', 'place', 'group'], line.line), list_position(['splw', 'care_coordinator', 'hwb_coach'], line.role), line.role,
  line.by_position, line.across_position, measure.position
