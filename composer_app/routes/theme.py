"""The colours and fonts of the Gradio page."""

from __future__ import annotations

import gradio as gr


def page_theme() -> gr.themes.Base:
    """Calm greys with one accent, the same values as in static/composer.css."""
    return gr.themes.Base(
        font=["system-ui", "-apple-system", "Segoe UI", "sans-serif"],
        font_mono=["ui-monospace", "Menlo", "Consolas", "monospace"],
        radius_size=gr.themes.sizes.radius_md,
    ).set(
        body_background_fill="#f4f3f0", body_background_fill_dark="#131418",
        body_text_color="#1d1f24", body_text_color_dark="#e8e8ea",
        body_text_color_subdued="#5d616b", body_text_color_subdued_dark="#9a9eaa",
        background_fill_primary="#ffffff", background_fill_primary_dark="#1b1d23",
        background_fill_secondary="#faf9f7", background_fill_secondary_dark="#17191e",
        block_background_fill="transparent", block_background_fill_dark="transparent",
        block_border_width="0px", block_border_width_dark="0px", block_shadow="none", block_shadow_dark="none",
        block_label_text_color="#5d616b", block_label_text_color_dark="#9a9eaa",
        block_title_text_color="#5d616b", block_title_text_color_dark="#9a9eaa", block_title_text_weight="500",
        border_color_primary="#dedbd4", border_color_primary_dark="#2c2f37",
        input_background_fill="#ffffff", input_background_fill_dark="#121317",
        input_border_width="1px", input_border_width_dark="1px",
        input_border_color_focus="#5b5bd6", input_border_color_focus_dark="#8f8cf5",
        input_border_color="#868279", input_border_color_dark="#6b7080",
        color_accent="#5b5bd6", color_accent_soft="#ecebfb", color_accent_soft_dark="#26264a",
        button_primary_background_fill="#5b5bd6", button_primary_background_fill_dark="#625ed2",
        button_primary_background_fill_hover="#4a4ac4", button_primary_background_fill_hover_dark="#5652c6",
        button_primary_border_color="transparent", button_primary_border_color_dark="transparent",
        button_primary_text_color="#ffffff", button_primary_text_color_dark="#ffffff",
    )  # fmt: skip
