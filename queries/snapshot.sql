-- purpose: This snapshot: its id, whether it is fictional, the latest date its data speaks of, how much it holds, and what made it.
-- grain: snapshot_id
-- columns:
--   snapshot_id VARCHAR: id
--   fictional BOOLEAN: whether its PCNs are fictional
--   data_until DATE: latest date any of its data speaks of
--   schema_version VARCHAR: version of the contract
--   responses BIGINT: responses of all waves
--   sessions BIGINT: focus-group sessions
--   files BIGINT: files it was built from
--   quarantined BIGINT: rows set aside
--   intake_code VARCHAR: SHA-256 of the code that turned files into tables, first 16 characters
--   versions VARCHAR: versions of the dashboard and of the libraries that read the files
-- reader: every page
-- scope: none
-- disclosure: public
SELECT
  snapshot_id, fictional, data_until, schema_version,
  (SELECT count(*) FROM response) AS responses,
  (SELECT count(*) FROM session) AS sessions,
  (SELECT count(*) FROM load) AS files,
  (SELECT coalesce(sum(quarantined), 0)::BIGINT FROM load) AS quarantined,
  intake_code, versions
FROM snapshot
