using System.CommandLine;
using System.Globalization;
using System.Text;
using Sextant.Data.Labelled;
using Sextant.Experiments;
using Sextant.Experiments.Encoders;

namespace Sextant.Cli.Commands;

/// <summary>sextant classify RUN [TEXT]: classes of texts from arguments, standard input or a table.</summary>
internal static class ClassifyCommand
{
    private const int TextsAtATime = 512;

    public static Command Create(Terminal terminal)
    {
        var run = new Argument<string>("RUN") { Description = "The folder of a fine-tuning, or a classifier: its folder, or its name where it was pulled." };
        var text = new Argument<string[]>("TEXT") { Description = "What to classify; standard input, line by line, if left out.", Arity = ArgumentArity.ZeroOrMore };
        var table = new Option<string?>("--csv") { Description = "A table of texts (CSV, TSV, JSONL; - for standard input), which comes out with the columns predicted, probability and p(CLASS) added.", HelpName = "FILE" };
        var column = new Option<string?>("--text") { Description = "The table's column of texts; by default the one that the run was trained on, or text, sentence, input or tweet.", HelpName = "COLUMN" };
        var pair = new Option<string?>("--pair") { Description = "The table's column of second texts; by default the one that the run was trained on.", HelpName = "COLUMN" };
        var device = Options.Device();
        var json = Options.Json();
        var command = new Command(
            "classify",
            "Classifies text with a fine-tuned encoder: a line CLASS, probability, text for each, with tabs between. Words among the arguments are one text; lines of standard input and rows of a table are one each. What the encoder did not see of a text is said.\n\nExamples:\n  sextant classify runs/signs seven minus nine\n  sextant classify runs/signs < texts.txt\n  sextant classify runs/mine --csv reviews.csv --text comment > classified.csv")
        {
            run, text, table, column, pair, device, json,
        };
        command.SetAction(parsed =>
        {
            string? given = parsed.GetValue(text) is { Length: > 0 } words ? string.Join(' ', words) : null;
            if ((parsed.GetValue(text) ?? []).FirstOrDefault(word => word.StartsWith("--", StringComparison.Ordinal)) is string option)
            {
                throw new UsageError($"There is no option {option}; a text that begins so goes to standard input.");
            }

            string? path = parsed.GetValue(table);
            var columns = new LabelledColumns { Text = parsed.GetValue(column), Pair = parsed.GetValue(pair) };
            Check(given, path, columns);
            using var classifier = TextClassifier.Load(parsed.GetRequiredValue(run), Devices.Parse(parsed.GetValue(device)!), Path.Exists(parsed.GetRequiredValue(run)) ? null : terminal.Hub());
            var work = new Classifying(terminal, classifier, isOne: given is not null, parsed.GetValue(json));
            (path is null ? work.Texts(given) : work.Table(path, columns)).GetAwaiter().GetResult();
            return 0;
        });
        return command;
    }

    private static void Check(string? text, string? table, LabelledColumns columns)
    {
        if (table is null && (columns.Text ?? columns.Pair) is not null)
        {
            throw new UsageError("--text and --pair name columns of a table; give it with --csv FILE.");
        }

        if (table is not null && text is not null)
        {
            throw new UsageError("Give texts among the arguments or a table with --csv, not both.");
        }

        if (table is "" || (text is not null && string.IsNullOrWhiteSpace(text)))
        {
            throw new UsageError(table is "" ? "--csv is empty; name a file, or - for standard input." : "The text is empty; there is nothing to classify.");
        }
    }

    /// <summary>One call: what was said, and which kinds of trouble were told already.</summary>
    private sealed class Classifying(Terminal terminal, TextClassifier classifier, bool isOne, bool isJson)
    {
        private readonly HashSet<string> told = [];
        private readonly List<object> results = [];
        private int seen;

        public async Task Texts(string? text)
        {
            if (text is not null)
            {
                Write([text]);
            }
            else
            {
                await foreach (var lines in LineSource.Blocks(terminal.In, TextsAtATime, terminal.Stop).ConfigureAwait(false))
                {
                    Write(lines);
                }
            }

            End("Standard input is empty; give texts there, a line each, among the arguments, or in a table with --csv.");
        }

        public async Task Table(string path, LabelledColumns columns)
        {
            using var table = path == "-" ? TextTable.Read(terminal.In, columns, classifier.Columns) : TextTable.Open(path, columns, classifier.Columns);
            if (classifier.Columns?.Pair is string trained && table.PairColumn is null)
            {
                terminal.Say($"The classifier was trained on pairs of texts (second text: {trained}), and the table has no such column; name one with --pair.");
            }

            string? header = table.Header(classifier.Classes);
            if (header is not null && !isJson)
            {
                await terminal.Out.WriteLineAsync(header).ConfigureAwait(false);
            }

            await foreach (var rows in LineSource.Blocks(table.Rows(), TextsAtATime, terminal.Stop).ConfigureAwait(false))
            {
                var said = Classify([.. rows.Select(row => (row.Text, row.Pair))], "row");
                if (!isJson)
                {
                    Write(rows.Zip(said, (row, of) => table.Line(row, classifier.Classes, of.Label, of.Probabilities)));
                }
            }

            End($"{(path == "-" ? "Standard input" : path)} has no rows; put texts below its header.");
        }

        private void Write(IReadOnlyList<string> texts)
        {
            var said = Classify([.. texts.Select(text => (text, (string?)null))], "line");
            if (!isJson)
            {
                Write(said.Select(of => $"{of.Label}\t{of.Probability?.ToString("F4", CultureInfo.InvariantCulture)}\t{of.Text.ReplaceLineEndings(" ")}"));
            }
        }

        /// <summary>In one piece: standard output is flushed at each.</summary>
        private void Write(IEnumerable<string> lines)
        {
            var block = new StringBuilder();
            foreach (string line in lines)
            {
                block.Append(line).Append('\n');
            }

            terminal.Out.Write(block.ToString());
        }

        private IReadOnlyList<ClassifiedText> Classify(IReadOnlyList<(string Text, string? Pair)> texts, string unit)
        {
            var said = classifier.Classify(texts, terminal.Stop);
            foreach (var of in said)
            {
                seen++;
                Tell(of.Label is null ? "there is no text, so that nothing is said of it" : "", $"{unit} {seen}", "empty");
                Tell(of.Unknown, $"{unit} {seen}", "unknown");
                Tell(of.CutOff.Length == 0 ? "" : $"{of.CutOff}, beyond the {classifier.MaximumLength} tokens that the classifier takes", $"{unit} {seen}", "cut");
            }

            if (isJson)
            {
                results.AddRange(said.Select(of => new
                {
                    of.Text,
                    of.Pair,
                    of.Label,
                    of.Probability,
                    probabilities = of.Label is null ? null : classifier.Classes.Zip(of.Probabilities).ToDictionary(p => p.First, p => p.Second),
                    of.Unseen,
                }));
            }

            return said;
        }

        /// <summary>Once of each kind: a file of a million lines may have it in every one.</summary>
        private void Tell(string what, string where, string kind)
        {
            if (what.Length > 0 && told.Add(kind))
            {
                terminal.Say(isOne ? $"{char.ToUpperInvariant(what[0])}{what[1..]}." : $"{where}: {what} (others of this kind are not told).");
            }
        }

        private void End(string empty)
        {
            if (seen == 0)
            {
                throw new UserError(empty);
            }

            if (isJson)
            {
                terminal.WriteJson(new { results });
            }
        }
    }
}
