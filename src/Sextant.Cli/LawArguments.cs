using System.CommandLine;
using Sextant.Scaling;

namespace Sextant.Cli;

/// <summary>The options of fits that minimise an objective and draw resamples.</summary>
internal sealed class LawArguments
{
    private static readonly Func<double, LossObjective>[] Objectives =
    [
        delta => new LossObjective.HuberLogLoss { Delta = delta }, _ => new LossObjective.AbsoluteLogLoss(), _ => new LossObjective.SquaredLogLoss(), _ => new LossObjective.SquaredLoss(),
    ];

    private readonly Option<string> objective = new("--objective") { Description = $"What is minimised: {Named()}.", HelpName = "O", DefaultValueFactory = _ => new LossObjective.HuberLogLoss().Name };
    private readonly Option<double> delta = new("--delta") { Description = "Where Huber's penalty turns from a square into a line.", HelpName = "D", DefaultValueFactory = _ => new LossObjective.HuberLogLoss().Delta };
    private readonly Option<int> resamples = new("--resamples") { Description = "Bootstrap resamples behind the intervals; 0 for none.", HelpName = "N", DefaultValueFactory = _ => new ParametricOptions().Resamples };
    private readonly Option<ulong> seed = new("--seed") { Description = "Of the resamples.", HelpName = "N", DefaultValueFactory = _ => new ParametricOptions().Seed };

    /// <summary>In the order that help names them.</summary>
    public IReadOnlyList<Option> All => [objective, delta, resamples, seed];

    /// <exception cref="UsageError">A value makes no sense.</exception>
    public ParametricOptions Of(ParseResult parsed, MeasurementArguments shared)
    {
        var minimised = Objective(parsed.GetValue(objective)!, parsed.GetValue(delta));
        if (minimised is not LossObjective.HuberLogLoss && parsed.GetResult(delta) is { Implicit: false })
        {
            throw new UsageError($"--delta: --objective {minimised.Name} has none; it belongs to {new LossObjective.HuberLogLoss().Name}.");
        }

        var options = new ParametricOptions
        {
            Objective = minimised,
            Convention = shared.Convention(parsed),
            Level = shared.Level(parsed),
            Resamples = parsed.GetValue(resamples),
            Seed = parsed.GetValue(seed),
        };
        return options.Problems().FirstOrDefault() is string problem ? throw new UsageError(problem + ".") : options;
    }

    private static LossObjective Objective(string name, double delta) =>
        Objectives.Select(make => make(delta)).FirstOrDefault(known => known.Name == name) ?? throw new UsageError($"--objective {name}: it is one of {Named()}.");

    private static string Named() => string.Join(", ", Objectives.Select(make => make(1).Name));
}
