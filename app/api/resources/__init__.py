"""The resources of the API, one a module: query model, schemas, rendering, routes, in this order."""
