using System.CommandLine;
using System.Globalization;
using Sextant.Experiments;
using Sextant.Experiments.Measurements;
using Sextant.Reports;
using Sextant.Scaling;
using Sextant.Scaling.BatchSize;

namespace Sextant.Cli.Commands;

/// <summary>sextant fit KIND FILE: fits laws to what anyone measured.</summary>
internal static class FitCommand
{
    public static Command Create(Terminal terminal) => new(
        "fit",
        "Fits laws to measured points or curves, anyone's: values with intervals, a status, and the reason for each row left out.\n\nExamples:\n  sextant fit isoflop points.csv --where dataset=rw --at 1e21 --out fit.json\n  sextant fit parametric points.csv --columns \"parameters=Model Size,flops=Training FLOP\" --exclude highest-loss:5")
    {
        Curves(terminal), IsoFlop(terminal), Parametric(terminal), DataConstrained(terminal), Saturating(terminal), PowerLaw(terminal), Steps(terminal), LearningRate(terminal),
    };

    private static Command Curves(Terminal terminal)
    {
        var shared = new MeasurementArguments();
        var smooth = new Option<string>("--smooth") { Description = "polynomial:DEGREE of the loss on FLOPs, or monotone.", HelpName = "S", DefaultValueFactory = _ => "polynomial:5" };
        var targets = new Option<string?>("--targets") { Description = "FLOPs at which sizes are compared, such as 8e10,16e10; five within the curves where none are given.", HelpName = "C,..." };
        return Of(
            "curves",
            "Optimal size and tokens from loss curves: a smooth curve for each training, a quadratic of the loss in log10 N at each target, lines through the vertices.\nColumns: run, parameters, flops, tokens, validation_loss or loss, layers.\n\nExample:\n  sextant fit curves curves.csv --smooth polynomial:5 --targets 8e10,16e10,32e10 --convention course --at 1e15",
            shared,
            [smooth, targets],
            parsed =>
            {
                var options = new CurvesOptions
                {
                    Smoother = Smoother(parsed.GetValue(smooth)!),
                    Targets = MeasurementArguments.Numbers("--targets", parsed.GetValue(targets)),
                    Convention = shared.Convention(parsed),
                    At = shared.At(parsed),
                    Level = shared.Level(parsed),
                };
                var read = CurveFile.Read(shared.File(parsed), shared.Measurements(parsed));
                return CurvesFit.Of(read.Curves, options).Sourced(read.Excluded, read.Provenance);
            },
            terminal);
    }

    private static Command IsoFlop(Terminal terminal)
    {
        var shared = new MeasurementArguments();
        var window = new Option<string>("--window") { Description = "Points of a budget that its quadratic goes through: local (near the minimum), all, or so many sizes nearest to the minimum.", HelpName = "W", DefaultValueFactory = _ => "local" };
        var over = Options.Choice("--over", "What the profile is drawn over.", ProfileVariable.Parameters);
        return Of(
            "isoflop",
            "Optimal size and tokens from runs of equal compute: a quadratic of the loss in log10 N (or D) for each budget, lines through the vertices.\nColumns: two of parameters, tokens, flops; loss; run where rows are not independent.\n\nExample:\n  sextant fit isoflop points.csv --where dataset=rw,split=val --at 1e21",
            shared,
            [window, over],
            parsed =>
            {
                var options = new IsoFlopOptions
                {
                    Window = Window(parsed.GetValue(window)!),
                    Variable = parsed.GetValue(over),
                    Convention = shared.Convention(parsed),
                    At = shared.At(parsed),
                    Level = shared.Level(parsed),
                };
                var read = PointFile.Read(shared.File(parsed), shared.Measurements(parsed));
                return IsoFlopFit.Of(read.Points, options).Sourced(read.Excluded, read.Provenance);
            },
            terminal);
    }

