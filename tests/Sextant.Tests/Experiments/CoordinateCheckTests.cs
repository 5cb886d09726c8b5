using System.Text.Json;
using Sextant.Data;
using Sextant.Experiments;
using Sextant.Models;
using Sextant.Tokenization;
using Sextant.Training;
using Xunit;

namespace Sextant.Tests.Experiments;

public sealed class CoordinateCheckTests
{
    private static readonly int[] Widths = [32, 64, 128, 256];

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(Growth.WiderHeads, true)]
    [InlineData(Growth.MoreHeads, true)]
    [InlineData(Growth.WiderHeads, false)]
    public void Sizes_are_flat_in_width_under_maximal_update(Growth growth, bool tied)
    {
        var check = Check(Widths, growth, tied, from: 32);

        Assert.True(check.Verdict == CoordinateVerdict.Holds, Table(check));
        Assert.StartsWith("Carried over by maximal update from width 32; over 4 steps at widths 32 to 256 the change of the logits moved with width as H^", check.Sentence, StringComparison.Ordinal);
        Assert.Contains("]: the coordinate check holds (exponents within 0.25 of 0", check.Sentence, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine(Table(check));
    }

    [Fact]
    public void The_standard_parametrisation_fails_the_check()
    {
        var check = Check(Widths, Growth.WiderHeads, tied: true, from: null);

        Assert.True(check.Verdict == CoordinateVerdict.Fails, Table(check));
        var stream = check.Trends.Single(trend => trend is { Quantity: Coordinate.ResidualStream, IsChange: true, Step: 4 });
        Assert.True(stream.Interval.Low > 0.5, Table(check));
        Assert.StartsWith("The coordinate check FAILED. Standard parametrisation; over 4 steps", check.Sentence, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine(Table(check));
    }

    [Fact]
    public void A_planted_exponent_is_found_with_the_error_of_the_mean_over_seeds()
    {
        // Sizes H^(0.5 + e) with e = -0.1, 0, 0.1 by seed: their mean is 0.5, its error 0.1 / sqrt(3).
        var sizes = from seed in new ulong[] { 1, 2, 3 }
                    from width in Widths
                    select new CoordinateSize(width, seed, 0, Coordinate.Logits, 7 * Math.Pow(width, 0.5 + (0.1 * ((double)seed - 2))), null);

        var trend = Assert.Single(CoordinateTrend.Of(sizes, new CoordinateCheckOptions()));

        Assert.Equal(0.5, trend.Slope, 9);
        Assert.Equal(0.1 / Math.Sqrt(3), trend.StandardError!.Value, 9);
        Assert.Equal(0.5 + (4.302653 * 0.1 / Math.Sqrt(3)), trend.Interval.High!.Value, 6); // Student's t, 2 degrees of freedom, 97.5 %
        Assert.Equal(CoordinateVerdict.Fails, trend.Verdict);
    }

    [Theory]
    [InlineData(Coordinate.Logits, -0.5, false, CoordinateVerdict.Holds)]
    [InlineData(Coordinate.Logits, -1, false, CoordinateVerdict.Fails)]
    [InlineData(Coordinate.Logits, -0.5, true, CoordinateVerdict.Fails)]
    [InlineData(Coordinate.AttentionScores, -0.5, true, CoordinateVerdict.Holds)]
    [InlineData(Coordinate.AttentionScores, 0.5, true, CoordinateVerdict.Fails)]
    [InlineData(Coordinate.ResidualStream, 0.5, false, CoordinateVerdict.Fails)]
    [InlineData(Coordinate.ResidualStream, 0.1, true, CoordinateVerdict.Holds)]
    public void Nothing_may_grow_with_width_and_what_is_not_a_sum_of_independent_terms_may_not_shrink(Coordinate quantity, double exponent, bool isChange, CoordinateVerdict expected)
    {
        var sizes = from seed in new ulong[] { 1, 2 }
                    from width in Widths
                    let value = Math.Pow(width, exponent)
                    select new CoordinateSize(width, seed, 1, quantity, isChange ? 1 : value, isChange ? value : 1);

        Assert.Equal(expected, CoordinateTrend.Of(sizes, new CoordinateCheckOptions()).Single(trend => trend.IsChange == isChange).Verdict);
    }

    [Fact]
    public void One_seed_decides_nothing()
    {
        var sizes = Widths.Select(width => new CoordinateSize(width, 1, 0, Coordinate.Logits, 1, null));

        var trend = Assert.Single(CoordinateTrend.Of(sizes, new CoordinateCheckOptions()));

        Assert.Equal((null, CoordinateVerdict.Undecided), (trend.StandardError, trend.Verdict));
    }

    [Fact]
    public void It_is_written_and_read_back_as_JSON()
    {
        var check = Check([16, 32], Growth.WiderHeads, tied: true, from: 16, new CoordinateCheckOptions { Steps = 1, Seeds = 2 });

        string json = JsonSerializer.Serialize(check, RecipeJson.Line);

        Assert.Contains("\"quantity\":\"residualStream\"", json, StringComparison.Ordinal);
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<CoordinateCheck>(json, RecipeJson.Line), RecipeJson.Line));
    }

    [Fact]
    public void A_training_that_diverges_fails_the_check()
    {
        var recipes = Recipes([16, 32], Growth.WiderHeads, tied: true, from: null).Select(recipe => recipe with { Training = recipe.Training with { Optimizer = new OptimizerOptions.AdamW { LearningRate = 1e30 } } });

        var check = Check([.. recipes], new CoordinateCheckOptions { Seeds = 1 });

        Assert.Equal(CoordinateVerdict.Fails, check.Verdict);
        Assert.StartsWith("Width 16, seed 1: training diverged at step ", check.Diverged[0], StringComparison.Ordinal);
        Assert.Contains(check.Diverged[0], check.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Recipes_that_cannot_be_compared_are_named()
    {
        var recipes = Recipes([16, 32], Growth.WiderHeads, tied: true, from: 16);

        Refused([recipes[0]], "it takes two recipes or more, each of another model.hidden");
        Refused([recipes[0], recipes[0]], "it takes two recipes or more, each of another model.hidden");
        Refused([recipes[0], .. Recipes([32], Growth.WiderHeads, tied: true, from: null)], "the recipes differ in model.maximalUpdateFrom");
        Refused([recipes[0], recipes[1] with { Name = "course", Model = new ModelOptions.CourseDecoder { Hidden = 8, Layers = 1 } }], "course is no modern model");

        static void Refused(Recipe[] recipes, string why) =>
            Assert.Contains(why, Assert.Throws<UserError>(() => Check(recipes, new CoordinateCheckOptions())).Message, StringComparison.Ordinal);
    }

    private static string Table(CoordinateCheck check) => string.Join('\n', check.Trends.Select(t =>
        FormattableString.Invariant($"{t.Step} {t.Quantity,-16} {(t.IsChange ? "change" : "size"),-6} {t.Slope,6:0.000} +- {t.StandardError:0.000} {t.Verdict}")).Append(check.Sentence));

    private static CoordinateCheck Check(int[] widths, Growth growth, bool tied, int? from, CoordinateCheckOptions? options = null) =>
        Check(Recipes(widths, growth, tied, from), options);

    private static CoordinateCheck Check(Recipe[] recipes, CoordinateCheckOptions? options)
    {
        using var corpus = PairCorpus.Create(Corpora.BuiltIn(new DataOptions.PigLatin()), new SplitOptions.BySeed(), TokenizerSource.Of(new TokenizerOptions.Course()));
        return CoordinateCheck.Of(recipes, corpus, options);
    }

    private static Recipe[] Recipes(int[] widths, Growth growth, bool tied, int? from) => [.. widths.Select(width => Recipe(width, growth, tied, from))];

    private static Recipe Recipe(int width, Growth growth, bool tied, int? from) => new()
    {
        Name = $"width {width}",
        Data = new DataOptions.PigLatin(),
        Tokenizer = new TokenizerOptions.Course(),
        Model = new ModelOptions.ModernDecoder
        {
            Hidden = width,
            Layers = 2,
            Heads = Heads(width, growth),
            FeedForward = 2 * width,
            TieEmbeddings = tied,
            MaximalUpdateFrom = from is int narrow ? new BaseShape { Hidden = narrow, Heads = Heads(narrow, growth), FeedForward = 2 * narrow } : null,
        },
        Training = new TrainingOptions
        {
            Optimizer = new OptimizerOptions.AdamW { LearningRate = 4e-3 },
            Schedule = new ScheduleOptions.WarmupCosine(),
            Batch = new BatchOptions.Examples { Size = 32 },
            Horizon = new Horizon.Steps { Count = 1000 },
            ClipNorm = 1,
            ValidationBatch = 16,
        },
    };

    private static int Heads(int width, Growth growth) => growth == Growth.WiderHeads ? 4 : width / 8;

    public enum Growth
    {
        WiderHeads,
        MoreHeads,
    }
}
