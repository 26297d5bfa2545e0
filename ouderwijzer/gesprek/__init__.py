"""The conversation's outside: web channel, REST channel, guard, masking and storage."""
