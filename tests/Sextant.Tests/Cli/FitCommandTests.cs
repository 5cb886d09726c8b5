using System.Globalization;
using System.Text.Json.Nodes;
using Sextant.Experiments;
using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Cli;

/// <summary>sextant fit over published and over broken measurements.</summary>
public sealed class FitCommandTests
{
    private static readonly int[] Epochs = [1, 4, 16, 64];

    [Fact]
    public void The_courses_study_comes_out_as_the_course_has_it()
    {
        string curves = SharedData.Path("data/curves/six-decoders-a.csv");

        var json = Fit("curves", curves, "--smooth", "polynomial:5", "--targets", "8e10,16e10,32e10,64e10,128e10", "--convention", "course", "--at", "1e15");

        Assert.Equal("curves", (string?)json["kind"]);
        Assert.Equal("notIdentified", (string?)json["status"]);
        Assert.Equal(.4353, Number(json, "parameters", "slope"), .001);
        Assert.Equal(-.2426, Number(json, "parameters", "intercept"), .001);
        Assert.Equal(.5914, Number(json, "tokens", "slope"), .001);
        Assert.Equal(-.902, Number(json, "tokens", "intercept"), .001);
        double[] expected = [36.2e3, 35.8e3, 60.2e3, 77.2e3, 111.5e3];
        Assert.All(expected.Zip(json["optima"]!.AsArray()), pair => Assert.Equal(1, (double)pair.Second!["parameters"]! / pair.First, .005));
        Assert.Equal(1.94e6, (double)json["at"]![0]!["parameters"]!, .01e6);
        Assert.True((double)json["intervals"]!["parameters.slope"]!["high"]! - (double)json["intervals"]!["parameters.slope"]!["low"]! > .4);
    }

    [Fact]
    public void Hoffmanns_points_give_the_best_known_fit_and_the_rows_left_out_are_named()
    {
        using TemporaryFolder folder = new();
        string points = SharedData.Path("data/scaling/chinchilla-figure-points.csv");

        var json = Fit("parametric", points, "--columns", "parameters=Model Size,flops=Training FLOP", "--exclude", "highest-loss:5", "--resamples", "50", "--at", "5.76e23", "--out", folder.Combine("fit.json"));

        Assert.True(Number(json, "objective") <= .0010182741);
        Assert.Equal("huberLogLoss", (string?)json["objectiveName"]);
        Assert.Equal(17.9, (double)json["at"]![0]!["tokens"]! / (double)json["at"]![0]!["parameters"]!, .05);
        Assert.True((double)json["intervals"]!["at[0].parameters"]!["low"]! < (double)json["at"]![0]!["parameters"]!);
        Assert.Equal(1.8172, Number(json, "E"), .001);
        Assert.Equal(.3473, Number(json, "alpha"), .001);
        Assert.Equal(.3672, Number(json, "beta"), .001);
        Assert.Equal([1, 2, 3, 4, 5], json["excluded"]!.AsArray().Select(row => (int)row!["row"]!));
        var kept = Assert.IsType<ParametricFit>(FitFile.Read(folder.Combine("fit.json")));
        Assert.Equal(Number(json, "E"), kept.E);
        Assert.Equal(50, kept.Resampled!.Count);
        Assert.Null(json["resampled"]);
    }

    [Theory]
    [InlineData("base", "long", "kaplan", "kaplan", "train", .8353)]
    [InlineData("base", "long", "kaplan", "standard", "val", .7065)]
    [InlineData("base", "short", "kaplan", "standard", "val", .6020)]
    [InlineData("base", "short", "chinchilla", "standard", "val", .5715)]
    [InlineData("tuned", "short", "const", "standard", "val", .4969)]
    public void Published_optima_give_their_published_exponents(string hparams, string warmup, string decay, string count, string split, double expected)
    {
        string optima = SharedData.Path("data/scaling/isoflop_optima.csv");

        var json = Fit("power-law", optima, "--where", $"dataset=rw,hparams={hparams},warmup={warmup},decay={decay},param_count={count},split={split}", "--x", "flops", "--y", "n", "--weight", "1/n_star_std^2");

        Assert.Equal(expected, Number(json, "slope"), .0005);
    }

