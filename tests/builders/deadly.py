"""A potential that dies, hangs or takes all memory on some crystals."""

import os
import signal
import time
from typing import Any

from ase.calculators.emt import EMT

DEADLY = {6: "die", 7: "hang", 8: "swell", 9: "once", 10: "raise"}
"""What happens, by the number of atoms."""


class Deadly(EMT):
    """The effective-medium potential, but for crystals of the numbers of atoms above."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.folder = folder

    def calculate(self, atoms: Any = None, *rest: Any, **more: Any) -> None:
        fate = DEADLY.get(len(atoms))
        if fate == "die":
            os.kill(os.getpid(), signal.SIGSEGV)
        elif fate == "hang":
            time.sleep(600)
        elif fate == "swell":
            held = [bytearray(os.urandom(1)) * 2**24 for _ in range(200)]
            time.sleep(len(held))
        elif fate == "once" and not os.path.exists(f"{self.folder}/once"):  # noqa: PTH110
            open(f"{self.folder}/once", "w").close()  # noqa: PTH123
            os._exit(3)
        print("a library that prints")
        super().calculate(atoms, *rest, **more)


def make(folder: str = ".") -> Deadly:
    return Deadly(folder)


def wrong() -> str:
    return "no calculator"
