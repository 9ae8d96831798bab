"""Valid rows for any table: `filler.Filler`, on a schema read by `schema.Schema`."""
