"""The database: the only room that opens one. A register is a read-only, loaded release."""
