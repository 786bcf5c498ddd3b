"""The verb `settings`: list all settings. The other verbs read them here."""

from pathlib import Path

from pydantic import ValidationError

from app.errors import OperatorError
from app.settings import Settings


def run_settings() -> int:
    """List all settings, with their defaults and what they are for."""
    for name, setting in Settings.model_fields.items():
        default = "" if setting.default is None else f" (default: {setting.default})"
        print(f"CITYPACT_{name.upper()}{default}\n    {setting.description}")
    return 0


def settings_from_environment() -> Settings:
    """Read the settings; OperatorError with a sentence for each that is wrong."""
    try:
        return Settings()
    except ValidationError as invalid:
        faults = (f"CITYPACT_{str(error['loc'][0]).upper()}: {error['msg']}." for error in invalid.errors())
        raise OperatorError("\n".join(faults)) from invalid


def seed_folder(settings: Settings) -> Path:
    """Return the folder of the seeds; OperatorError if there is none."""
    folder = Path(settings.seed_dir)
    if not folder.is_dir():
        raise OperatorError(f"There is no folder {folder} with seeds; set CITYPACT_SEED_DIR.")
    return folder
