using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sextant.Tokenization;

namespace Sextant.Cli.Commands;

/// <summary>sextant tokenize NAME|FOLDER: ids of texts, a JSON object a line in and out.</summary>
internal static class TokenizeCommand
{
    private const int LinesAtATime = 256;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(Terminal terminal)
    {
        var model = new Argument<string>("MODEL") { Description = "A model that was pulled, by its name, or a folder with the files of a tokeniser: vocab.txt, or vocab.json and merges.txt, or bpe.codes and vocab.txt, or tokenizer.json." };
        var most = new Option<int?>("--max") { Description = "The most ids of a line, special tokens included; longer texts lose their end.", HelpName = "N" };
        var normalize = new Option<bool?>("--normalize") { Description = "Whether a tokeniser of tweets normalises them first (users, links, emoji); true if nothing else is said.", HelpName = "true|false", Arity = ArgumentArity.ExactlyOne };
        var command = new Command("tokenize", "Prints the token ids of texts: a JSON object {\"text\"} or {\"text\", \"pair\"} a line on standard input, {\"ids\", \"tokens\", \"type_ids\"} a line on standard output.\n\nExample:\n  echo '{\"text\": \"seven minus nine\"}' | sextant tokenize models/bert --max 128")
        {
            model, most, normalize,
        };
        command.SetAction(parsed =>
        {
            int? maximum = parsed.GetValue(most);
            if (maximum < 1)
            {
                throw new UsageError($"--max {maximum}: give at least 1.");
            }

            Run(terminal, EncoderTokenizer.Load(ModelFolder.OfTokenizer(terminal, parsed.GetRequiredValue(model)), parsed.GetValue(normalize)), maximum).GetAwaiter().GetResult();
            return 0;
        });
        return command;
    }

    private static async Task Run(Terminal terminal, EncoderTokenizer tokenizer, int? maximum)
    {
        int number = 0;
        await foreach (var lines in LineSource.Blocks(terminal.In, LinesAtATime, terminal.Stop).ConfigureAwait(false))
        {
            foreach (string line in lines)
            {
                (string text, string? pair) = Read(line, ++number);
                int added = tokenizer.AddedTokens(pair is not null);
                if (maximum < added)
                {
                    throw new UserError($"Line {number}: --max {maximum} has no room for the {added} special tokens; give at least {added}.");
                }

                var encoded = tokenizer.Encode(text, pair, maximum);
                await terminal.Out.WriteLineAsync(JsonSerializer.Serialize(new Line(encoded), Json)).ConfigureAwait(false);
            }
        }
    }

    private static (string Text, string? Pair) Read(string line, int number)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String)
            {
                bool hasPair = json.RootElement.TryGetProperty("pair", out var pair) && pair.ValueKind != JsonValueKind.Null;
                return !hasPair || pair.ValueKind == JsonValueKind.String
                    ? (Unescaped(text), hasPair ? Unescaped(pair) : null)
                    : throw new UserError($"Line {number} of standard input: \"pair\" is no text; give it in quotes, or leave it out.");
            }
        }
        catch (JsonException error)
        {
            throw new UserError($"Line {number} of standard input is not JSON; give an object such as {{\"text\": \"seven minus nine\"}} on each line.", error);
        }

        throw new UserError($"Line {number} of standard input has no \"text\" with a text; give an object such as {{\"text\": \"seven minus nine\"}} on each line.");
    }

    /// <summary>A JSON string whose escapes may name half of a surrogate pair, which .NET's reader refuses to unescape.</summary>
    private static string Unescaped(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            string raw = value.GetRawText();
            var text = new StringBuilder(raw.Length);
            for (int i = 1; i < raw.Length - 1; i++)
            {
                bool isEscape = raw[i] == '\\';
                char c = raw[isEscape ? ++i : i];
                if (isEscape && c == 'u')
                {
                    text.Append((char)Convert.ToInt32(raw.Substring(i + 1, 4), 16));
                    i += 4;
                }
                else
                {
                    text.Append(isEscape ? c switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', _ => c } : c);
                }
            }

            return text.ToString();
        }
    }

    /// <summary>A line of output; its tokens leave out the special tokens that the tokeniser added.</summary>
    private sealed record Line(
        [property: JsonPropertyName("ids")] int[] Ids,
        [property: JsonPropertyName("tokens")] string[] Tokens,
        [property: JsonPropertyName("type_ids")] int[] TypeIds)
    {
        public Line(EncodedText text)
            : this(text.Ids, [.. text.Spans.Where(s => s.Part >= 0).Select(s => s.Token)], text.TypeIds)
        {
        }
    }
}
