using System.CommandLine;

namespace Sextant.Cli;

/// <summary>Options that several commands share; a new one each time, since a command owns its options.</summary>
internal static class Options
{
    public static Option<bool> Json() => new("--json") { Description = "Print one JSON object on standard output and nothing else there." };

    public static Option<string?> Out(string what) => new("--out") { Description = what, HelpName = "DIR" };

    public static Option<string?> Data() => new("--data") { Description = "A data file (or, for plain text, a folder) in place of the recipe's.", HelpName = "FILE" };

    public static Option<string?> Split() => new("--split") { Description = "A split file: columns split, source, target. Alone it supplies pairs, split and order.", HelpName = "FILE" };

    public static Option<string[]> Set() => new("--set") { Description = "Changes one value of the recipe, such as training.optimizer.learningRate=1e-3; may be given again.", HelpName = "path=value", Arity = ArgumentArity.OneOrMore, DefaultValueFactory = _ => [] };

    public static Option<string> Device() => new("--device") { Description = "Where to compute: cpu, cuda or cuda:N.", HelpName = "D", DefaultValueFactory = _ => "cpu" };

    public static Option<int?> Beam() => new("--beam") { Description = "Beam search with so many hypotheses in place of greedy decoding.", HelpName = "N" };
}
