"""Every text that people read: brands, agents, the SaaS team."""
