using Sextant.Models.Encoders;
using Sextant.Tokenization.Encoders;
using Sextant.Training;

namespace Sextant.Experiments.Encoders;

/// <summary>Everything that determines the pretraining of an encoder by filling in hidden tokens (Devlin 2019, section 3.1).</summary>
public sealed record PretrainingRecipe
{
    /// <summary>What people call it; takes no part in the identity.</summary>
    public required string Name { get; init; }

    /// <summary>The text.</summary>
    public required PretrainingText Data { get; init; }

    /// <summary>Word pieces of the vocabulary, special tokens included; fewer where the text has no more.</summary>
    public int VocabularySize { get; init; } = 1000;

    /// <summary>The texts whose words make the vocabulary, so that encoders of different texts can have the same; null for the text that is trained on.</summary>
    public IReadOnlyList<PretrainingText>? VocabularyText { get; init; }

    /// <summary>The encoder.</summary>
    public required EncoderOptions Model { get; init; }

    /// <summary>The most tokens of a text, special ones included; what is longer is cut.</summary>
    public int MaximumLength { get; init; } = 64;

    /// <summary>The share of the tokens that are expected, 0..1.</summary>
    public double MaskedShare { get; init; } = 0.15;

    /// <summary>Losses are nats a hidden token.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>Decides the first weights, what is hidden, dropout and the order of batches.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Everything that is wrong with these values, each with its path; empty if nothing is.</summary>
    public IReadOnlyList<string> Problems() => [.. Data.Problems(), .. VocabularyText?.SelectMany((text, i) => text.Problems($"vocabularyText[{i}]")) ?? [], .. Model.Problems(), .. Training.Problems(), .. Mismatches()];

    private IEnumerable<string> Mismatches()
    {
        if (VocabularySize < 50)
        {
            yield return $"vocabularySize: {VocabularySize} is not at least 50.";
        }

        if (Model is EncoderOptions.Roberta)
        {
            yield return "model.kind: pretraining makes word pieces, which go with bert; RoBERTa's byte pairs come with a published model.";
        }

        if (Model is EncoderOptions.Bert { PaddingId: not WordPieceTraining.PaddingId and >= 0 })
        {
            yield return $"model.paddingId: {Model.PaddingId} is not {WordPieceTraining.PaddingId}, the padding token of the word pieces that pretraining makes; leave it out.";
        }

        if (MaximumLength < 3 || MaximumLength > Model.MaximumLength)
        {
            yield return $"maximumLength: {MaximumLength} is not between 3 and the {Model.MaximumLength} positions of the model.";
        }

        if (MaskedShare is not (> 0 and < 1))
        {
            yield return FormattableString.Invariant($"maskedShare: {MaskedShare} is not between 0 and 1.");
        }

        if (Training.NoiseScale is not null)
        {
            yield return "training.noiseScale: is not measured in pretraining; leave it out.";
        }
    }
}
