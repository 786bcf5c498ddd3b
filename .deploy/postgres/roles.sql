-- The database and its two roles, on a server of their own. Run once, by a superuser, with both passwords in the
-- environment:
--   CITYPACT_OWNER_PASSWORD=… CITYPACT_READER_PASSWORD=… psql --set ON_ERROR_STOP=1 --file roles.sql
\getenv owner_password CITYPACT_OWNER_PASSWORD
\getenv reader_password CITYPACT_READER_PASSWORD

-- Loads the register. Owns the database, and so its schemas and tables; no superuser.
CREATE ROLE citypact_owner LOGIN PASSWORD :'owner_password';

-- Serves the register. It may read what a load grants to it, and nothing else.
CREATE ROLE citypact_reader LOGIN PASSWORD :'reader_password'
  NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOINHERIT;
-- A session could switch these off: they are for accidents; the missing privileges below are the lock.
ALTER ROLE citypact_reader SET default_transaction_read_only = on;
ALTER ROLE citypact_reader SET statement_timeout = '1s';
ALTER ROLE citypact_reader SET lock_timeout = '500ms';
ALTER ROLE citypact_reader SET idle_in_transaction_session_timeout = '10s';

-- C: text is compared byte by byte, as SQLite does it.
CREATE DATABASE citypact OWNER citypact_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
-- By default everybody may connect to every database and make temporary tables there.
REVOKE ALL ON DATABASE citypact, postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE citypact TO citypact_reader;

\connect citypact
-- Up to PostgreSQL 14 everybody may create tables here.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
-- By default everybody may store large objects.
REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) FROM PUBLIC;
