using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sextant.Tokenization.Encoders;

/// <summary>Byte-level byte pair encoding in the files vocab.json and merges.txt: CLIP's and RoBERTa's.</summary>
public abstract class ByteLevelTokenizer : EncoderTokenizer
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string?[] tokens;
    private readonly (string Left, string Right)[] merges;
    private readonly ByteLevelWords words;
    private readonly SpecialTokens special;
    private readonly Dictionary<string, int> specialIds;

    private protected ByteLevelTokenizer(
        IReadOnlyDictionary<string, int> ids, IReadOnlyList<(string Left, string Right)> merges, string ending, string unknown, string[] specials)
    {
        specialIds = specials.ToDictionary(s => s, s => ids.TryGetValue(s, out int id) ? id : throw new ArgumentException($"there is no {s} among its tokens"));
        tokens = Vocabulary.ById(ids);
        this.merges = [.. merges];
        UnknownId = specialIds[unknown];
        words = new ByteLevelWords(ids, merges, ending, UnknownId);
        special = new SpecialTokens(specials, token => (TakesSpaceBefore(token), false), TracedText.IsSpace);
        SpecialIds = specialIds.Values.ToHashSet();
    }

    public override int VocabularySize => tokens.Length;

    public override IReadOnlySet<int> SpecialIds { get; }

    internal override int UnknownId { get; }

    /// <summary>What stands in tokenizer_config.json.</summary>
    private protected abstract Dictionary<string, object?> Configuration { get; }

    public override string TokenOf(int id) => Vocabulary.TokenOf(tokens, id);

    public override void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        var ids = tokens.Index().Where(t => t.Item is not null).ToDictionary(t => t.Item!, t => t.Index);
        WholeFile.Write(Path.Combine(folder, EncoderFolder.VocabularyJson), JsonSerializer.Serialize(ids, Json));
        WholeFile.Write(Path.Combine(folder, EncoderFolder.MergesText), "#version: 0.2\n" + string.Concat(merges.Select(m => $"{m.Left} {m.Right}\n")));
        TokenizerConfig.Write(folder, Configuration);
    }

    private protected int IdOf(string specialToken) => specialIds[specialToken];

    private protected override void Tokenize(string text, int part, int enough, List<TokenSpan> tokens)
    {
        foreach (var stretch in special.Divide(text))
        {
            if (stretch.Token is string token)
            {
                tokens.Add(new(specialIds[token], token, part, stretch.Start, stretch.End));
                continue;
            }

            var normalized = Normalize(TracedText.Of(text, stretch.Start, stretch.End));
            foreach (var word in Divide(normalized.Shadow(ByteLevelWords.Stand)))
            {
                AddWord(normalized, word.Index, word.Index + word.Length, part, tokens);
                if (tokens.Count >= enough)
                {
                    return;
                }
            }
        }
    }

    /// <summary>What stands between special tokens, as it is looked up.</summary>
    private protected abstract TracedText Normalize(TracedText text);

    /// <summary>The words of a normalised text with a char for each character.</summary>
    private protected abstract Regex.ValueMatchEnumerator Divide(string shadow);

    /// <summary>Whether a special token takes the white space before it with it.</summary>
    private protected virtual bool TakesSpaceBefore(string specialToken) => false;

    private void AddWord(TracedText text, int from, int to, int part, List<TokenSpan> spans)
    {
        foreach (var piece in words.Pieces(text, from, to))
        {
            (int first, int last) = (from + piece.From, from + piece.To);
            while (first + 1 < last && TracedText.IsSpace(text[first].Value))
            {
                first++; // the space before a word belongs to its token, not to the place that is shown
            }

            spans.Add(text.Span(piece.Id, tokens[piece.Id]!, part, first, last));
        }
    }
}
