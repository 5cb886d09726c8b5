namespace Sextant.Decoding;

/// <summary>The beam of one example: beginnings still continued, in the order of their rows, and finished hypotheses.</summary>
internal sealed class Beginnings(DecodingOptions.Beam options, int end)
{
    private readonly List<(Decoded Hypothesis, double Score)> finished = [];

    /// <summary>At most W of one length; the best first.</summary>
    public IReadOnlyList<Beginning> Live { get; private set; } = [new([], 0)];

    /// <summary>Goes one token further; the row among <see cref="Live"/> and the token of each new beginning, none when done.</summary>
    public IReadOnlyList<(int Row, int Token)> Continue(ReadOnlySpan<Choice[]> choices)
    {
        var ranked = Ranked(choices);
        FinishThoseThatEnd(ranked);
        if (finished.Count >= options.Width)
        {
            return [];
        }

        var kept = ranked.Where(candidate => candidate.Token != end).Take(options.Width).ToArray();
        Live = [.. kept.Select(candidate => new Beginning([.. Live[candidate.Row].Ids, candidate.Token], candidate.LogProbability))];
        return [.. kept.Select(candidate => (candidate.Row, candidate.Token))];
    }

    /// <summary>Ends what ends here, at the maximum length.</summary>
    public void Finish(ReadOnlySpan<Choice[]> choices) => FinishThoseThatEnd(Ranked(choices));

    public Decoded Answer() => finished.Count > 0
        ? finished.MaxBy(candidate => candidate.Score).Hypothesis
        : new Decoded(Live[0].Ids, Live[0].LogProbability, false);

    private void FinishThoseThatEnd((int Row, int Token, double LogProbability)[] ranked)
    {
        foreach ((int row, int token, double logProbability) in ranked.Take(options.Width))
        {
            if (token == end)
            {
                int[] ids = Live[row].Ids;
                double normaliser = Math.Pow((5.0 + ids.Length + 1) / 6, options.LengthPenalty);
                finished.Add((new Decoded(ids, logProbability, true), logProbability / normaliser));
            }
        }
    }

    /// <summary>Continuations of all beginnings, the most probable first; equal ones in the order of row and token.</summary>
    private (int Row, int Token, double LogProbability)[] Ranked(ReadOnlySpan<Choice[]> choices)
    {
        var candidates = new List<(int Row, int Token, double LogProbability)>();
        for (int row = 0; row < choices.Length; row++)
        {
            foreach (var choice in choices[row])
            {
                if (!double.IsNegativeInfinity(choice.LogProbability))
                {
                    candidates.Add((row, choice.Token, Live[row].LogProbability + choice.LogProbability));
                }
            }
        }

        return [.. candidates.OrderByDescending(candidate => candidate.LogProbability).ThenBy(candidate => candidate.Row).ThenBy(candidate => candidate.Token)];
    }
}

/// <summary>Tokens so far, and the log-probability of them.</summary>
internal sealed record Beginning(int[] Ids, double LogProbability);
