-- Le rôle et la base de Préau ; se relance sans rien défaire. Le rôle n’a pas de mot de passe : l’utilisateur « preau » du
-- système entre par le socket (« peer » dans pg_hba.conf, comme Debian l’installe), personne d’autre.
\set ON_ERROR_STOP on
SELECT 'CREATE ROLE preau LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT 90'
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'preau') \gexec
SELECT 'CREATE DATABASE preau OWNER preau ENCODING ''UTF8'' LOCALE ''C.UTF-8'' TEMPLATE template0'
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'preau') \gexec
REVOKE ALL ON DATABASE preau FROM PUBLIC;
-- Une transaction oubliée ne retient pas les autres ; un verrou qui ne vient pas est une erreur, pas une attente sans fin.
ALTER ROLE preau IN DATABASE preau SET idle_in_transaction_session_timeout = '5min';
ALTER ROLE preau IN DATABASE preau SET lock_timeout = '60s';
\connect preau
ALTER SCHEMA public OWNER TO preau;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
