-- Which open alerts can inhibit another is found by the labels that both must have.
create index alert_open_labels on alert using gin (labels jsonb_path_ops) where state <> 'resolved';
