//! How cards look: a theme, with the colours, the fonts and the thickness of lines, and after it the style
//! that all themes share.

/// A theme: its custom properties, for light and for night.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Sans serif, blue on white.
    Plain,
    /// A warm page in a book typeface.
    Serif,
    /// Black on white and white on black, with heavier lines.
    Contrast,
}

/// What all themes share. It has no colour or font of its own.
const SHARED: &str = include_str!("../../assets/card.css");

impl Theme {
    /// The style of a card with this theme, before any style of the project's.
    #[must_use]
    pub fn style(self) -> String {
        format!("{}{SHARED}", self.properties())
    }

    /// The theme's custom properties.
    const fn properties(self) -> &'static str {
        match self {
            Self::Plain => include_str!("../../assets/themes/plain.css"),
            Self::Serif => include_str!("../../assets/themes/serif.css"),
            Self::Contrast => include_str!("../../assets/themes/contrast.css"),
        }
    }
}

#[cfg(test)]
mod tests;
