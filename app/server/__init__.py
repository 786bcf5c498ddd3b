"""The process that serves: uvicorn, workers, signals, connections."""
