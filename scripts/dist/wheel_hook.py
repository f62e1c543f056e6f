"""What hatchling is to do otherwise where the wheel has the program. scripts/dist/wheel puts it beside the package."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelWithProgram(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        machine = self.config["machine"]
        # A static program needs no C library, so that of glibc's systems and that of musl's will do.
        platforms = (f"manylinux_2_17_{machine}", f"manylinux2014_{machine}", f"musllinux_1_1_{machine}")
        build_data["tag"] = f"py3-none-{'.'.join(platforms)}"
        build_data["pure_python"] = False
        build_data["shared_scripts"] = {"foilmock": "foilmock"}
        build_data["sbom_files"] = [self.config["sbom"]] if self.config["sbom"] else []
