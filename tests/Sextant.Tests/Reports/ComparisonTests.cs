using Sextant.Data;
using Sextant.Experiments;
using Sextant.Reports;
using Sextant.Tokenization;
using Sextant.Training;
using Xunit;

namespace Sextant.Tests.Reports;

public sealed class ComparisonTests
{
    [Fact]
    public void Every_run_has_its_row_in_the_order_given()
    {
        var runs = Made.Study();

        Assert.Equal(runs.Select(run => run.Name), Comparison.Of(runs).Rows.Select(row => row.Name));
    }

    [Fact]
    public void Seeds_of_one_recipe_are_one_group_with_its_median_and_range()
    {
        var runs = new ulong[] { 1, 2, 3 }.Select(seed => Made.Run(16, seed: seed)).ToList();

        var group = Assert.Single(Comparison.Of(runs).Groups);

        Assert.Equal("small-h16 (3 seeds)", group.Name);
        Assert.Equal(runs[1].Losses.Lowest, group.Median);
        Assert.Equal(runs[0].Losses.Lowest, group.Lowest);
        Assert.Equal(runs[2].Losses.Lowest, group.Highest);
    }

    [Fact]
    public void Runs_validated_on_other_words_are_not_ranked_and_the_page_says_so()
    {
        var other = Comparison.Of([Made.Run(32), Made.Run(16, change: r => r with { Data = new DataOptions.PigLatin { Split = new SplitOptions.BySeed { Seed = 2 } } })]);
        var changed = Comparison.Of([Made.Run(32) with { DataIdentity = "before" }, Made.Run(16) with { DataIdentity = "after" }]);
        var same = Comparison.Of([Made.Run(32), Made.Run(16)]);

        Assert.All([other, changed], comparison =>
        {
            Assert.Empty(comparison.Best);
            Assert.Contains(comparison.Caveats, c => c.StartsWith("The runs are measured on different validation examples", StringComparison.Ordinal));
            Assert.DoesNotContain(comparison.Lead, line => line.StartsWith("Next is", StringComparison.Ordinal));
        });
        Assert.Equal([0], same.Best);
        Assert.DoesNotContain(same.Caveats, c => c.StartsWith("The runs are measured on", StringComparison.Ordinal));
    }

    [Fact]
    public void Runs_of_several_sizes_and_data_sets_have_both_pictures()
    {
        var charts = Comparison.Of(Made.Study()).Charts.ToDictionary(named => named.Name, named => named.Chart);

        Assert.Equal(["small word list", "large word list"], Lines(charts["loss-by-hidden-size"]));
        Assert.Equal(["hidden size 16", "hidden size 32", "hidden size 64"], Lines(charts["loss-by-data-size"]));
        Assert.All(charts["loss-by-hidden-size"].Series[0].Points, point => Assert.True(point.Low < point.Y && point.Y < point.High));
        Assert.Equal([60_000, 240_000], charts["loss-by-data-size"].Series[0].Points.Select(point => point.X));
    }

    [Fact]
    public void One_size_and_one_data_set_have_neither_picture() =>
        Assert.Equal(["loss-by-epoch", "loss-by-flops"], Comparison.Of([Made.Run(16), Made.Run(16, seed: 2)]).Charts.Select(named => named.Name));

    [Fact]
    public void Sizes_whose_names_would_run_into_one_another_are_marked_and_not_named()
    {
        var chart = Comparison.Of([Made.Run(16), Made.Run(17), Made.Run(32), Made.Run(64)]).Charts.Single(named => named.Name == "loss-by-hidden-size").Chart;

        Assert.Equal(["16", "32", "64"], chart.X.Ticks!.Select(tick => tick.Label));
        Assert.Equal([16, 17, 32, 64], chart.Series[0].Points.Select(point => point.X));
    }

    [Fact]
    public void A_confounded_comparison_says_so()
    {
        var longer = Made.Run(32, change: recipe => recipe with { Training = recipe.Training with { Horizon = new Horizon.Epochs { Count = 80 } } });

        string caveat = Assert.Single(Comparison.Of([Made.Run(16), longer]).Caveats);

        Assert.Equal("Not only the hidden size differs, so its effect is mixed with that of: training.horizon.count (40, 80).", caveat);
    }

    [Fact]
    public void A_clean_comparison_has_no_caveat() => Assert.Empty(Comparison.Of([Made.Run(16), Made.Run(32)]).Caveats);

    [Fact]
    public void Losses_on_different_data_are_said_to_be_measured_on_different_examples() =>
        Assert.Contains(Comparison.Of([Made.Run(16), Made.Run(16, WordList.Large)]).Caveats, caveat => caveat.Contains("not measured on the same examples", StringComparison.Ordinal));

