using System.CommandLine;
using Sextant.Data;

namespace Sextant.Cli.Commands;

/// <summary>sextant data: makes data sets.</summary>
internal static class DataCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("data", "Makes data sets.\n\nExample:\n  sextant data pig-latin words.txt --out pairs.tsv") { PigLatinPairs(terminal), ArithmeticDataCommand.Create(terminal), PicturesDataCommand.Create(terminal) };
        return command;
    }

    private static Command PigLatinPairs(Terminal terminal)
    {
        var words = new Argument<string[]>("WORDS") { Description = "Word lists or text files; gzip is accepted. None takes the built-in words.", Arity = ArgumentArity.ZeroOrMore };
        var qu = new Option<QuRule>("--qu") { Description = "Block moves \"qu\" as one (quiet, ietquay); Letter moves the q alone (uietqay).", DefaultValueFactory = _ => QuRule.Block };
        var list = new Option<WordList>("--words") { Description = "Which built-in words, where no file is given.", DefaultValueFactory = _ => WordList.Small };
        var output = new Option<string?>("--out") { Description = "The file to write, tab-separated; standard output if left out.", HelpName = "FILE" };
        var json = Options.Json();
        var command = new Command("pig-latin", "Makes pairs of English words and their Pig Latin, each word once, in the order of the text.\n\nExamples:\n  sextant data pig-latin novel.txt --out pairs.tsv\n  sextant data pig-latin --words large > large.tsv")
        {
            words, qu, list, output, json,
        };
        command.SetAction(parsed =>
        {
            string[] paths = parsed.GetValue(words) ?? [];
            var rule = parsed.GetValue(qu);
            (string Source, string Target)[] pairs = paths.Length == 0
                ? [.. BuiltInWords.Get(parsed.GetValue(list)).Select(w => (w, PigLatin.Translate(w, rule)))]
                : [.. paths.SelectMany(path => PigLatin.PairsOfFile(path, rule)).Distinct()];
            if (pairs.Length == 0)
            {
                throw new UserError($"{string.Join(", ", paths)}: there is no word of the letters a to z to translate; give a word list or an English text.");
            }

            return Write(terminal, pairs, parsed.GetValue(output), parsed.GetValue(json));
        });
        return command;
    }

    private static int Write(Terminal terminal, (string Source, string Target)[] pairs, string? output, bool isJson)
    {
        if (isJson && output is null)
        {
            throw new UsageError("--json tells about the file that is written; give --out FILE as well.");
        }

        if (output is not null)
        {
            CompareCommand.Written(
                () =>
                {
                    WholeFile.Write(output, string.Concat(pairs.Select(p => $"{p.Source}\t{p.Target}\n")));
                    return output;
                },
                output);
            terminal.Say($"{pairs.Length} pairs in {output}.");
        }

        if (isJson)
        {
            terminal.WriteJson(new { pairs = pairs.Length, output = Path.GetFullPath(output!) });
        }
        else if (output is null)
        {
            foreach ((string source, string target) in pairs)
            {
                terminal.Out.WriteLine($"{source}\t{target}");
            }
        }

        return 0;
    }
}
