"""The provider's REST interface, version 2010-04-01, as the `twilio` client library expects it."""
