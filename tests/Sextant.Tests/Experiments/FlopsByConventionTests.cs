using System.Text.Json.Nodes;
using Sextant.Data;
using Sextant.Experiments;
using Sextant.Models;
using Sextant.Scaling;
using Sextant.Training;
using Xunit;

namespace Sextant.Tests.Experiments;

public sealed class FlopsByConventionTests
{
    [Theory]
    [InlineData("course")]
    [InlineData("course decoder")]
    [InlineData("modern")]
    public void A_result_and_each_evaluation_carry_every_convention_or_say_why_not(string kind)
    {
        using TemporaryFolder folder = new();
        var recipe = Recipe(folder, kind);
        RunFolder run = new(folder.Combine("run"));

        var result = SequenceRun.Train(recipe, run, new RunSurroundings());

        var flops = result.FlopsByConvention!;
        Assert.Equal(result.Flops, flops.Exact);
        Assert.Equal(6 * result.Parameters.SixNd * result.Tokens, flops.SixNd);
        Assert.Equal(6 * result.Parameters.Kaplan * result.Tokens, flops.Kaplan);
        Assert.Equal(result.Parameters.Reasons.Keys.Order(StringComparer.Ordinal), flops.Reasons!.Keys.Order(StringComparer.Ordinal));
        Assert.All(Conventions.All, convention => Assert.Equal(flops[convention] is null, flops.Reasons!.ContainsKey(convention.Name())));
        var evaluations = run.ReadMetrics();
        Assert.Equal(flops with { Reasons = null }, evaluations[^1].FlopsByConvention);
        Assert.All(evaluations, evaluation => Assert.Equal(evaluation.Flops, evaluation.FlopsByConvention!.Exact));
        Assert.DoesNotContain("reasons", File.ReadAllText(run.MetricsPath), StringComparison.Ordinal);
        var json = JsonNode.Parse(File.ReadAllText(run.ResultPath))!["flopsByConvention"]!.AsObject();
        Assert.Equal(Conventions.All.Select(Conventions.Name).Append("reasons"), json.Select(pair => pair.Key));
    }

    /// <summary>The course's batches hold examples of one length, so that its formula for an example, summed, is the run's count.</summary>
    [Fact]
    public void The_courses_count_of_a_run_is_its_formula_summed_over_the_examples()
    {
        using TemporaryFolder folder = new();
        var recipe = Recipe(folder, "course decoder");
        recipe = recipe with { Training = recipe.Training with { Horizon = new Horizon.Epochs { Count = 2 } } };
        using var corpus = (PairCorpus)Corpora.Create(recipe, folder.Path);

        var result = SequenceRun.Train(recipe, new RunFolder(folder.Combine("run")), new RunSurroundings());

        double expected = 2 * corpus.Train.Sum(pair => CourseCounting.ExampleFlops(8, 2, 30, pair.Source.Length + pair.Target.Length + 2));
        Assert.Equal(expected, result.FlopsByConvention!.Course);
    }

    [Fact]
    public void A_run_from_before_these_counts_is_still_read_and_resumed_and_says_what_is_missing()
    {
        using TemporaryFolder folder = new();
        var recipe = Recipe(folder, "modern");
        RunFolder run = new(folder.Combine("run"));
        using CancellationTokenSource stop = new();
        SequenceRun.Train(recipe, run, new RunSurroundings { Clock = new InterruptingClock(60, stop), Stop = stop.Token });
        string state = Path.Combine(run.Root, "checkpoint", "state.json");
        File.WriteAllText(state, Without(File.ReadAllText(state)));
        string metrics = string.Concat(File.ReadAllLines(run.MetricsPath).Select(line => Without(line) + "\n"));
        File.WriteAllText(run.MetricsPath, metrics);
        ChangeState(state, metrics.Length);

        var result = SequenceRun.Train(recipe, run, new RunSurroundings());

        Assert.Equal(result.Flops, result.FlopsByConvention!.Exact);
        Assert.Null(result.FlopsByConvention.SixNd);
        Assert.Equal("the run began before these were counted", result.FlopsByConvention.Reasons!["6nd"]);
        Assert.All(run.ReadMetrics(), evaluation => Assert.Null(evaluation.FlopsByConvention));
        File.WriteAllText(run.ResultPath, Without(File.ReadAllText(run.ResultPath)));
        Assert.Null(run.ReadResult()!.FlopsByConvention);
    }

    private static Recipe Recipe(TemporaryFolder folder, string kind)
    {
        string pairs = ToyRecipes.Pairs(folder);
        return kind switch
        {
            "course" => ToyRecipes.Course(pairs),
            "course decoder" => ToyRecipes.Course(pairs) with { Model = new ModelOptions.CourseDecoder { Hidden = 8, Layers = 2 } },
            _ => ToyRecipes.Modern(pairs),
        };
    }

    private static string Without(string record)
    {
        var json = JsonNode.Parse(record)!.AsObject();
        json.Remove("flopsByConvention");
        foreach (string lowest in new[] { "lowest", "lowestPerToken" })
        {
            (json[lowest] as JsonObject)?.Remove("flopsByConvention");
        }

        return json.ToJsonString();
    }

    private static void ChangeState(string path, int metricsLength)
    {
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        json["metricsLength"] = metricsLength;
        File.WriteAllText(path, json.ToJsonString());
    }
}
