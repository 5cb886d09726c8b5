namespace Sextant.Decoding;

/// <summary>How the next token is chosen. Choices are closed: see the nested records.</summary>
public abstract record DecodingOptions
{
    private DecodingOptions()
    {
    }

    /// <summary>Every problem with these options, as sentences; empty if there is none.</summary>
    public virtual IReadOnlyList<string> Problems() => [];

    /// <summary>Always the most probable token.</summary>
    public sealed record Greedy : DecodingOptions;

    /// <summary>The best of the <see cref="Width"/> most probable beginnings (Sutskever 2014, section 3.2).</summary>
    public sealed record Beam : DecodingOptions
    {
        /// <summary>W, beginnings kept for each example; 1 is greedy.</summary>
        public required int Width { get; init; }

        /// <summary>
        /// Alpha of Wu 2016, equation 14: a hypothesis Y scores log P(Y) / ((5 + |Y|) / 6)^alpha, |Y| with the end token.
        /// 0 does not normalise; the default is in the middle of the range found best there (0.6-0.7).
        /// </summary>
        public double LengthPenalty { get; init; } = 0.65;

        public override IReadOnlyList<string> Problems() =>
        [
            .. Width < 1 ? [$"width is {Width}; it must be at least 1."] : Array.Empty<string>(),
            .. !double.IsFinite(LengthPenalty) || LengthPenalty < 0 ? [$"lengthPenalty is {LengthPenalty}; it must be 0 or more."] : Array.Empty<string>(),
        ];
    }

    /// <summary>
    /// Drawn from the model's distribution: divided by the temperature, then cut to the <see cref="TopK"/> most probable
    /// tokens, then to the nucleus <see cref="TopP"/>. The same seed draws the same text for the same source, whatever else is decoded.
    /// </summary>
    public sealed record Sampling : DecodingOptions
    {
        /// <summary>Logits are divided by it: below 1 sharper, above 1 flatter.</summary>
        public double Temperature { get; init; } = 1;

        /// <summary>Only so many of the most probable tokens (Fan 2018, section 5.1.3); null for all.</summary>
        public int? TopK { get; init; }

        /// <summary>The smallest set of most probable tokens that holds this much probability (Holtzman 2020, equation 2), 0..1; null for all.</summary>
        public double? TopP { get; init; }

        public ulong Seed { get; init; } = 1;

        public override IReadOnlyList<string> Problems() =>
        [
            .. !double.IsFinite(Temperature) || Temperature <= 0 ? [$"temperature is {Temperature}; it must be above 0 (greedy decoding is the limit at 0)."] : Array.Empty<string>(),
            .. TopK < 1 ? [$"topK is {TopK}; it must be at least 1."] : Array.Empty<string>(),
            .. TopP is { } p && !(p > 0 && p <= 1) ? [$"topP is {TopP}; it must be above 0 and at most 1."] : Array.Empty<string>(),
        ];
    }
}
