CREATE VIRTUAL TABLE group_index USING fts5 (title, terms, content = '', contentless_delete = 1);
