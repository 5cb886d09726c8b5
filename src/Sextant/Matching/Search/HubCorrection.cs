namespace Sextant.Matching.Search;

/// <summary>
/// Some pictures lie near to every text: they come first for captions that have nothing to do with them, and before a picture that a caption describes. Taking a picture's mean cosine
/// over many unrelated captions off its score leaves what this caption says of it (the mean-centred form of the corrections in Radovanović et al. 2010, and of CSLS in Conneau et al. 2018).
/// </summary>
internal static class HubCorrection
{
    public static float[] Of(ReadOnlySpan<float> scores, ReadOnlySpan<float> means)
    {
        float[] corrected = new float[scores.Length];
        for (int i = 0; i < corrected.Length; i++)
        {
            corrected[i] = scores[i] - means[i];
        }

        return corrected;
    }
}
