"""Calculations by density functional theory."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from ccdcgan.core.settings.fields import (
    SYMBOLS,
    Count,
    Place,
    Positive,
    Settings,
    SeveralUnique,
    Text,
    refuse,
    unknown_placeholders,
)

Engine = Literal["vasp", "espresso", "gpaw"]
Hubbard = Literal["mp", "none"]
Start = Literal["relaxed", "generated"]
Corrections = Literal["mp2020", "none"]
EVERY_OTHER = "default"


def _command(command: str) -> str:
    refuse(((), fault) for fault in unknown_placeholders(command, "threads"))
    return command


def _pseudopotentials(files: dict[str, str]) -> dict[str, str]:
    faults: list[tuple[Place, str]] = []
    if EVERY_OTHER not in files:
        faults.append(((), f"{EVERY_OTHER!r} is a required key: the file of every other element"))
    for key, file in files.items():
        if key not in (EVERY_OTHER, *SYMBOLS):
            faults.append(((key,), f"{key!r} is no element: allowed are H to Es and {EVERY_OTHER}"))
        allowed = ["element"] if key == EVERY_OTHER else []
        faults += [((key,), fault) for fault in unknown_placeholders(file, *allowed)]
    refuse(faults)
    return files


Command = Annotated[Text, AfterValidator(_command)]


class CommandSettings(Settings):
    """Section `dft.commands`: how the programs are started; {threads} is filled in."""

    gpaw: Command | None = Field(description="a Python with GPAW; null for that of the workflow")
    espresso: Command = Field(description="how pw.x is started")
    vasp: Command = Field(description="how VASP is started")


class EspressoSettings(Settings):
    """Section `dft.espresso`."""

    cutoff: Positive = Field(description="Ry; of the wave functions")
    density_cutoff: Positive = Field(description="Ry; of the density")
    folder: Text | None = Field(
        description="where the pseudopotentials are; null for ESPRESSO_PSEUDO"
    )
    pseudopotentials: Annotated[dict[str, Text], AfterValidator(_pseudopotentials)] = Field(
        description="file of an element; in default, {element} is filled in"
    )


class RunSettings(Settings):
    """What the runs of decks are told."""

    engine: Engine | None = Field(description="what runs the decks; null for none")
    timeout: Positive = Field(description="minutes of a run")
    threads: Count = Field(description="cores of a run")
    commands: CommandSettings
    espresso: EspressoSettings


class EnergySettings(Settings):
    """What makes the energies of a hull one kind."""

    engine: Engine | None = Field(description="what runs the decks; null for none")
    hubbard: Hubbard = Field(description="U of the Materials Project in oxides and fluorides")
    corrections: Corrections | Literal["auto"] = Field(
        description="mp2020, none, or auto: mp2020 for vasp with hubbard: mp, none for all others"
    )

    @property
    def applied(self) -> Corrections:
        """Return the corrections that the energies get."""
        if self.corrections != "auto":
            return self.corrections
        return "mp2020" if self.engine == "vasp" and self.hubbard == "mp" else "none"


class DeckSettings(Settings):
    """What the decks hold, and of how many crystals there are some."""

    candidates: Count = Field(description="crystals of a system that get input decks")
    engines: SeveralUnique[Engine] = Field(description="for which decks are written")
    start: Start = Field(
        description="what a candidate's deck begins with: relaxed by the potential, or as generated"
    )
    kpoint_spacing: float = Field(gt=0, le=1, description="1/Å, with the 2π")
    hubbard: Hubbard = Field(description="U of the Materials Project in oxides and fluorides")
    espresso: EspressoSettings


class DftSettings(DeckSettings, RunSettings, EnergySettings):
    """Section `dft`."""

    competing: float = Field(
        ge=0, le=1, description="eV/atom; known phases this far above the known hull are computed"
    )

    @model_validator(mode="after")
    def _has_decks(self) -> "DftSettings":
        if self.engine and self.engine not in self.engines:
            allowed = ", ".join(self.engines)
            text = f"{self.engine!r} is none of dft.engines: allowed are {allowed}"
            refuse([(("engine",), text)])
        return self

    @model_validator(mode="after")
    def _has_the_u_of_its_corrections(self) -> "DftSettings":
        if self.corrections == "mp2020" and self.hubbard == "none":
            text = "'mp2020' holds for energies with the Materials Project's U: needs hubbard: mp"
            refuse([(("corrections",), text)])
        return self
