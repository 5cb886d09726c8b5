namespace Sextant.Experiments.Measurements;

/// <summary>Finds the columns of a file that hold what a fit needs: by the user's mapping, else by their usual names.</summary>
internal static class MeasurementColumns
{
    public const string Parameters = "parameters", Tokens = "tokens", Flops = "flops", Loss = "loss", Run = "run", Layers = "layers", Hidden = "hidden", UniqueTokens = "unique_tokens", Epoch = "epoch", Trunk = "trunk",
        Batch = "batch", Steps = "steps", Examples = "examples", Target = "target", Reached = "reached", Censored = "censored", Rate = "rate", Seed = "seed";

    /// <summary>What a column is called where the user does not say, the first that is there.</summary>
    private static readonly Dictionary<string, string[]> Usual = new()
    {
        [Parameters] = ["parameters", "params", "n"],
        [Tokens] = ["tokens", "d"],
        [Flops] = ["flops", "flop", "c"],
        [Loss] = ["validation_loss", "loss"],
        [Run] = ["run"],
        [Trunk] = ["trunk"],
        [Layers] = ["layers"],
        [Hidden] = ["hidden"],
        [UniqueTokens] = ["unique_tokens"],
        [Epoch] = ["epoch"],
        [Batch] = ["batch", "batch_size"],
        [Steps] = ["steps"],
        [Examples] = ["examples"],
        [Target] = ["target", "target_loss", "loss_target"],
        [Reached] = ["reached"],
        [Censored] = ["censored"],
        [Rate] = ["rate", "learning_rate", "lr"],
        [Seed] = ["seed"],
    };

    public static IReadOnlyCollection<string> Names => Usual.Keys;

    /// <summary>The file's name of a measurement's column, or null where it has none.</summary>
    /// <exception cref="UserError">The user named a column that is not there.</exception>
    public static string? Find(MeasurementFile file, MeasurementOptions options, string name)
    {
        if (options.Columns.TryGetValue(name, out string? given))
        {
            return Named(file, given, $"--columns {name}={given}");
        }

        return Usual[name].Select(usual => file.Columns.FirstOrDefault(column => column.Equals(usual, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(found => found is not null);
    }

    /// <summary>The column that tells which rows are not independent: the trunk that trainings share where there is one, else the training; null where the file has neither.</summary>
    /// <exception cref="UserError">The user named a column that is not there.</exception>
    public static string? Training(MeasurementFile file, MeasurementOptions options) =>
        options.Columns.ContainsKey(Run) ? Find(file, options, Run) : Find(file, options, Trunk) ?? Find(file, options, Run);

    /// <summary>The column that tells trainings of one recipe apart, by name or by seed; null where the file has neither.</summary>
    /// <exception cref="UserError">The user named a column that is not there.</exception>
    public static string? Seeded(MeasurementFile file, MeasurementOptions options) => Find(file, options, Run) ?? Find(file, options, Seed);

    /// <exception cref="UserError">There is no such column.</exception>
    public static string Required(MeasurementFile file, MeasurementOptions options, string name) => Find(file, options, name)
        ?? throw new UserError($"{file.Path} has no column '{string.Join("' or '", Usual[name])}'; it has {Listed(file)}. Name yours with --columns {name}=COLUMN.");

    /// <summary>A column that the user names outright.</summary>
    /// <exception cref="UserError">There is no such column.</exception>
    public static string Named(MeasurementFile file, string column, string option) => file.Columns.Contains(column)
        ? column
        : throw new UserError($"{option}: {file.Path} has no column '{column}'; it has {Listed(file)}.");

    private static string Listed(MeasurementFile file)
    {
        const int Shown = 20;
        var shown = file.Columns.Take(Shown).Select(name => name.Length > 40 ? name[..40] + "..." : name);
        return string.Join(", ", shown) + (file.Columns.Count > Shown ? $" and {file.Columns.Count - Shown} more" : "");
    }
}
