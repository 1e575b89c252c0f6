"""Keeps the wheel from changing values that it passes over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def leave_wheel_to_page(control: QWidget) -> None:
    """Let the wheel scroll the page below a control, whose value changes by keys and clicks."""
    control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    control.installEventFilter(_WheelFilter(control))


class _WheelFilter(QObject):
    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Hand the wheel on to what is around the control."""
        if event.type() != QEvent.Type.Wheel:
            return False
        event.ignore()
        return True
