using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Sextant.Data.Arithmetic;

namespace Sextant.Cli.Commands;

/// <summary>sextant data arithmetic: expressions in words with the sign of their result.</summary>
internal static class ArithmeticDataCommand
{
    private enum Format
    {
        Csv,
        Tsv,
        Jsonl,
    }

    public static Command Create(Terminal terminal)
    {
        var usual = new ArithmeticExpressions();
        var from = new Option<int>("--from") { Description = "The smallest operand.", HelpName = "N", DefaultValueFactory = _ => usual.From };
        var to = new Option<int>("--to") { Description = "The largest operand.", HelpName = "N", DefaultValueFactory = _ => usual.To };
        var operands = new Option<int>("--operands") { Description = "Operands of an expression.", HelpName = "K", DefaultValueFactory = _ => usual.Operands };
        var operations = Operations(usual.Operations);
        var output = new Option<string?>("--out") { Description = "The file to write; standard output if left out.", HelpName = "FILE" };
        var format = Options.Choice("--format", "What to write; the ending of --out decides if left out, else csv.", Format.Csv);
        var json = Options.Json();
        var command = new Command(
            "arithmetic",
            "Makes all expressions such as \"seven minus twelve\" with their label: 0 where the result is negative, 1 zero, 2 positive.\n\nExamples:\n  sextant data arithmetic --out arithmetic.csv\n  sextant data arithmetic --from 10 --to 29 --operations minus > minus.csv")
        {
            from, to, operands, operations, output, format, json,
        };
        command.SetAction(parsed =>
        {
            var expressions = new ArithmeticExpressions
            {
                From = parsed.GetValue(from),
                To = parsed.GetValue(to),
                Operands = parsed.GetValue(operands),
                Operations = parsed.GetValue(operations)!,
            };
            if (expressions.Problems("").FirstOrDefault() is { } problem)
            {
                throw new UsageError("--" + problem.TrimStart('.'));
            }

            string? path = parsed.GetValue(output);
            bool isJson = parsed.GetValue(json);
            if (isJson && path is null)
            {
                throw new UsageError("--json tells about the file that is written; give --out FILE as well.");
            }

            var chosen = parsed.GetResult(format) is { Implicit: false } ? parsed.GetValue(format) : ByEnding(path);
            if (path is null)
            {
                Write(expressions, chosen, terminal.Out);
                return 0;
            }

            int[] counts = CompareCommand.Written(() => WriteFile(expressions, chosen, path), path);
            terminal.Say($"{counts.Sum()} expressions in {path}: {string.Join(", ", counts.Select((count, label) => $"{count} {ArithmeticExpression.LabelNames[label]}"))}.");
            if (isJson)
            {
                terminal.WriteJson(new { expressions = counts.Sum(), negative = counts[0], zero = counts[1], positive = counts[2], output = Path.GetFullPath(path) });
            }

            return 0;
        });
        return command;
    }

    private static Option<IReadOnlyList<ArithmeticOperation>> Operations(IReadOnlyList<ArithmeticOperation> usual) => new("--operations")
    {
        Description = "What stands between operands: some of plus, minus and times, with commas between.",
        HelpName = "plus,minus,times",
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            var chosen = new List<ArithmeticOperation>();
            foreach (string name in result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries))
            {
                if (Enum.GetValues<ArithmeticOperation>().Where(o => o.ToString().Equals(name, StringComparison.OrdinalIgnoreCase)).ToArray() is [var operation])
                {
                    chosen.Add(operation);
                }
                else
                {
                    result.AddError($"--operations {result.Tokens[0].Value}: '{name}' is not plus, minus or times");
                    return usual;
                }
            }

            return chosen;
        },
    };

    private static Format ByEnding(string? path) => Path.GetExtension(path)?.ToLowerInvariant() switch
    {
        ".tsv" or ".tab" => Format.Tsv,
        ".jsonl" or ".ndjson" => Format.Jsonl,
        _ => Format.Csv,
    };

    private static int[] WriteFile(ArithmeticExpressions expressions, Format format, string path)
    {
        int[] counts = [];
        WholeFile.Write(path, file =>
        {
            using var writer = new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
            counts = Write(expressions, format, writer);
        });
        return counts;
    }

    /// <summary>Writes the expressions, an index before each as in the course's files, and counts the labels. No cell needs quotes.</summary>
    private static int[] Write(ArithmeticExpressions expressions, Format format, TextWriter writer)
    {
        int[] counts = new int[ArithmeticExpression.LabelNames.Count];
        char separator = format == Format.Tsv ? '\t' : ',';
        if (format != Format.Jsonl)
        {
            writer.Write($"{separator}input{separator}label\n");
        }

        foreach (var expression in expressions.All())
        {
            counts[expression.Label]++;
            writer.Write(format == Format.Jsonl
                ? JsonSerializer.Serialize(new { index = expression.Index, input = expression.Text, label = expression.Label }) + "\n"
                : string.Create(CultureInfo.InvariantCulture, $"{expression.Index}{separator}{expression.Text}{separator}{expression.Label}\n"));
        }

        return counts;
    }
}
