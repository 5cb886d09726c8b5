using System.CommandLine;
using Sextant.Data;
using Sextant.Decoding;
using Sextant.Experiments;

namespace Sextant.Cli.Commands;

/// <summary>sextant translate RUN [TEXT]: with the best weights, from arguments or standard input.</summary>
internal static class TranslateCommand
{
    private const int LinesAtATime = 256;

    public static Command Create(Terminal terminal)
    {
        var run = new Argument<string>("RUN") { Description = "A run folder." };
        var text = new Argument<string[]>("TEXT") { Description = "What to translate; standard input, line by line, if left out.", Arity = ArgumentArity.ZeroOrMore };
        var beam = Options.Beam();
        var sampling = new SamplingOptions();
        var attention = new Option<string?>("--attention") { Description = "Draw the attention of each layer and head for TEXT as a picture.", HelpName = "FILE.png" };
        var device = Options.Device();
        var json = Options.Json();
        var command = new Command("translate", "Translates with a trained run.\n\nExamples:\n  sextant translate runs/mine the air conditioning is working\n  sextant translate runs/mine < words.txt > translated.txt\n  sextant translate runs/mine ship --attention ship.png")
        {
            run, text, beam, attention, device, json,
        };
        sampling.AddTo(command);
        command.SetAction(parsed => Run(
            terminal,
            parsed.GetRequiredValue(run),
            parsed.GetValue(text) is { Length: > 0 } words ? string.Join(' ', words) : null,
            Decoding(parsed.GetValue(beam), sampling.Of(parsed, defaultTemperature: null)),
            parsed.GetValue(attention),
            parsed.GetValue(device)!,
            parsed.GetValue(json)));
        return command;
    }

    private static DecodingOptions Decoding(int? beam, DecodingOptions? sampled) => beam switch
    {
        null => sampled ?? new DecodingOptions.Greedy(),
        >= 1 when sampled is not null => throw new UsageError("--beam searches and --temperature, --top-k and --top-p sample; give one or the other."),
        >= 1 => new DecodingOptions.Beam { Width = beam.Value },
        _ => throw new UsageError($"--beam {beam}: give at least 1."),
    };

    private static int Run(Terminal terminal, string run, string? text, DecodingOptions decoding, string? attention, string device, bool isJson)
    {
        using var model = TrainedModel.Load(new RunFolder(run), Devices.Parse(device));
        if (!model.Translates)
        {
            throw new UserError($"{run} is a language model of plain text and translates nothing; use `sextant generate {run}`.");
        }

        if (attention is not null)
        {
            terminal.Say(AttentionPicture.Draw(model, text ?? throw new UsageError("--attention needs the text among the arguments: sextant translate RUN TEXT --attention FILE.png."), decoding, attention));
        }

        var translation = new LineTranslation(model, decoding, (line, message) => terminal.Say(text is null ? $"line {line}: {message}" : message), terminal.Stop);
        var results = new List<TranslatedLine>();
        if (text is not null)
        {
            results.AddRange(translation.Translate([text]));
            Write(terminal, results, isJson);
        }
        else
        {
            FromInput(terminal, translation, results, isJson).GetAwaiter().GetResult();
        }

        if (isJson)
        {
            terminal.WriteJson(new { translations = results });
        }

        return 0;
    }

    private static async Task FromInput(Terminal terminal, LineTranslation translation, List<TranslatedLine> results, bool isJson)
    {
        await foreach (var lines in LineSource.Blocks(terminal.In, LinesAtATime, terminal.Stop).ConfigureAwait(false))
        {
            var translated = translation.Translate(lines);
            Write(terminal, translated, isJson);
            if (isJson)
            {
                results.AddRange(translated);
            }
        }
    }

    private static void Write(Terminal terminal, IEnumerable<TranslatedLine> lines, bool isJson)
    {
        if (!isJson)
        {
            foreach (var line in lines)
            {
                terminal.Out.WriteLine(line.Translation);
            }
        }
    }
}

/// <summary>A line and its translation.</summary>
/// <param name="Source">As given.</param>
/// <param name="Translation">Stretches that the model cannot take stand in it unchanged.</param>
/// <param name="Unknown">Characters for which the model has no token, each once.</param>
/// <param name="Ended">Whether the model ended every translation of the line itself; false where one was cut at the limit.</param>
internal sealed record TranslatedLine(string Source, string Translation, IReadOnlyList<string> Unknown, bool Ended);

/// <summary>Translates lines, many at a time, and reports what the model does not know.</summary>
internal sealed class LineTranslation(TrainedModel model, DecodingOptions decoding, Action<int, string> report, CancellationToken stop)
{
    private int linesSeen;

    public IReadOnlyList<TranslatedLine> Translate(IReadOnlyList<string> lines)
    {
        TextSegment[][] segments = [.. lines.Select(Segments)];
        string[] texts = [.. segments.SelectMany(s => s).Where(s => s.IsTranslated).Select(s => s.Text).Distinct(StringComparer.Ordinal)];
        var translations = texts
            .Zip(model.Translator.Translate([.. texts.Select(t => model.Tokenizer.Encode(t).Ids)], decoding, model.Limit, cancellation: stop))
            .ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal);
        return [.. segments.Select((line, i) =>
        {
            bool ended = true;
            foreach (var cut in line.Where(s => s.IsTranslated && !translations[s.Text].Ended))
            {
                ended = false;
                report(linesSeen - lines.Count + i + 1, $"the translation of '{cut.Text}' did not end and was cut after {translations[cut.Text].Ids.Count} tokens.");
            }

            return new TranslatedLine(
                lines[i],
                string.Concat(line.Select(s => s.IsTranslated ? model.Tokenizer.Decode([.. translations[s.Text].Ids]) : s.Text)),
                [.. line.SelectMany(s => s.Unknowns).Select(u => u.Character.ToString()).Distinct()],
                ended);
        })];
    }

    private TextSegment[] Segments(string line)
    {
        linesSeen++;
        string text = model.LowerCases ? line.ToLowerInvariant() : line;
        TextSegment[] segments = model.Unit == Unit.Word ? [.. TextSegments.OfWords(text, model.Tokenizer)] : [TextSegments.OfLine(text, model.Tokenizer)];
        segments = [.. segments.Select(Fitting)];
        foreach (var segment in segments.Where(s => s.Unknowns.Count > 0))
        {
            string characters = string.Join(", ", segment.Unknowns.Select(u => $"'{u.Character}'").Distinct());
            string done = segment.IsTranslated ? "the unknown token stands for it" : "left as it is";
            report(linesSeen, $"the model has no token for {characters} in '{segment.Text}'; {done}.");
        }

        return segments;
    }

    /// <summary>What is longer than the model can take is copied, and reported.</summary>
    private TextSegment Fitting(TextSegment segment)
    {
        if (!segment.IsTranslated || model.Tokenizer.Encode(segment.Text).Ids.Length <= model.Translator.MaximumSource)
        {
            return segment;
        }

        report(linesSeen, $"'{Start(segment.Text)}' is longer than the {model.Translator.MaximumSource} tokens that the model can take (model.maximumLength); left as it is.");
        return segment with { IsTranslated = false };
    }

    private static string Start(string text) => text.Length <= 40 ? text : text[..40] + "...";
}
