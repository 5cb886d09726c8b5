using System.CommandLine;
using Sextant.Experiments;
using Sextant.Reports;
using Sextant.Scaling;

namespace Sextant.Cli.Commands;

/// <summary>sextant plan: what to train for a budget, by a fit or a published law.</summary>
internal static class PlanCommand
{
    private const double SecondsPerHour = 3600;

    /// <summary>Of the papers' own models: Hoffmann 2022's SentencePiece, GPT-2's pairs of bytes.</summary>
    private const int HoffmannVocabulary = 32_000, KaplanVocabulary = 50_257;

    public static Command Create(Terminal terminal)
    {
        var fit = new Option<string?>("--fit") { Description = "A fit, as `sextant fit --out` writes it.", HelpName = "FIT.json" };
        var law = new Option<string?>("--law") { Description = "A published law in place of a fit: kaplan, chinchilla (Hoffmann's, rounded as printed) or chinchilla-refit.", HelpName = "LAW" };
        var flops = new Option<double?>("--flops") { Description = "Training compute, such as 1e21.", HelpName = "C" };
        var hours = new Option<double?>("--hours") { Description = "In place of --flops: so long at --rate or --rate-of.", HelpName = "H" };
        var rate = new Option<double?>("--rate") { Description = "FLOPs a second that the machine sustains in training, counted as the fit counts (flopsByConvention and seconds in a run's result.json); --rate-of does it for you.", HelpName = "F" };
        var rateOf = new Option<string?>("--rate-of") { Description = "In place of --rate: a recipe, whose rate on this machine is measured by a few real steps, or the folder of a finished run.", HelpName = "RECIPE or RUN" };
        var grow = new Option<double>("--grow") { Description = "Times the compute: how it splits between parameters and tokens.", HelpName = "X", DefaultValueFactory = _ => 10 };
        var serve = new Option<double?>("--serve") { Description = "Tokens that the model will be used for: the cheapest model for training and serving together.", HelpName = "TOKENS" };
        var batch = new Option<double?>("--batch") { Description = "Tokens an update, for the number of updates and, with --batches, what limits a step of it.", HelpName = "TOKENS" };
        var unique = new Option<double?>("--unique-tokens") { Description = "Different tokens that there are to train on.", HelpName = "TOKENS" };
        var vocabulary = new Option<int?>("--vocabulary") { Description = "Tokens that the tokeniser knows, for the nearest model to build; known for the course's convention and for published laws.", HelpName = "V" };
        var layers = new Option<int?>("--layers") { Description = "Layers of the model to build, in place of one for each 64 of width (128 beyond 2,048).", HelpName = "L" };
        var batches = Options.Batches();
        var json = Options.Json();
        var command = new Command(
            "plan",
            "Says what to train for a budget: parameters, tokens, expected loss and the nearest model to build, with intervals; what half or twice the size would cost; how more compute splits; which run would make it surer.\n\nExamples:\n  sextant plan --fit fit.json --flops 1e15 --batch 4096\n  sextant plan --law chinchilla-refit --hours 24 --rate 4e14 --serve 1e12\n  sextant plan --fit fit.json --hours 8 --rate-of recipes/modern/decoder-only.json\n  sextant plan --fit fit.json --flops 1e12 --batches batches")
        {
            fit, law, flops, hours, rate, rateOf, grow, serve, batch, batches, unique, vocabulary, layers, json,
        };
        command.SetAction(parsed =>
        {
            var source = Source(parsed.GetValue(fit), parsed.GetValue(law));
            double? speed = Positive(parsed, rate);
            if (parsed.GetValue(rateOf) is string path)
            {
                speed = speed is null && Positive(parsed, hours) is not null ? Rate(terminal, path, source) : throw new UsageError("--rate-of belongs to --hours H, in place of --rate F.");
            }

            var request = new PlanRequest
            {
                Flops = Flops(Positive(parsed, flops), Positive(parsed, hours), speed),
                Grow = parsed.GetValue(grow) is var times and > 1 and < double.PositiveInfinity ? times : throw new UsageError("--grow takes a number above 1, such as 10."),
                ServedTokens = Positive(parsed, serve),
                Batch = Positive(parsed, batch),
                UniqueTokens = Positive(parsed, unique),
                Batches = parsed.GetValue(batches) is { Length: > 0 } places ? BatchGuides.Read(places).For(source.Fit) : null,
            };
            var plan = Of(source, request, Whole(parsed, vocabulary), Whole(parsed, layers));
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(plan);
            }
            else
            {
                PlanTable.Write(terminal, plan);
            }

            return 0;
        });
        return command;
    }

    /// <summary>A number above 0, where it is given.</summary>
    /// <exception cref="UsageError">It is none.</exception>
    public static double? Positive(ParseResult parsed, Option<double?> option) => parsed.GetValue(option) is not double value ? null
        : value is > 0 and < double.PositiveInfinity ? value
        : throw new UsageError($"{option.Name} takes a number above 0, such as 1e9.");

    private static int? Whole(ParseResult parsed, Option<int?> option) => parsed.GetValue(option) is not int value ? null
        : value > 0 ? value
        : throw new UsageError($"{option.Name} takes a whole number above 0.");

    private static double Flops(double? flops, double? hours, double? rate) => (flops, hours, rate) switch
    {
        (double given, null, null) => given,
        (null, double time, double speed) when double.IsFinite(time * speed * SecondsPerHour) => time * SecondsPerHour * speed,
        (null, null, null) => throw new UsageError("Give the budget: --flops C, or --hours H and --rate F."),
        (null, _, _) => throw new UsageError("--hours H and --rate F (FLOPs a second), or --rate-of RECIPE, belong together."),
        _ => throw new UsageError("Give the budget once: --flops C, or --hours H and --rate F."),
    };

    /// <summary>A fit and where it was read, or a published law.</summary>
    private static (Fit? Fit, string Name, PublishedLaw? Law) Source(string? fit, string? law)
    {
        switch (fit, law)
        {
            case (string path, null):
                var read = FitFile.Read(path);
                return read is not (AllocationFit or ParametricFit or DataConstrainedFit)
                    ? throw new UserError($"{path} is a fit of one variable or of the batch and says nothing of how compute is split; give a fit of curves, isoflop or parametric.")
                    : (read, path, null);
            case (null, string name):
                return (null, name, PublishedLaw.All.FirstOrDefault(law => law.Name == name)
                    ?? throw new UsageError($"--law {name}: it is one of {string.Join(", ", PublishedLaw.All.Select(law => law.Name))}."));
            case (null, null):
                throw new UsageError("Give what to plan by: --fit FIT.json, or --law kaplan, chinchilla or chinchilla-refit.");
            default:
                throw new UsageError("Give --fit or --law, not both.");
        }
    }

    /// <summary>FLOPs a second, counted as what is planned by counts them; says what they are and where from.</summary>
    private static double Rate(Terminal terminal, string path, (Fit? Fit, string Name, PublishedLaw? Law) source)
    {
        string? counted = source.Fit?.Convention ?? source.Law?.Convention;
        if (!Conventions.TryParse(counted, out var convention))
        {
            throw new UserError($"{source.Name} does not say how its parameters and FLOPs were counted, so a rate cannot be counted likewise; give --rate F, or make the fit again with --convention.");
        }

        var counting = new RateCounting(convention, IsSixNd: source.Fit is not AllocationFit);
        bool isRun = Directory.Exists(path);
        var rate = isRun ? TrainingRate.Of(new RunFolder(path), counting) : TrainingRate.Measured(RecipeFile.Load(path), counting, TimeProvider.System, terminal.Stop);
        string unit = counting.IsSixNd ? $"6 N D with N by the convention {counted}" : $"the convention {counted}";
        string cores = rate.Threads == 1 ? "one thread" : $"{rate.Threads} threads";
        terminal.Say($"{Numbers.Significant(rate.FlopsPerSecond)} FLOPs a second ({unit}) on {cores}, {(isRun ? $"over the {Numbers.Duration(rate.Seconds)} of {path}" : $"measured here by a few steps of {path}")}. A larger model may reach more.");
        return rate.FlopsPerSecond;
    }

    private static Plan Of((Fit? Fit, string Name, PublishedLaw? Law) source, PlanRequest request, int? vocabulary, int? layers)
    {
        if (source is (Fit fit, string path, _))
        {
            return Plan.Of(fit, request with { Family = Family(fit.Convention, vocabulary, layers) }) with { Fit = path };
        }

        var published = source.Law!;
        int known = published.Law is KaplanLaw ? KaplanVocabulary : HoffmannVocabulary;
        return Plan.Of(published, request with { Family = Family(published.Convention, vocabulary ?? known, layers) });
    }

    /// <summary>Kaplan's parameters do not depend on the vocabulary.</summary>
    private static ShapeFamily? Family(string? convention, int? vocabulary, int? layers) => (convention, vocabulary) switch
    {
        ("course", _) => new ShapeFamily.CourseDecoder { Vocabulary = vocabulary ?? (int)CourseCounting.Vocabulary, Layers = layers },
        ("kaplan", null) => new ShapeFamily.ModernDecoder { Vocabulary = KaplanVocabulary, Layers = layers },
        (_, int known) => new ShapeFamily.ModernDecoder { Vocabulary = known, Layers = layers },
        _ => null,
    };
}
