//! Random text, for decks of any size.

/// Knuth's linear congruential generator, which gives the same deck on every machine.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound
    }

    /// This many words, made of syllables.
    pub(crate) fn words(&mut self, count: usize) -> String {
        const SYLLABLES: [&str; 16] =
            ["ba", "do", "fe", "gi", "ka", "lo", "mu", "ne", "po", "ri", "sa", "te", "vu", "wo", "xi", "zu"];
        let words = (0..count).map(|_| {
            let syllables = 1 + self.below(3);
            (0..syllables).map(|_| SYLLABLES[self.below(SYLLABLES.len())]).collect::<String>()
        });
        words.collect::<Vec<_>>().join(" ")
    }
}
