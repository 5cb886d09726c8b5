using System.IO.Enumeration;
using Sextant.Tokenization.Encoders;

namespace Sextant.Pretrained.Hub;

/// <summary>Which files of a model are wanted: its config, one set of weights, and what its tokeniser and its pictures need.</summary>
internal static class ModelFiles
{
    public const string Config = ConfigFile.FileName;

    private static readonly string[] Small =
    [
        Config, .. EncoderFolder.Files, "special_tokens_map.json", "preprocessor_config.json", "processor_config.json",
    ];

    /// <summary>One file, or the index of several; the first that there is.</summary>
    private static readonly string[] Weights =
        ["model.safetensors", "model.safetensors" + ShardIndex.Ending, "pytorch_model.bin", "pytorch_model.bin" + ShardIndex.Ending];

    /// <summary>The files to take of those that there are, without those that an index names.</summary>
    /// <param name="there">What the hub or the cache has.</param>
    /// <param name="patterns">Names, in which * stands for anything and ? for one character; none for the usual files.</param>
    public static IReadOnlyList<string> Choose(IReadOnlyCollection<string> there, IReadOnlyList<string> patterns) => patterns.Count > 0
        ? [.. there.Where(file => patterns.Any(pattern => Matches(pattern, file)))]
        : [.. Small.Where(there.Contains), .. Weights.Where(there.Contains).Take(1)];

    /// <summary>What is wanted and not there, in words; null where nothing is.</summary>
    public static string? Missing(IReadOnlyCollection<string> there, IReadOnlyList<string> patterns)
    {
        if (patterns.Count > 0)
        {
            return patterns.FirstOrDefault(pattern => !there.Any(file => Matches(pattern, file))) is string unmet ? $"file that is called '{unmet.Shown()}'" : null;
        }

        return !there.Contains(Config) ? Config : there.Any(Weights.Contains) ? null : $"weights ({Weights[0]} or {Weights[2]}, whole or in parts)";
    }

    /// <summary>The files of weights that a chosen index names; none where the weights are one file.</summary>
    /// <param name="chosen">What was chosen.</param>
    /// <param name="folder">The snapshot, which holds the index.</param>
    /// <exception cref="UserError">The index cannot be read.</exception>
    public static IReadOnlyList<string> Shards(IReadOnlyList<string> chosen, string folder) =>
        chosen is [.., string last] && Weights.Contains(last) && last.EndsWith(ShardIndex.Ending, StringComparison.Ordinal) ? ShardIndex.FileNames(Path.Combine(folder, last)) : [];

    /// <summary>Whether there is certainly nothing else to ask a hub for, the commit being known.</summary>
    public static bool AreSettled(IReadOnlyCollection<string> there, IReadOnlyList<string> patterns) => patterns.Count > 0
        ? patterns.All(there.Contains)
        : EncoderFolder.Enough.Any(tokenizer => tokenizer.All(there.Contains));

    private static bool Matches(string pattern, string file) => FileSystemName.MatchesSimpleExpression(pattern, file, ignoreCase: false);
}
