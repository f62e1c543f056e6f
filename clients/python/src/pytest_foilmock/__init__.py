"""pytest fixtures for foilmock: a sandbox for each test, on one server a run."""

from .clock import Clock
from .control import Control, ControlError
from .expectations import Expectations
from .guard import VendorContacted
from .sandbox import Sandbox
from .server import Server

__all__ = ["Clock", "Control", "ControlError", "Expectations", "Sandbox", "Server", "VendorContacted"]
