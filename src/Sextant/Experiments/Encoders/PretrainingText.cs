using System.Text.Json.Serialization;
using Sextant.Data.Arithmetic;
using Sextant.Data.Labelled;

namespace Sextant.Experiments.Encoders;

/// <summary>The text that an encoder is pretrained on. Choices are closed: see the nested records.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Arithmetic), "arithmetic")]
[JsonDerivedType(typeof(General), "general")]
[JsonDerivedType(typeof(File), "file")]
public abstract record PretrainingText
{
    private PretrainingText()
    {
    }

    /// <summary>The share of the texts that validates, 0..1.</summary>
    public double ValidationShare { get; init; } = 0.02;

    /// <summary>Everything that is wrong, each with its path.</summary>
    public IEnumerable<string> Problems(string path = "data")
    {
        if (ValidationShare is not (> 0 and < 1))
        {
            yield return FormattableString.Invariant($"{path}.validationShare: {ValidationShare} is not between 0 and 1.");
        }

        if (this is Generated { Sentences: < 100 } generated)
        {
            yield return $"{path}.sentences: {generated.Sentences} is not at least 100.";
        }

        foreach (string problem in (this as Arithmetic)?.Unsaid?.Problems($"{path}.unsaid") ?? [])
        {
            yield return problem;
        }

        if (this is File { Path: null or "" })
        {
            yield return $"{path}.path: is missing; name a text file or a folder of them.";
        }
    }

    /// <summary>Sentences that Sextant makes.</summary>
    public abstract record Generated : PretrainingText
    {
        private protected Generated()
        {
        }

        /// <summary>How many.</summary>
        public int Sentences { get; init; } = 50_000;

        /// <summary>Decides which.</summary>
        public ulong Seed { get; init; } = 1;
    }

    /// <summary>Sums and comparisons of numbers in words; see <see cref="Data.Arithmetic.ArithmeticText"/> for what it never says.</summary>
    public sealed record Arithmetic : Generated
    {
        /// <summary>
        /// A split of the built-in arithmetic (two operands up to 19): of the expressions that validate or test by it the text states neither the order nor the sum of the operands. Null states
        /// those of all pairs.
        /// </summary>
        public LabelledSplitOptions? Unsaid { get; init; }

        /// <summary>The pairs that are not stated; null for none.</summary>
        internal UnsaidPairs? UnsaidPairs()
        {
            if (Unsaid is null)
            {
                return null;
            }

            var split = LabelledData.Load(new LabelledOptions.Arithmetic { Split = Unsaid }).Split;
            var pairs = new UnsaidPairs(split.Validation.Concat(split.Test).Select(text => text.Text));
            return pairs.LeavesRoom ? pairs : throw new UserError("data.unsaid: the split leaves no pair of numbers whose order or sum may be stated; let more of the expressions train.");
        }
    }

    /// <summary>Everyday sentences; see <see cref="Data.GeneralText"/>.</summary>
    public sealed record General : Generated
    {
        /// <summary>Whether people, animals and things come in numbers of zero to nineteen.</summary>
        public bool HasNumbers { get; init; }
    }

    /// <summary>Text of a user's own, a text a line: a UTF-8 file, or a folder of them (*.txt and *.md, by name).</summary>
    public sealed record File : PretrainingText
    {
        public required string Path { get; init; }
    }
}
