using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sextant.Models;
using Sextant.Scaling;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>
/// How a study keeps the learning rate from deciding its answer: the best rate falls with the size of the model, so that one rate for all sizes
/// favours some of them. Choices are closed: see the nested records.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Tuned), "tuned")]
[JsonDerivedType(typeof(MaximalUpdate), "maximalUpdate")]
[JsonDerivedType(typeof(ByWidth), "byWidth")]
public abstract record LearningRateOptions
{
    /// <summary>What has other means of its own in a study, or is what is measured.</summary>
    private static readonly string[] NotTuned = ["training.horizon", "training.batch", "training.evaluate", "training.stopAt", "training.patience", "training.noiseScale", "training.validationBatch", "training.threads"];

    /// <summary>The digits of a rate that was computed: far finer than it is known, and short in a recipe.</summary>
    private const int Digits = 3;

    private LearningRateOptions()
    {
    }

    internal static double Rounded(double rate) => double.Parse(rate.ToString($"G{Digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>Everything that is wrong, each with its path in the study.</summary>
    public IEnumerable<string> Problems(string path = "learningRate")
    {
        if (this is Tuned { Factor: var factor } && !(factor > 1 && double.IsFinite(factor)))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{path}.factor: {factor} must be more than 1, such as 2.");
        }

        if (this is Tuned { Finest: double finest } && !(finest > 1 && double.IsFinite(finest)))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{path}.finest: {finest} must be more than 1, such as 1.5, or null.");
        }

        if (this is Tuned { Most: < 3 and var most })
        {
            yield return $"{path}.most: {most} must be at least 3, which a parabola needs.";
        }

        if (this is Tuned { Seeds: < 1 and var seeds })
        {
            yield return $"{path}.seeds: {seeds} must be at least 1.";
        }

        if (this is Tuned { Horizon.Count: var count } && !(count > 0 && double.IsFinite(count)))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{path}.horizon.count: {count} must be more than 0 and finite.");
        }

        foreach (var (at, values) in this is Tuned { With: var with } ? with : new Dictionary<string, IReadOnlyList<JsonElement>>())
        {
            if (!at.StartsWith("training.", StringComparison.Ordinal) || at == StudyFile.RatePath || NotTuned.Any(other => at == other || at.StartsWith(other + ".", StringComparison.Ordinal)))
            {
                yield return $"{path}.with.{at}: is not tuned beside the rate; give values of the optimiser, of the schedule or of training.clipNorm, such as \"training.optimizer.beta2\": [0.95, 0.99].";
            }

            if (values.Count == 0)
            {
                yield return $"{path}.with.{at}: is empty; give at least one value.";
            }
        }

        foreach (string problem in this is MaximalUpdate { From: var shape } ? shape.Problems($"{path}.from") : [])
        {
            yield return problem + ".";
        }

        if (this is ByWidth { From: < 1 and var from })
        {
            yield return $"{path}.from: {from} must be positive: the width at which the recipe's rate holds.";
        }

        if (this is ByWidth { Exponent: var exponent } && !double.IsFinite(exponent))
        {
            yield return $"{path}.exponent: must be finite, such as -1.";
        }
    }

    /// <summary>
    /// By a small search for each size before its runs are trained (<see cref="RateSearch"/>), beginning at the recipe's rate. Runs that differ in seed and horizon alone are
    /// one size and train at one rate, so that they can share a trunk.
    /// </summary>
    public sealed record Tuned : LearningRateOptions
    {
        /// <summary>From one rate to the next.</summary>
        public double Factor { get; init; } = 2;

        /// <summary>The most rates that are tried for a size.</summary>
        public int Most { get; init; } = 9;

        /// <summary>Rates are tried between the best and its neighbours until these lie within such a factor of it; null to take them as they come.</summary>
        public double? Finest { get; init; }

        /// <summary>Trainings at each rate, whose mean loss counts: the first so many of the study's seeds.</summary>
        public int Seeds { get; init; } = 1;

        /// <summary>
        /// Further values by their path in the recipe, such as training.optimizer.beta2: each is tried at the best rate in place of what stands there, and where it does better it stays and the rate is looked for again.
        /// </summary>
        public IReadOnlyDictionary<string, IReadOnlyList<JsonElement>> With { get; init; } = new Dictionary<string, IReadOnlyList<JsonElement>>();

        /// <summary>How long a trial trains; null for the middle horizon of the size's runs, the shorter of two.</summary>
        public Horizon? Horizon { get; init; }
    }

    /// <summary>
    /// The recipe's rate, chosen at one shape, for all widths, whose models are parametrised so that it holds (Yang and Hu 2022, "Tensor Programs V"). A coordinate check
    /// of the study's own widths goes with it.
    /// </summary>
    public sealed record MaximalUpdate : LearningRateOptions
    {
        /// <summary>The model that the recipe's rate was chosen for.</summary>
        public required BaseShape From { get; init; }
    }

    /// <summary>The recipe's rate, which holds at width <see cref="From"/>, times (width / From) to the power <see cref="Exponent"/>: a rule that one has from elsewhere.</summary>
    public sealed record ByWidth : LearningRateOptions
    {
        /// <summary>H at which the recipe's rate holds.</summary>
        public required int From { get; init; }

        /// <summary>Usually negative: -1 is what hidden matrices want of Adam (Yang 2022, table 3).</summary>
        public required double Exponent { get; init; }

        /// <summary>The rate at a width, in three digits.</summary>
        public double Rate(double atFrom, int width) => Rounded(atFrom * Math.Pow((double)width / From, Exponent));
    }
}
