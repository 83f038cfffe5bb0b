"""Other systems: tables that come in and go out, with watermarks, retries and a dead letter list."""