    private static Command Parametric(Terminal terminal)
    {
        var shared = new MeasurementArguments();
        var law = new LawArguments();
        return Of(
            "parametric",
            "L(N, D) = E + A / N^alpha + B / D^beta (Hoffmann 2022, approach 3).\nColumns: two of parameters, tokens, flops; loss; run where rows are not independent; unique_tokens where data repeat.\n\nExample:\n  sextant fit parametric points.csv --columns \"parameters=Model Size,flops=Training FLOP\" --exclude highest-loss:5 --out fit.json",
            shared,
            law.All,
            parsed =>
            {
                var options = law.Of(parsed, shared);
                double[] at = shared.At(parsed);
                var read = PointFile.Read(shared.File(parsed), shared.Measurements(parsed));
                return ParametricFit.To(read.Points, options).WithOptima(at, options.Level).Sourced(read.Excluded, read.Provenance);
            },
            terminal);
    }

    private static Command DataConstrained(Terminal terminal)
    {
        var shared = new MeasurementArguments { HasAt = false };
        var law = new LawArguments();
        return Of(
            "data-constrained",
            "L(N, D, U) = E + A / N^alpha + B / D'^beta where D tokens are U different ones read again and again, worth D' fresh ones (Muennighoff 2023). `sextant plan --fit FIT.json --unique-tokens U` answers by it.\nColumns: two of parameters, tokens, flops; loss; unique_tokens; run where rows are not independent.\n\nExample:\n  sextant fit data-constrained points.csv --columns unique_tokens=corpus --out fit.json",
            shared,
            law.All,
            parsed =>
            {
                var options = law.Of(parsed, shared);
                var read = PointFile.Read(shared.File(parsed), shared.Measurements(parsed));
                return DataConstrainedFit.To(read.Points, options).Sourced(read.Excluded, read.Provenance);
            },
            terminal,
            hasReport: false);
    }

    private static Command Saturating(Terminal terminal)
    {
        var shared = new MeasurementArguments();
        var law = new LawArguments();
        var over = Options.Choice("--over", "What x is; of parameters with data enough, of tokens with a model large enough, or of FLOPs along the frontier.", LawVariable.Parameters);
        return Of(
            "saturating",
            "L(x) = E + A / x^alpha of one variable, with the losses it foretells.\nColumns: the one that --over names; loss; run where rows are not independent.\n\nExample:\n  sextant fit saturating sizes.csv --over parameters --at 1e9,1e10",
            shared,
            [over, .. law.All],
            parsed =>
            {
                var options = law.Of(parsed, shared);
                double[] at = shared.At(parsed);
                var read = PointFile.Read(shared.File(parsed), parsed.GetValue(over), shared.Measurements(parsed));
                return SaturatingFit.To(read.Points, parsed.GetValue(over), options).WithLosses(at, options.Level).Sourced(read.Excluded, read.Provenance);
            },
            terminal,
            hasReport: false);
    }

    private static Command PowerLaw(Terminal terminal)
    {
        var shared = new MeasurementArguments();
        var x = new Option<string>("--x") { Description = "The column of x.", HelpName = "COLUMN", Required = true };
        var y = new Option<string>("--y") { Description = "The column of y.", HelpName = "COLUMN", Required = true };
        return Of(
            "power-law",
            "A line of log10 y on log10 x through anyone's points, by weighted least squares.\n\nExample:\n  sextant fit power-law optima.csv --x flops --y n --weight 1/n_star_std^2 --at 1e24",
            shared,
            [x, y],
            parsed =>
            {
                var options = new PowerLawOptions { At = shared.At(parsed), Level = shared.Level(parsed) };
                var read = XyFile.Read(shared.File(parsed), parsed.GetRequiredValue(x), parsed.GetRequiredValue(y), shared.Measurements(parsed));
                return (PowerLawFit.Of(read.Points, options) with { Convention = shared.Convention(parsed) }).Sourced(read.Excluded, read.Provenance);
            },
            terminal,
            hasReport: false);
    }

    private static Command Steps(Terminal terminal)
    {
        var shared = new MeasurementArguments { HasAt = false, IsOfBatches = true };
        return Of(
            "steps",
            "Critical batch size from the steps to a target loss, S = S_min (1 + B_crit / B) (McCandlish 2018), a fit for each target: what limits each batch, what to do there, what it wastes.\nColumns: batch, target, steps or examples; if there, reached or censored (a target that was not reached takes more than the steps made), run or seed.\n\nExample:\n  sextant fit steps steps.csv --columns \"batch=Batch Size\" --out fit.json",
            shared,
            [],
            parsed =>
            {
                var options = new StepsOptions { Level = shared.Level(parsed) };
                var read = StepsFile.Read(shared.File(parsed), shared.Measurements(parsed));
                return StepsFit.To(read.Measurements, options).Sourced(read.Excluded, read.Provenance);
            },
            terminal,
            hasReport: false);
    }

