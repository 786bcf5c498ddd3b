"""The database: tables, connections and read-only snapshots. No other room opens a database to read it."""
