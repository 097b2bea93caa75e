"""The machinery: doors, engine, gateways, storage.  The procedure itself is in `handlers`."""
