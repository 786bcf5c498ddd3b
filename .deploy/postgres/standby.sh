#!/bin/sh
# Lets a standby follow this server: a role for it, and a line that admits it. Run once, on the server's machine, as
# the user that it runs as, with PGDATA, POSTGRES_USER (a superuser) and CITYPACT_STANDBY_PASSWORD in the environment.
set -eu

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres --quiet <<'SQL'
\getenv password CITYPACT_STANDBY_PASSWORD
CREATE ROLE citypact_standby LOGIN REPLICATION PASSWORD :'password';
SQL
echo 'host replication citypact_standby samenet scram-sha-256' >> "$PGDATA/pg_hba.conf"
