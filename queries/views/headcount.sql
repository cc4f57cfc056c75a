-- purpose: Estimated people in post per PCN (today's), role and wave, at the latest census on or before the wave's end:
--   named people + contracted FTE / mean FTE of a named person, and never fewer than the answers received.
--   estimate is NULL where the PCN made no return and nobody answered: not known, not zero.
-- grain: wave_id, role, pcn_code
-- needs: pcn_now
CREATE VIEW headcount AS
WITH census AS (
  SELECT wave.wave_id, max(workforce.census) AS census
  FROM wave JOIN workforce ON workforce.census <= wave.closed
  GROUP BY ALL
),
mean_fte AS (
  SELECT census, role, sum(named_fte) / nullif(sum(named_people), 0) AS fte FROM workforce GROUP BY ALL
),
people AS (
  SELECT
    census.wave_id, w.role, pcn_now.pcn_code,
    sum(w.named_people + coalesce(w.contracted_fte / mean_fte.fte, w.contracted_fte)) AS people
  FROM census
  JOIN workforce AS w USING (census)
  JOIN mean_fte USING (census, role)
  JOIN pcn_now ON pcn_now.code = w.pcn_code
  GROUP BY ALL
),
answers AS (
  SELECT wave_id, respondent_kind AS role, pcn_code, count(*) AS responses FROM response GROUP BY ALL
)
SELECT
  wave_id, role, pcn_code,
  coalesce(answers.responses, 0) AS responses,
  people.people IS NOT NULL AS returned,
  greatest(people.people, answers.responses) AS estimate
FROM people FULL JOIN answers USING (wave_id, role, pcn_code);