    [Fact]
    public void Runs_that_share_a_size_are_drawn_on_lines_of_their_own()
    {
        static Recipe Faster(Recipe recipe) => recipe with { Training = recipe.Training with { Optimizer = new OptimizerOptions.Adam { LearningRate = 0.02 } } };
        var runs = new[] { Made.Run(16), Made.Run(32), Made.Run(16, change: Faster), Made.Run(32, change: Faster) };

        var comparison = Comparison.Of(runs);

        Assert.Equal(["optimizer.learningRate 0.01", "optimizer.learningRate 0.02"], Lines(comparison.Charts.Single(named => named.Name == "loss-by-hidden-size").Chart));
        Assert.Empty(comparison.Caveats);
    }

    [Fact]
    public void The_lead_names_the_lowest_loss_and_doubts_what_seeds_do_not_tell_apart()
    {
        var close = new[] { Made.Run(64, seed: 1), Made.Run(64, seed: 4), Made.Run(56, seed: 1), Made.Run(56, seed: 4) };

        var lead = Comparison.Of(close).Lead;

        Assert.StartsWith("small-h64 (2 seeds) reached the lowest validation loss", lead[0], StringComparison.Ordinal);
        Assert.Contains("do not tell them apart", lead[1], StringComparison.Ordinal);
    }

    [Fact]
    public void One_run_against_three_seeds_is_doubted()
    {
        var runs = new[] { Made.Run(64, seed: 1), Made.Run(64, seed: 2), Made.Run(64, seed: 3), Made.Run(16, seed: 1) };

        var lead = Comparison.Of(runs).Lead;

        Assert.Contains("with one seed of one of them, how much of the gap is chance is not known", lead[1], StringComparison.Ordinal);
        Assert.Equal("They differ in model.hidden (64, 16).", lead[2]);
    }

    [Fact]
    public void What_is_marked_is_the_best_recipe_with_all_its_seeds()
    {
        var runs = new[] { Made.Run(16, seed: 1), Made.Run(64, seed: 1), Made.Run(64, seed: 3) };

        Assert.Equal([1, 2], Comparison.Of(runs).Best);
    }

    [Fact]
    public void Runs_on_other_examples_or_tokens_are_neither_ranked_nor_marked_against_each_other()
    {
        var byHash = Made.Run(32, change: recipe => recipe with { Data = new DataOptions.PigLatin { Words = WordList.Small, Split = new SplitOptions.ByHash() } });
        var otherTokens = Made.Run(16, change: recipe => recipe with { Tokenizer = new TokenizerOptions.Characters() });

        var comparison = Comparison.Of([Made.Run(64), byHash, otherTokens]);

        Assert.Empty(comparison.Best);
        Assert.All(comparison.Lead, sentence => Assert.Contains("reached the lowest", sentence, StringComparison.Ordinal));
        Assert.Equal(3, comparison.Lead.Count);
        Assert.Contains(comparison.Caveats, caveat => caveat.Contains("not measured on the same examples", StringComparison.Ordinal));
        Assert.Contains(comparison.Caveats, caveat => caveat.Contains("tokenisers differ", StringComparison.Ordinal));
        Assert.Contains(comparison.Caveats, caveat => caveat.Contains("data.split.kind (seed, hash)", StringComparison.Ordinal));
    }

    [Fact]
    public void The_test_sentence_is_translated_by_each()
    {
        var translations = Comparison.Of([Made.Run(16), Made.Run(64)]).TestSentence;

        Assert.Equal(["small-h16-seed1", "small-h64-seed1"], translations.Select(translation => translation.Run));
        Assert.EndsWith("onditioningcay isway orkingway", translations[1].Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_comparison_is_written_as_a_page_and_as_files()
    {
        string folder = Directory.CreateTempSubdirectory("sextant-compare").FullName;
        try
        {
            string page = ComparisonPage.Write(Comparison.Of(Made.Study()), folder, ["sextant compare runs"]);

            Assert.Equal(Path.Combine(folder, "compare.html"), page);
            Assert.Equal(
                ["compare.html", "loss-by-data-size.png", "loss-by-data-size.svg", "loss-by-epoch.png", "loss-by-epoch.svg", "loss-by-flops.png", "loss-by-flops.svg", "loss-by-hidden-size.png", "loss-by-hidden-size.svg"],
                Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<string> Lines(Chart chart) => chart.Series.Where(series => series.InLegend).Select(series => series.Name);
}
