"""The REST API: its resources, their schemas, and how requests are answered."""
