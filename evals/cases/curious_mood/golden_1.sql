-- Migration: Add emotion curious
-- Created: 2026-11-23
-- Purpose: Children asked for it; the next migration uses it.

-- ============================================================================
-- SECTION 1: CREATE/ALTER TABLES
-- ============================================================================

alter type public.emotion_type add value if not exists 'curious' after 'excited';

-- Rollback
-- Irreversible: Postgres cannot take a value out of an enum; nothing uses it after the app is rolled back
