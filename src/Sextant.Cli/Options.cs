using System.CommandLine;
using System.Text.Json;
using Sextant.Decoding;

namespace Sextant.Cli;

/// <summary>Options that several commands share; a new one each time, since a command owns its options.</summary>
internal static class Options
{
    /// <summary>Studies of batch sizes that a plan or an audit goes by as well.</summary>
    public static Option<string[]> Batches() =>
        new("--batches") { Description = "The folder of a study of kind batch-size or learning-rate, or a fit of steps or learning-rate; may be given again.", HelpName = "STUDY or FIT.json", DefaultValueFactory = _ => [] };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON object on standard output and nothing else there." };

    public static Option<string?> Out(string what) => new("--out") { Description = what, HelpName = "DIR" };

    public static Option<string?> Data() => new("--data") { Description = "A data file (or, for plain text, a folder) in place of the recipe's.", HelpName = "FILE" };

    public static Option<string?> Split() => new("--split") { Description = "A split file: columns split, source, target. Alone it supplies pairs, split and order.", HelpName = "FILE" };

    public static Option<string[]> Set() => new("--set") { Description = "Changes one value of the recipe, such as training.optimizer.learningRate=1e-3; may be given again.", HelpName = "path=value", Arity = ArgumentArity.OneOrMore, DefaultValueFactory = _ => [] };

    public static Option<double> CheckpointEvery() => new("--checkpoint-every") { Description = "Seconds from one checkpoint to the next: what a kill can cost.", HelpName = "S", DefaultValueFactory = _ => 15 };

    public static Option<string> Device() => new("--device") { Description = "Where to compute: cpu, cuda or cuda:N.", HelpName = "D", DefaultValueFactory = _ => "cpu" };

    public static Option<int> Workers() => new("--workers") { Description = "Runs at a time, one core each.", HelpName = "N", DefaultValueFactory = _ => Math.Max(1, Environment.ProcessorCount) };

    /// <summary>One of the names of an enumeration, in lower case.</summary>
    public static Option<T> Choice<T>(string name, string description, T usual)
        where T : struct, Enum
    {
        string[] names = [.. Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName)];
        return new Option<T>(name)
        {
            Description = description,
            HelpName = string.Join('|', names),
            DefaultValueFactory = _ => usual,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                int chosen = names.IndexOf(text, StringComparer.OrdinalIgnoreCase);
                if (chosen < 0)
                {
                    result.AddError($"{name} {text}: it is one of {string.Join(", ", names)}");
                }

                return chosen < 0 ? usual : Enum.GetValues<T>()[chosen];
            },
        };
    }

    public static Option<int?> Beam() => new("--beam") { Description = "Beam search with so many hypotheses in place of greedy decoding.", HelpName = "N" };
}

/// <summary>The options of sampling, which translate and generate share.</summary>
internal sealed class SamplingOptions
{
    private readonly Option<double?> temperature = new("--temperature") { Description = "Samples: 1 from the model as it is, less for likelier tokens. 0 takes the likeliest." };
    private readonly Option<int?> topK = new("--top-k") { Description = "Samples from the K likeliest tokens only.", HelpName = "K" };
    private readonly Option<double?> topP = new("--top-p") { Description = "Samples from the likeliest tokens that hold this share of the probability, 0..1.", HelpName = "P" };
    private readonly Option<ulong> seed = new("--seed") { Description = "The same seed samples the same text.", DefaultValueFactory = _ => 1 };

    public void AddTo(Command command)
    {
        command.Add(temperature);
        command.Add(topK);
        command.Add(topP);
        command.Add(seed);
    }

    /// <summary>How to decode, or null where nothing asks for sampling.</summary>
    /// <exception cref="UsageError">A value makes no sense.</exception>
    public DecodingOptions? Of(ParseResult parsed, double? defaultTemperature)
    {
        (double? heat, int? k, double? p) = (parsed.GetValue(temperature), parsed.GetValue(topK), parsed.GetValue(topP));
        if (heat == 0 && k is null && p is null)
        {
            return new DecodingOptions.Greedy();
        }

        if (heat is null && k is null && p is null && defaultTemperature is null)
        {
            return null;
        }

        var options = new DecodingOptions.Sampling { Temperature = heat ?? defaultTemperature ?? 1, TopK = k, TopP = p, Seed = parsed.GetValue(seed) };
        return options.Problems() is [string problem, ..] ? throw new UsageError(AsOption(problem)) : options;
    }

    /// <summary>"topK is 0; ..." as "--top-k is 0; ...".</summary>
    private static string AsOption(string problem)
    {
        int name = problem.IndexOf(' ', StringComparison.Ordinal);
        return "--" + JsonNamingPolicy.KebabCaseLower.ConvertName(problem[..name]) + problem[name..];
    }
}
