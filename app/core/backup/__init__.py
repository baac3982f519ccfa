"""One file that holds all of a site, made while it works, and brought back into either kind of database.

The archive is a ZIP: `tables/NAME.jsonl`, one line a row; `files/HASH`; `secret_key`; and `manifest.json`, which says
what has to be in it. Rows are written in words that every database understands, read in one snapshot: no other
program is needed, and the same file restores into SQLite and into PostgreSQL.
"""
