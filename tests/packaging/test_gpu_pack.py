"""Sources that are small enough to carry."""

import io
import sys
import tarfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))

import gpu_pack

KEPT = ("pkg/CMakeLists.txt", "pkg/vendor/llama.cpp/src/models/llama.cpp", "pkg/docs.md")
LEFT_OUT = (
    "pkg/.git/objects/pack",
    "pkg/vendor/llama.cpp/models/vocabulary.gguf",
    "pkg/vendor/llama.cpp/docs/build.md",
    "pkg/vendor/llama.cpp/tools/ui/page.html",
)


def test_what_no_build_takes_is_left_out(tmp_path):
    whole, less = tmp_path / "whole.tar.gz", tmp_path / "less.tar.gz"
    with tarfile.open(whole, "w:gz") as given:
        for name in (*KEPT, *LEFT_OUT):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(name), 0o755
            given.addfile(member, io.BytesIO(name.encode()))
    gpu_pack.slim(whole, less)
    with tarfile.open(less) as kept:
        assert kept.getnames() == list(KEPT)
        assert [kept.extractfile(name).read().decode() for name in KEPT] == list(KEPT)
        assert {member.mode for member in kept} == {0o755}
