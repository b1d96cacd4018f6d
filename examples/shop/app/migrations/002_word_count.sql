alter table post add column word_count integer;
create index post_unprocessed on post (id) where word_count is null;