    private static Command LearningRate(Terminal terminal)
    {
        var shared = new MeasurementArguments { HasAt = false, IsOfBatches = true };
        var law = new Option<RateForm>("--law") { Description = "Exponent 1 (sgd), a free one (free), or 1 unless the rates contradict it (measured).", DefaultValueFactory = _ => RateForm.Measured };
        return Of(
            "learning-rate",
            "Best learning rate against batch size, eps_max / (1 + B_noise / B)^alpha with alpha = 1 (McCandlish 2018) and free: the best rate at each batch, and by how much it grows when batches double.\nColumns: batch, rate, loss (empty, nan or 'diverged' where training diverged); if there, run or seed.\n\nExample:\n  sextant fit learning-rate rates.csv --columns rate=lr --law free",
            shared,
            [law],
            parsed =>
            {
                var options = new RateCurveOptions { Level = shared.Level(parsed), Form = parsed.GetValue(law) };
                var read = RateFile.Read(shared.File(parsed), shared.Measurements(parsed));
                return LearningRateFit.To(read.Measurements, options).Sourced(read.Excluded, read.Provenance);
            },
            terminal,
            hasReport: false);
    }

    /// <summary>A kind of fit. Laws without profiles, sizes or counts to show have no report.</summary>
    private static Command Of(
        string name, string description, MeasurementArguments shared, IReadOnlyList<Option> options, Func<ParseResult, Fit> fit, Terminal terminal, bool hasReport = true)
    {
        var command = new Command(name, description);
        shared.AddTo(command);
        foreach (var option in options)
        {
            command.Add(option);
        }

        var report = new Option<string?>("--report") { Description = "Writes what the fit says as a page there, which opens offline; with pictures beside it by `sextant report` on the folder of --out.", HelpName = "FILE.html" };
        if (hasReport)
        {
            command.Add(report);
        }

        command.SetAction(parsed =>
        {
            var made = fit(parsed);
            if (hasReport && parsed.GetValue(report) is string page)
            {
                var evidence = ScalingPages.OfTable(made, shared.File(parsed), ["sextant " + string.Join(' ', parsed.Tokens.Select(token => token.Value.Contains(' ', StringComparison.Ordinal) ? $"\"{token.Value}\"" : token.Value))]);
                terminal.Say($"The page is in {CompareCommand.Written(() => { PageFile.Write(ScalingReport.Of(evidence).Page, page); return page; }, page)}.");
            }

            return Write(terminal, made, shared.Output(parsed), shared.IsJson(parsed));
        });
        return command;
    }

    /// <summary>A finished fit ends with 0 whatever its status: that is for whoever reads it.</summary>
    private static int Write(Terminal terminal, Fit fit, string? output, bool isJson)
    {
        if (output is not null)
        {
            CompareCommand.Written(
                () =>
                {
                    FitFile.Write(fit, output);
                    return output;
                },
                output);
            terminal.Say($"The fit is in {output}.");
        }

        if (isJson)
        {
            terminal.WriteJson(fit.WithoutDraws());
        }
        else
        {
            FitTable.Write(terminal, fit);
        }

        return 0;
    }

    private static CurveSmoother Smoother(string text)
    {
        string[] parts = text.Split(':');
        return parts switch
        {
            ["monotone"] => new CurveSmoother.Monotone(),
            ["polynomial"] => new CurveSmoother.Polynomial(),
            ["polynomial", string degree] when int.TryParse(degree, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value is >= 1 and <= 12 => new CurveSmoother.Polynomial(value),
            _ => throw new UsageError($"--smooth {text}: write polynomial:DEGREE with a degree of 1 to 12, or monotone."),
        };
    }

    private static ProfileWindow Window(string text) => text switch
    {
        "local" => new ProfileWindow.Local(),
        "all" => new ProfileWindow.All(),
        _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int sizes) && sizes >= 3 => new ProfileWindow.Local(0, sizes),
        _ => throw new UsageError($"--window {text}: write local, all, or a number of sizes of at least 3."),
    };
}
