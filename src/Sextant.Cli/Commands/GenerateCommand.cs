using System.CommandLine;
using Sextant.Data;
using Sextant.Decoding;
using Sextant.Experiments;

namespace Sextant.Cli.Commands;

/// <summary>sextant generate RUN [TEXT]: goes on with a text, token by token.</summary>
internal static class GenerateCommand
{
    private const double DefaultTemperature = 0.8;

    public static Command Create(Terminal terminal)
    {
        var run = new Argument<string>("RUN") { Description = "A run folder of a model trained on plain text." };
        var text = new Argument<string[]>("TEXT") { Description = "What to go on from; standard input if it is a file or a pipe; nothing otherwise.", Arity = ArgumentArity.ZeroOrMore };
        var tokens = new Option<int>("--tokens") { Description = "The most tokens to write.", DefaultValueFactory = _ => 200 };
        var sampling = new SamplingOptions();
        var device = Options.Device();
        var json = Options.Json();
        var command = new Command("generate", "Writes text with a language model.\n\nExample:\n  sextant generate runs/mine Once upon a time --tokens 100 --top-p 0.9")
        {
            run, text, tokens, device, json,
        };
        sampling.AddTo(command);
        command.SetAction(parsed =>
        {
            var decoding = sampling.Of(parsed, DefaultTemperature)!;
            string prompt = parsed.GetValue(text) is { Length: > 0 } words ? string.Join(' ', words) : terminal.IsInputRedirected ? terminal.In.ReadToEnd() : "";
            return Run(terminal, parsed.GetRequiredValue(run), prompt, decoding, parsed.GetValue(tokens), parsed.GetValue(device)!, parsed.GetValue(json));
        });
        return command;
    }

    private static int Run(Terminal terminal, string run, string prompt, DecodingOptions decoding, int tokens, string device, bool isJson)
    {
        if (tokens < 1)
        {
            throw new UsageError($"--tokens {tokens}: give at least 1.");
        }

        using var model = TrainedModel.Load(new RunFolder(run), Devices.Parse(device));
        if (model.Translates)
        {
            throw new UserError($"{run} translates and writes no free text; use `sextant translate {run} TEXT`.");
        }

        string[] unknown = [.. model.Tokenizer.Encode(prompt).Unknowns.Select(u => $"'{u.Character}'").Distinct()];
        if (unknown.Length > 0)
        {
            terminal.Say($"The model has no token for {string.Join(", ", unknown)}; the unknown token stands for it.");
        }

        var pieces = new TextGenerator(model.Model, model.Tokenizer).Generate(
            prompt, tokens, decoding, (model.Recipe.Data as DataOptions.Text)?.BlockLength, terminal.Stop);
        if (isJson)
        {
            terminal.WriteJson(new { prompt, text = string.Concat(pieces) });
            return 0;
        }

        terminal.Out.Write(prompt);
        foreach (string piece in pieces)
        {
            terminal.Out.Write(piece);
        }

        terminal.Out.WriteLine();
        return 0;
    }
}
