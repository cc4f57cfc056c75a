-- purpose: This snapshot: its id, whether it is fictional, and the latest date its data speaks of.
-- grain: snapshot_id
-- columns:
--   snapshot_id VARCHAR: id
--   fictional BOOLEAN: whether its PCNs are fictional
--   data_until DATE: latest date any of its data speaks of
--   schema_version VARCHAR: version of the contract
--   responses BIGINT: responses of all waves
--   sessions BIGINT: focus-group sessions
-- reader: every page
-- scope: none
-- disclosure: public
SELECT
  snapshot_id, fictional, data_until, schema_version,
  (SELECT count(*) FROM response) AS responses,
  (SELECT count(*) FROM session) AS sessions
FROM snapshot
