-- Migration: Add emotion hopeful
-- Created: 2026-12-11
-- Purpose: Children asked for a word between calm and excited.

-- SECTION 1: CREATE/ALTER TABLES

alter type public.emotion_type add value if not exists 'hopeful' after 'excited';

-- Rollback
-- Irreversible: Postgres cannot take a value out of an enum; nothing uses it after the app is rolled back
