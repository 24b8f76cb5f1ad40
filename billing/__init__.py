"""Support time: minutes bought, minutes worked, what is owed. Facts go in, `core` decides, documents come out."""

from pathlib import Path

__version__ = "0.1.0"


def shipped(name: str) -> Path:
    """The folder of data that ships with the program, such as `migrations` or `tariffs`.

    An installed wheel carries it as `billing/_shipped/NAME`; in a checkout it is the folder NAME beside the package.
    """
    package = Path(__file__).resolve().parent
    installed = package / "_shipped" / name
    return installed if installed.is_dir() else package.parent / name
