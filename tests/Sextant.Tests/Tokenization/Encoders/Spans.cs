using Sextant.Tokenization;
using Xunit;

namespace Sextant.Tests.Tokenization.Encoders;

/// <summary>What holds for the places of any text's tokens.</summary>
internal static class Spans
{
    public static void Check(EncodedText encoded, string text, string? pair = null)
    {
        Assert.Equal(encoded.Ids.Length, encoded.Spans.Count);
        Assert.Equal(encoded.Ids.Length, encoded.TypeIds.Length);
        foreach (var span in encoded.Spans)
        {
            int length = span.Part switch { 0 => text.Length, 1 => pair!.Length, _ => 0 };
            Assert.True(span.Start >= 0 && span.Start <= span.End && span.End <= length, $"{span} in {length}");
        }

        for (int part = 0; part < 2; part++)
        {
            int[] starts = [.. encoded.Spans.Where(s => s.Part == part).Select(s => s.Start)];
            Assert.Equal(starts.Order(), starts);
        }
    }

    /// <summary>The stretches of the text behind its tokens.</summary>
    public static string[] Of(EncodedText encoded, string text) =>
        [.. encoded.Spans.Where(s => s.Part == 0).Select(s => text[s.Start..s.End])];
}
