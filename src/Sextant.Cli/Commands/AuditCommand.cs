using System.CommandLine;
using Sextant.Experiments;
using Sextant.Scaling;
using Sextant.Training;

namespace Sextant.Cli.Commands;

/// <summary>sextant audit RUN: a run held against a fit.</summary>
internal static class AuditCommand
{
    /// <summary>Of the course's decoders.</summary>
    private const double CourseLayers = 4;

    public static Command Create(Terminal terminal)
    {
        var run = new Argument<string?>("RUN") { Description = "The folder of a finished run; leave it out to audit numbers.", Arity = ArgumentArity.ZeroOrOne };
        var fit = new Option<string>("--fit") { Description = "A fit, as `sextant fit --out` writes it.", HelpName = "FIT.json", Required = true };
        var parameters = new Option<double?>("--parameters") { Description = "In place of RUN: N by the fit's convention.", HelpName = "N" };
        var tokens = new Option<double?>("--tokens") { Description = "In place of RUN: tokens trained on.", HelpName = "D" };
        var loss = new Option<double?>("--loss") { Description = "In place of RUN: the loss reached, nats a token.", HelpName = "L" };
        var flops = new Option<double?>("--flops") { Description = "With numbers: FLOPs by the fit's convention, where they do not follow from N and D.", HelpName = "C" };
        var perToken = new Option<bool>("--per-token") { Description = "Hold the run's mean loss over tokens against the fit, in place of the mean over batches (a fit of a study that analyses losses per token does so by itself)." };
        var batches = Options.Batches();
        var json = Options.Json();
        var command = new Command(
            "audit",
            "Holds a run against a fit: was its compute well split, what did it cost if not, and what to change, with intervals; or that the fit cannot tell.\n\nExamples:\n  sextant audit runs/mine --fit fit.json\n  sextant audit --parameters 2.8e11 --tokens 3e11 --loss 1.99 --fit fit.json")
        {
            run, fit, parameters, tokens, loss, flops, perToken, batches, json,
        };
        command.SetAction(parsed =>
        {
            double?[] numbers = [.. new[] { parameters, tokens, loss, flops }.Select(option => PlanCommand.Positive(parsed, option))];
            var audit = Of(parsed.GetValue(run), numbers, parsed.GetRequiredValue(fit), parsed.GetValue(perToken), parsed.GetValue(batches) ?? []);
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(audit);
            }
            else
            {
                AuditTable.Write(terminal, audit);
            }

            return 0;
        });
        return command;
    }

    private static Audit Of(string? run, double?[] numbers, string path, bool perToken, string[] batches)
    {
        if (run is not null ? numbers.Any(number => number is not null) : numbers.Take(3).Any(number => number is null))
        {
            throw new UsageError(run is null ? "Give a run folder, or --parameters N, --tokens D and --loss L." : "Give a run folder or numbers (--parameters, --tokens, --loss, --flops), not both.");
        }

        if (run is null && batches.Length > 0)
        {
            throw new UsageError("--batches belongs to a run folder, whose recipe says its batch and learning rate.");
        }

        var fit = FitFile.Read(path);
        if (fit is not (AllocationFit or ParametricFit or DataConstrainedFit))
        {
            throw new UserError($"{path} is a fit of one variable or of the batch and says nothing of how compute is split; give a fit of curves, isoflop or parametric.");
        }

        if (run is null)
        {
            var (n, d) = (numbers[0]!.Value, numbers[1]!.Value);
            var point = new CurvePoint(1, numbers[3] ?? Flops(fit, n, d), d, numbers[2]!.Value);
            var options = fit.Convention == "course" ? new AuditOptions { Family = new ShapeFamily.CourseDecoder { Vocabulary = (int)CourseCounting.Vocabulary } } : new AuditOptions();
            return Audit.Of(fit, new LossCurve { Name = "The run", Parameters = n, Points = [point] }, options) with { Fit = path };
        }

        return Of(fit, path, run, perToken, batches.Length > 0 ? BatchGuides.Read(batches) : null);
    }

    /// <summary>A finished run held against a fit.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="path">Where it was read.</param>
    /// <param name="run">The run's folder.</param>
    /// <param name="perToken">Takes its mean loss over tokens, in place of the mean over batches.</param>
    /// <param name="batches">What is known of batch sizes; null for nothing.</param>
    /// <exception cref="UserError">No finished run is there, or it cannot be counted as the fit counts.</exception>
    public static Audit Of(Fit fit, string path, string run, bool perToken = false, BatchGuides? batches = null)
    {
        if (!Conventions.TryParse(fit.Convention, out var convention))
        {
            throw new UserError($"{path} does not say how its parameters and FLOPs were counted, so a run cannot be counted likewise; make the fit again with --convention.");
        }

        var folder = new RunFolder(run);
        var read = RunCurve.Read(folder, convention, perToken ? LossKind.PerToken : StudyAnalysis.LossOf(fit));
        return Audit.Of(fit, read.Curve, new AuditOptions { UniqueTokens = read.UniqueTokens, Family = read.Family, Batches = batches?.Of(folder, read.Curve.Points[^1].Loss) }) with { Fit = path };
    }

    /// <summary>What N and D cost, where the fit or its convention says so.</summary>
    private static double Flops(Fit fit, double parameters, double tokens) => (fit, fit.Convention) switch
    {
        (not AllocationFit, _) or (_, "6nd" or "kaplan") => 6 * parameters * tokens,
        (_, "course") when CourseCounting.Hidden(parameters, CourseLayers, CourseCounting.Vocabulary) is double hidden =>
            tokens / CourseCounting.Length * CourseCounting.ExampleFlops(hidden, CourseLayers, CourseCounting.Vocabulary, CourseCounting.Length),
        (_, null) => throw new UsageError("Give --flops C as well, counted as the fit's points were: the fit does not say how that was."),
        _ => throw new UsageError($"Give --flops C as well: by the fit's convention, {fit.Convention}, FLOPs do not follow from parameters and tokens alone."),
    };
}
