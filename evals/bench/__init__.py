"""What the tool costs, as ratios against the same work done with Postgres's and Supabase's own programs."""
