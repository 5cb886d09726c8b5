using System.CommandLine;
using System.Globalization;
using Sextant.Experiments.Measurements;
using Sextant.Scaling;

namespace Sextant.Cli;

/// <summary>The file of a fit and the options that all fits share.</summary>
internal sealed class MeasurementArguments
{
    private readonly Argument<string> file = new("FILE") { Description = "A CSV or TSV file whose first line names its columns; gzip is read too." };
    private readonly Option<string?> columns = new("--columns") { HelpName = "NAME=COLUMN,..." };
    private readonly Option<string[]> where = new("--where") { Description = "Only rows for which this holds, such as dataset=rw or flops>=1e18; may be given again.", HelpName = "CONDITION", Arity = ArgumentArity.OneOrMore, DefaultValueFactory = _ => [] };
    private readonly Option<string[]> exclude = new("--exclude") { Description = "Leaves rows out and lists each: highest-loss:5, row:12, row:20-25, run=h16; may be given again.", HelpName = "RULE", Arity = ArgumentArity.OneOrMore, DefaultValueFactory = _ => [] };
    private readonly Option<string?> weight = new("--weight") { Description = "Weight of a row's squared residual: a column, or arithmetic such as 1/n_star_std^2.", HelpName = "W" };
    private readonly Option<string?> convention = new("--convention") { Description = "How parameters and FLOPs were counted: course, 6nd, kaplan, hoffmann, everything, palm or exact.", HelpName = "C" };
    private readonly Option<string?> at = new("--at") { Description = "FLOPs (or x) to give the fit's answer at, such as 1e15,1e18.", HelpName = "C,..." };
    private readonly Option<double> level = new("--level") { Description = "Of the intervals, 0..1.", HelpName = "L", DefaultValueFactory = _ => 0.95 };
    private readonly Option<string?> output = new("--out") { Description = "Writes the fit there, for plan and audit.", HelpName = "FIT.json" };
    private readonly Option<bool> json = Options.Json();

    /// <summary>Whether the fit has an answer at FLOPs (or x).</summary>
    public bool HasAt { get; init; } = true;

    /// <summary>Whether the fit is of batch sizes: nothing there is counted by a convention or weighed by the user.</summary>
    public bool IsOfBatches { get; init; }

    public void AddTo(Command command)
    {
        command.Add(file);
        columns.Description = IsOfBatches
            ? "Which column is which, such as \"batch=Batch Size,rate=LR\". Known: batch, target, steps, examples, reached, censored, rate, loss, run, seed."
            : "Which column is which, such as \"parameters=Model Size,flops=Training FLOP\". Known: parameters, tokens, flops, loss, run, layers, hidden, unique_tokens.";
        Option[] counted = IsOfBatches ? [] : [weight, convention];
        Option[] answers = HasAt ? [at, level] : [level];
        foreach (var option in (Option[])[columns, where, exclude, .. counted, .. answers, output, json])
        {
            command.Add(option);
        }
    }

    public string File(ParseResult parsed) => parsed.GetRequiredValue(file);

    public string? Output(ParseResult parsed) => parsed.GetValue(output);

    public bool IsJson(ParseResult parsed) => parsed.GetValue(json);

    /// <exception cref="UsageError">The value makes no sense.</exception>
    public MeasurementOptions Measurements(ParseResult parsed) => Usage(() => new MeasurementOptions
    {
        Columns = parsed.GetValue(columns) is string mapping ? MeasurementOptions.ParseColumns(mapping) : new Dictionary<string, string>(),
        Where = parsed.GetValue(where)!,
        Exclude = parsed.GetValue(exclude)!,
        Weight = IsOfBatches ? null : parsed.GetValue(weight),
    }.Checked());

    /// <exception cref="UsageError">It is none.</exception>
    public string? Convention(ParseResult parsed) => parsed.GetValue(convention) switch
    {
        null => null,
        string name when Conventions.TryParse(name, out _) => name,
        string name => throw new UsageError($"--convention {name}: it is one of {string.Join(", ", Conventions.All.Select(known => known.Name()))}."),
    };

    /// <exception cref="UsageError">The value makes no sense.</exception>
    public double Level(ParseResult parsed) => parsed.GetValue(level) is var value and > 0 and < 1 ? value : throw new UsageError("--level takes a number between 0 and 1.");

    /// <exception cref="UsageError">The value makes no sense.</exception>
    public double[] At(ParseResult parsed) => Numbers("--at", parsed.GetValue(at));

    /// <summary>Positive numbers separated by commas; none where nothing is given.</summary>
    /// <exception cref="UsageError">One of them is none.</exception>
    public static double[] Numbers(string option, string? text) => text is null ? [] :
    [
        .. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(part =>
            double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && double.IsFinite(value)
                ? value
                : throw new UsageError($"{option} {text}: '{part}' is not a number above 0, such as 1e15.")),
    ];

    /// <summary>What is wrong with an option is wrong with the call, not with the work.</summary>
    private static T Usage<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (UserError error)
        {
            throw new UsageError(error.Message);
        }
    }
}
