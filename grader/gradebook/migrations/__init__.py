"""Migrations of the gradebook's schema; alembic runs them when a gradebook is opened."""
