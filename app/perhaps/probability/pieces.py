"""The tokens that a trace names, each kept once."""

from __future__ import annotations


class PieceTable:
    """Numbers pairs of a token id and its bytes in the order in which they first came."""

    def __init__(self, pieces: list[tuple[int, bytes]] | None = None) -> None:
        self._pieces: list[tuple[int, bytes]] = pieces or []
        self._numbers = {piece: number for number, piece in enumerate(self._pieces)}

    def __len__(self) -> int:
        return len(self._pieces)

    def __getitem__(self, number: int) -> tuple[int, bytes]:
        return self._pieces[number]

    def number_of(self, token_id: int, data: bytes) -> int:
        """Give the number of a piece; a new piece gets the next one."""
        piece = (token_id, data)
        number = self._numbers.setdefault(piece, len(self._pieces))
        if number == len(self._pieces):
            self._pieces.append(piece)
        return number
