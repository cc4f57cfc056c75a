-- purpose: The state of every measure's every category for every response. Breakdowns, change and findings read it. Yes means:
--   gave that answer. Where a question took several answers, somebody who gave any is a yes or a no of each category; "none" is
--   an answer like the others, while prefer not to say is a state and outside the denominator. A measure that is asked for is
--   all that is worked out: the branches of a CASE are taken only where they are needed.
-- grain: response_id, measure, category
-- needs: element, element_wide, follow_up, measure, one_of_several, ons_band
CREATE VIEW measure_state AS
WITH element_said AS (
  SELECT
    response_id, wave_id, respondent_kind, measure, category,
    CASE measure
      WHEN 'point_of_contact' THEN point_of_contact
      WHEN 'first_contact' THEN first_contact
      WHEN 'gp_supervisor' THEN gp_supervisor
      WHEN 'patient_concerns_safeguarding' THEN patient_concerns_safeguarding
      WHEN 'patient_concerns' THEN patient_concerns
      WHEN 'safeguarding_route' THEN safeguarding_route
      WHEN 'clinical_supervision' THEN clinical_supervision
      WHEN 'has_clinical_supervision' THEN has_clinical_supervision
      WHEN 'supervision_often_enough' THEN supervision_often_enough
      WHEN 'all_three' THEN all_three
    END AS said
  FROM element_wide CROSS JOIN measure
  WHERE measure IN (SELECT element FROM element)
),
answer_said AS (
  SELECT
    response_id, wave_id, respondent_kind, measure, category,
    CASE measure
      WHEN 'last_contact' THEN last_contact
      WHEN 'gp_reach' THEN gp_reach
      WHEN 'safeguarding_topics' THEN one_of_several(safeguarding_topics, safeguarding_topics_state, category)
      WHEN 'provider' THEN follow_up(clinical_supervision, supervision_provider)
      WHEN 'format' THEN follow_up(clinical_supervision, one_of_several(supervision_format, supervision_format_state, category))
      WHEN 'frequency' THEN follow_up(clinical_supervision, supervision_frequency)
      WHEN 'last_session' THEN follow_up(clinical_supervision, last_session)
      WHEN 'protected_time' THEN follow_up(clinical_supervision, protected_time)
      WHEN 'independent_of_manager' THEN follow_up(clinical_supervision, independent_of_manager)
      -- 4 and 5 of 5 are a yes
      WHEN 'adequacy' THEN CASE WHEN adequacy_state <> 'answered' THEN adequacy_state WHEN adequacy >= 4 THEN 'yes' ELSE 'no' END
      WHEN 'clarity' THEN CASE WHEN clarity_state <> 'answered' THEN clarity_state WHEN clarity >= 4 THEN 'yes' ELSE 'no' END
      WHEN 'coaching_aware' THEN coaching_aware
      WHEN 'coaching_used' THEN follow_up(coaching_aware, coaching_used)
      WHEN 'peer_network_aware' THEN peer_network_aware
      WHEN 'peer_network_used' THEN follow_up(peer_network_aware, peer_network_used)
      WHEN 'intention_to_leave' THEN intention_to_leave
      WHEN 'satisfaction' THEN ons_band(satisfaction, satisfaction_state)
      WHEN 'worthwhile' THEN ons_band(worthwhile, worthwhile_state)
      WHEN 'happiness' THEN ons_band(happiness, happiness_state)
      WHEN 'anxiety' THEN
        CASE
          WHEN anxiety_state <> 'answered' THEN anxiety_state
          WHEN anxiety <= 1 THEN 'very_low'
          WHEN anxiety <= 3 THEN 'low'
          WHEN anxiety <= 5 THEN 'medium'
          ELSE 'high'
        END
    END AS said
  FROM response CROSS JOIN measure
  WHERE measure NOT IN (SELECT element FROM element)
)
SELECT
  response_id, wave_id, respondent_kind, measure, category,
  CASE
    WHEN said = category THEN 'yes'
    WHEN said IN ('dont_know', 'prefer_not_to_say', 'not_applicable', 'blank', 'not_asked', 'unmapped') THEN said
    ELSE 'no'
  END AS state
FROM (FROM element_said UNION ALL FROM answer_said);