    [Fact]
    public void A_law_of_one_variable_needs_its_column_and_the_loss_alone_and_says_the_loss_at_an_x()
    {
        using TemporaryFolder folder = new();
        string table = folder.Write("sizes.csv", "size,loss\n" + string.Concat(Enumerable.Range(0, 12).Select(i => FormattableString.Invariant($"{1e6 * Math.Pow(10, i / 3.0):R},{1.7 + (30 * Math.Pow(1e6 * Math.Pow(10, i / 3.0), -.2)):R}\n"))));

        var json = Fit("saturating", table, "--columns", "parameters=size", "--at", "1e11", "--resamples", "50", "--convention", "kaplan", "--out", folder.Combine("fit.json"));

        Assert.Equal("saturating", (string?)json["kind"]);
        Assert.Equal("parameters", (string?)json["variable"]);
        Assert.Equal("kaplan", (string?)json["convention"]);
        Assert.Equal(1.7, Number(json, "E"), 1e-4);
        Assert.Equal(30, Number(json, "A"), 1e-2);
        Assert.Equal(.2, Number(json, "alpha"), 1e-4);
        Assert.Equal(1.7 + (30 * Math.Pow(1e11, -.2)), (double)json["at"]![0]!["loss"]!, 1e-4);
        Assert.NotNull(json["intervals"]!["at[0].loss"]);
        Assert.Null(json["resampled"]);
        Assert.Equal(50, Assert.IsType<SaturatingFit>(FitFile.Read(folder.Combine("fit.json"))).Resampled!.Count);
        Assert.Contains("at[0].loss", InProcess.Run("fit", "saturating", table, "--columns", "parameters=size", "--at", "1e11", "--resamples", "0").Output, StringComparison.Ordinal);
        Assert.Contains("has no column 'tokens' or 'd'", InProcess.Run("fit", "saturating", table, "--over", "tokens").Errors, StringComparison.Ordinal);
        Assert.Contains("--over size: it is one of parameters, tokens, flops.", InProcess.Run("fit", "saturating", table, "--over", "size").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_law_of_repeated_tokens_reads_how_many_there_are_and_a_plan_heeds_it()
    {
        using TemporaryFolder folder = new();
        var law = new DataConstrainedLaw(Scaling.PlantedPoints.Law, 12, null);
        string table = folder.Write("points.csv", "n,d,corpus,loss\n" + string.Concat(
            from point in Scaling.PlantedPoints.Grid(Scaling.PlantedPoints.Law, 5, 4)
            from epochs in Epochs
            select FormattableString.Invariant($"{point.Parameters:R},{point.Tokens:R},{point.Tokens / epochs:R},{law.Loss(point.Parameters, point.Tokens, point.Tokens / epochs):R}\n")));

        var json = Fit("data-constrained", table, "--columns", "unique_tokens=corpus", "--resamples", "0", "--convention", "6nd", "--out", folder.Combine("fit.json"));

        Assert.Equal("data-constrained", (string?)json["kind"]);
        Assert.Equal(12, Number(json, "repeatScale"), .01);
        Assert.Equal(law.Fresh.Exponent, Number(json, "exponent"), 1e-3);
        var plan = InProcess.Run("plan", "--fit", folder.Combine("fit.json"), "--flops", "1e21", "--unique-tokens", "1e9", "--json");
        Assert.True(plan.ExitCode == 0, plan.Errors);
        Assert.True((double)plan.Json["parameters"]! > law.Fresh.Optimum(1e21).Parameters);
    }

    [Theory]
    [InlineData("isoflop", "n,flops,loss\n1e6,6e12,3\n2e6,6e12,2.9\n4e6,6e12,3\n8e6,6e12,3.2\n", "tooFewPoints")] // one budget
    [InlineData("isoflop", "n,flops,loss\n1e6,6e12,3\n2e6,6e12,2.9\n1e6,6e13,2.5\n2e6,6e13,2.4\n", "tooFewPoints")] // two sizes
    [InlineData("parametric", "n,flops,loss\n1e6,6e12,3\n2e6,6e12,3\n4e6,6e13,3\n8e6,6e13,3\n1e7,6e14,3\n2e7,6e14,3\n4e7,6e15,3\n", "notIdentified")] // equal losses
    [InlineData("parametric", "n,flops,loss\nx,y,z\n-1,2,3\n1,NaN,3\n", "tooFewPoints")] // nothing that can be used
    [InlineData("curves", "run,parameters,flops,loss\na,1e4,1e10,3\na,1e4,2e10,2\n", "tooFewPoints")]
    [InlineData("saturating", "n,loss\n1e6,3\n1e7,2\n", "tooFewPoints")]
    [InlineData("saturating", "n,loss\n1e6,3\n1e7,3\n1e8,3\n1e9,3\n", "notIdentified")]
    [InlineData("data-constrained", "n,d,loss\n1e6,6e9,3\n1e7,6e9,2\n", "tooFewPoints")] // nobody says how many tokens are different
    public void Measurements_that_cannot_tell_get_an_honest_status_and_no_number(string kind, string table, string expected)
    {
        using TemporaryFolder folder = new();

        var json = Fit(kind, folder.Write("table.csv", table));

        Assert.Equal(expected, (string?)json["status"]);
        Assert.Null(json["exponent"]);
        Assert.NotEmpty(json["warnings"]!.AsArray());
    }

    [Theory]
    [InlineData(1, "isoflop", "no-such.csv")]
    [InlineData(2, "isoflop", "table.csv", "--where", "loss")]
    [InlineData(2, "isoflop", "table.csv", "--window", "2")]
    [InlineData(2, "curves", "table.csv", "--smooth", "spline")]
    [InlineData(2, "parametric", "table.csv", "--objective", "mean")]
    [InlineData(2, "saturating", "table.csv", "--delta", "0")]
    [InlineData(2, "saturating", "table.csv", "--objective", "squaredLoss", "--delta", "0.001")]
    [InlineData(2, "saturating", "table.csv", "--over", "epochs")]
    [InlineData(2, "data-constrained", "table.csv", "--at", "1e20")]
    [InlineData(2, "parametric", "table.csv", "--convention", "mine")]
    [InlineData(2, "parametric", "table.csv", "--at", "-1")]
    [InlineData(2, "parametric", "table.csv", "--columns", "size=n")]
    [InlineData(1, "parametric", "table.csv", "--columns", "loss=cost")]
    [InlineData(1, "power-law", "table.csv", "--x", "n", "--y", "m")]
    public void A_wrong_call_is_one_sentence(int exitCode, params string[] arguments)
    {
        using TemporaryFolder folder = new();
        folder.Write("table.csv", "n,flops,loss\n1e6,6e12,3\n");

        var result = InProcess.Run(["fit", arguments[0], folder.Combine(arguments[1]), .. arguments[2..]]);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Single(result.Errors.TrimEnd().Split('\n'));
        Assert.Equal("", result.Output);
    }

    [Fact]
    public void A_fit_for_a_person_says_first_whether_to_believe_it()
    {
        using TemporaryFolder folder = new();

        var result = InProcess.Run("fit", "isoflop", folder.Write("table.csv", "n,flops,loss\n1e6,6e12,3\nx,6e12,3\n"));

        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("tooFewPoints: ", result.Output, StringComparison.Ordinal);
        Assert.Contains("Left out, n is 'x', not a number: row 2", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_was_fitted_no_best_fit_is_spoken_of()
    {
        using TemporaryFolder folder = new();

        var result = InProcess.Run("fit", "saturating", folder.Write("table.csv", "n,loss\n1e6,3\n1e7,3\n1e8,3\n1e9,3\n"));

        Assert.StartsWith("notIdentified: no law was fitted to 4 points, since they cannot tell one; there are no numbers.", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("best fit", result.Output, StringComparison.Ordinal);
    }

    [Fact(Explicit = true)]
    [Trait("Category", "Slow")]
    public void A_million_rows_are_fitted()
    {
        using TemporaryFolder folder = new();
        string path = folder.Combine("table.csv");
        using (var table = new StreamWriter(path))
        {
            table.WriteLine("n,flops,loss");
            for (int i = 0; i < 1_000_000; i++)
            {
                double flops = Math.Pow(10, 17 + (i % 5)), n = Math.Sqrt(flops / 6) * Math.Pow(10, ((i / 5 % 21) - 10) / 20.0);
                table.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{n:R},{flops:R},{2 + (400 / Math.Pow(n, .3)) + (400 / Math.Pow(flops / 6 / n, .3)):R}"));
            }
        }

        Assert.Equal(.5, Number(Fit("isoflop", path), "exponent"), .01);
    }

    private static JsonObject Fit(params string[] arguments)
    {
        var result = InProcess.Run(["fit", .. arguments, "--json"]);
        Assert.True(result.ExitCode == 0, result.Errors);
        return result.Json;
    }

    private static double Number(JsonNode json, params string[] path) => (double)path.Aggregate(json, (node, name) => node[name]!);
}
