CREATE VIRTUAL TABLE search_index USING fts5 (terms, content = '', contentless_delete = 1);
