namespace Sextant.Matching.Search;

/// <summary>
/// Finds the short captions for which a picture ranks first in a gallery. Being first among n pictures for the best of thousands of captions proves little, so a caption is found on one
/// part of the gallery and confirmed on the rest, must be first with hub pictures corrected for as well, must be true where truth is known, and is said again in other words. Captions that came first
/// are many more than chance would have of a picture that the model knows, and stay first in other words; where either fails, the first place is no better than chance and is called so.
/// One search serves many targets: words and captions are encoded once.
/// </summary>
public sealed class CaptionSearch
{
    /// <summary>How often a caption may come first among the pictures that the search did not see though it is about an arbitrary picture, 0..1, over all that are held against them.</summary>
    private const double PassedByChance = 0.1;

    /// <summary>Most captions of a length that are looked at.</summary>
    private const int CheckedOfLength = 8;

    /// <summary>Captions of each length whose parts are weighed one by one.</summary>
    private const int WeighedOfLength = 48;

    /// <summary>Captions of each length that are said in other words.</summary>
    private const int RewordedOfLength = 4;

    /// <summary>Captions that are looked at where none holds.</summary>
    private const int NearestLooked = 48;

    private readonly FeatureTable gallery;
    private readonly CaptionVocabulary vocabulary;
    private readonly double scale;
    private readonly CaptionSearchOptions options;
    private readonly TimeProvider clock;
    private readonly EncodedTexts encoded;
    private FeatureTable? pictures; // the gallery, then what is unseen
    private WordBank? bank;

    /// <param name="gallery">A row for each picture.</param>
    /// <param name="encode">Features of texts.</param>
    /// <param name="scale">exp(logit_scale) of the model: 1 / the temperature of its probabilities.</param>
    /// <param name="vocabulary">What captions are made of.</param>
    /// <param name="options">How to search.</param>
    /// <param name="clock">Which time the budget counts; null for the system's.</param>
    /// <exception cref="ArgumentException">An option makes no sense, the gallery is empty or there is nothing to make captions of.</exception>
    public CaptionSearch(FeatureTable gallery, Func<IReadOnlyList<string>, FeatureTable> encode, double scale, CaptionVocabulary vocabulary, CaptionSearchOptions? options = null, TimeProvider? clock = null)
    {
        (this.gallery, this.vocabulary, this.scale, this.options, this.clock) = (gallery, vocabulary, scale, options ?? new(), clock ?? TimeProvider.System);
        encoded = new EncodedTexts(encode);
        if (this.options.Problems().FirstOrDefault() is string problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }

        if (gallery.Rows == 0 || (vocabulary.Words.Count == 0 && vocabulary.Sentences.Count == 0) || !(scale > 0))
        {
            throw new ArgumentException("A search needs pictures, words and a scale above 0.");
        }
    }

    /// <summary>Pictures outside the gallery that confirm what is found in all of it; null to hold out a part of the gallery.</summary>
    public FeatureTable? Unseen { get; init; }

    /// <summary>
    /// Features of other views of a target, such as crops of it; null for none. Of thousands of captions some fit what is accidental about a picture's features, and other distractors do not find that
    /// out; another view of the same picture does. A caption holds only if half of the views rank first.
    /// </summary>
    public Func<int, FeatureTable>? Views { get; init; }

    /// <summary>What captions are true of the gallery's pictures; null where that is not known. A caption that is not understood is not accepted, unless nothing is known of the target at all.</summary>
    public CaptionTruth? Truth { get; init; }

    /// <summary>How a caption is said in other words; see <see cref="Paraphrases.Frames"/>.</summary>
    public IReadOnlyList<string> Frames { get; init; } = Paraphrases.Frames;

    /// <summary>Texts whose features are known so far, each once: encoded here or kept from before.</summary>
    public int Encoded => encoded.Count;

    /// <summary>Encodes the vocabulary's words, which every target shares. <see cref="Find"/> does it where it was not done.</summary>
    /// <param name="known">Texts whose features are kept from before.</param>
    /// <param name="progress">Told how many more are done, of how many.</param>
    /// <param name="stop">Ends it between two batches.</param>
    public void Prepare((IReadOnlyList<string> Texts, FeatureTable Features)? known = null, Action<int, int>? progress = null, CancellationToken stop = default)
    {
        if (known is { } given)
        {
            encoded.Add(given.Texts, given.Features);
        }

        string[] missing = [.. WordBank.TextsOf(vocabulary).Where(text => !encoded.Has(text))];
        int done = 0;
        encoded.Learn(
            missing,
            () =>
            {
                stop.ThrowIfCancellationRequested();
                return false;
            },
            more => progress?.Invoke(done += more, missing.Length));
        pictures = Unseen is null ? gallery : FeatureTable.Joined(gallery, Unseen);
        bank = WordBank.Of(vocabulary, encoded, pictures);
    }

    /// <summary>The texts that are prepared.</summary>
    internal IReadOnlyList<string> BankTexts => [.. WordBank.TextsOf(vocabulary)];

    /// <summary>The vocabulary's words with their features, to be kept for the next time.</summary>
    public (IReadOnlyList<string> Texts, FeatureTable Features) Prepared()
    {
        string[] texts = [.. WordBank.TextsOf(vocabulary)];
        return (texts, encoded.Of(texts));
    }

    /// <summary>Searches captions for a picture of the gallery. The same seed gives the same captions unless the time ran out, which the result says.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public CaptionSearchResult Find(int target, CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(target);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(target, gallery.Rows);
        if (bank is null)
        {
            Prepare(stop: stop);
        }

        int[] others = [.. Enumerable.Range(0, gallery.Rows).Where(i => i != target)];
        var split = Unseen is null
            ? HeldOutPictures.Of(gallery.Rows, target, options.HeldOut, options.Seed)
            : new HeldOutPictures(others, [.. Enumerable.Range(gallery.Rows, Unseen.Rows)]);
        var budget = new SearchBudget(options, encoded, clock, stop);
        var round = Search(target, split, budget, []);
        int looked = split.HeldOut.Length == 0 ? 0 : round.Looked.Count, confirmed = round.Looked.Count(found => found.Found.HeldOut is { Rank: 1 } && found.Found.HeldOutCorrected is null or { Rank: 1 });
        if (!round.Looked.Any(found => found.Found.Holds) && split.Searched.Length < others.Length)
        {
            // The pictures held out are searched now, which leaves none to confirm by.
            round = Search(target, new HeldOutPictures(others, []), budget, round.Tried);
        }

        var captions = round.Looked.Any(found => found.Found.Holds) ? Best(round) : Nearest(round);
        var result = new CaptionSearchResult
        {
            Target = target,
            Outcome = CaptionSearchOutcome.None,
            Captions = captions,
            Tried = round.Tried.Count,
            First = round.First.Count,
            FirstByChance = round.Tried.Count / (round.Split.Searched.Length + 1.0),
            FirstForWords = FirstForWords(target, others),
            Words = bank!.Features.Rows,
            Hubness = Hubness(target),
            Searched = round.Split.Searched.Length,
            HeldOut = round.Split.HeldOut.Length,
            Checked = looked,
            Confirmed = confirmed,
            NotTrue = round.Judge.Truth is null ? null : round.First.Count(caption => round.Judge.IsTrue(caption.Text) == false),
            NotUnderstood = round.Judge.Truth is null ? null : round.First.Count(caption => round.Judge.IsTrue(caption.Text) is null),
            Doubles = [.. others.Where(other => Cosine(gallery.Row(target), gallery.Row(other)) > 1 - CaptionStanding.Tie)],
            Spent = budget.Spent,
            Encoded = budget.Encoded,
            Seconds = budget.Seconds,
            Temperature = 1 / scale,
        };
        return result with { Outcome = Outcome(result) };
    }

    private static CaptionSearchOutcome Outcome(CaptionSearchResult result) => result.Captions switch
    {
        not [{ Holds: true }, ..] => CaptionSearchOutcome.None,
        [{ KeepsInOtherWords: false }, ..] => CaptionSearchOutcome.Chance,
        _ when !result.IsFirstMoreOften => CaptionSearchOutcome.Chance,
        [{ HeldOut: null }, ..] => CaptionSearchOutcome.Unconfirmed,
        _ => CaptionSearchOutcome.Found,
    };

    private Round Search(int target, HeldOutPictures split, SearchBudget budget, IReadOnlyList<TriedCaption> known)
    {
        var beam = new CaptionBeam(pictures!, bank!, vocabulary, encoded, scale, options);
        var tried = beam.Search(target, split.Searched, budget, known);
        var judge = new CaptionJudge(pictures!, gallery.Rows, bank!, encoded, scale) { Target = target, Split = split, Truth = Truth?.Knows(target) == true ? Truth : null, Frames = Frames, Views = Views?.Invoke(target) };
        TriedCaption[] first = [.. tried.Where(caption => caption.IsFirst)];
        var candidates = Candidates(Needed(first.Where(caption => judge.IsAccepted(caption.Text)), beam, target, split.Searched, budget), split.HeldOut.Length);
        return new Round(split, tried, first, judge, [.. candidates.Select(caption => new Judged(judge.Of(caption), caption))]);
    }

    /// <summary>
    /// What is held against the pictures that the search did not see: of each length the best, shortest first, after the best of all, and no more of them than leave a chance of
    /// <see cref="PassedByChance"/> that any passes were they about arbitrary pictures.
    /// </summary>
    private static IEnumerable<TriedCaption> Candidates(IReadOnlyList<IReadOnlyList<TriedCaption>> lengths, int heldOut)
    {
        var inTurn = Enumerable.Range(0, CheckedOfLength).SelectMany(turn => lengths.Where(length => turn < length.Count).Select(length => length[turn]));
        return lengths.SelectMany(length => length).OrderByDescending(caption => caption.Objective).Take(1).Concat(inTurn).DistinctBy(caption => caption.Text).Take(heldOut == 0 ? int.MaxValue : Math.Max(1, (int)(PassedByChance * (heldOut + 1))));
    }

    /// <summary>Of each length, the shortest first, the best captions that need each of their parts. They are weighed in turns, one of each length, until it is late; one turn there always is.</summary>
    private List<TriedCaption>[] Needed(IEnumerable<TriedCaption> first, CaptionBeam beam, int target, int[] others, SearchBudget budget)
    {
        TriedCaption[][] lengths = [.. first.GroupBy(caption => caption.Words).OrderBy(length => length.Key).Select(length => length.Take(WeighedOfLength).ToArray())];
        List<TriedCaption>[] needed = [.. lengths.Select(_ => new List<TriedCaption>())];
        for (int turn = 0; turn < WeighedOfLength && (turn == 0 || !budget.IsLate()); turn++)
        {
            var next = lengths.Index().Where(length => turn < length.Item.Length && needed[length.Index].Count < CheckedOfLength).Select(length => (length.Index, Caption: length.Item[turn])).ToList();
            if (next.Count == 0)
            {
                break;
            }

            encoded.Learn(next.SelectMany(one => CaptionBeam.Rests(one.Caption)));
            foreach (var (length, caption) in next.Where(one => beam.IsEachPartNeeded(one.Caption, target, others)))
            {
                needed[length].Add(caption);
            }
        }

        return needed;
    }

    /// <summary>Of the captions that hold the shortest good ones: good is what stays first in most other words and, where truth is known, is true of no other picture. What says the same in other words is listed once.</summary>
    private IReadOnlyList<FoundCaption> Best(Round round)
    {
        var holding = round.Looked.Where(found => found.Found.Holds).GroupBy(found => found.Found.Words).SelectMany(length => length.Take(RewordedOfLength)).ToList();
        encoded.Learn(holding.SelectMany(found => round.Judge.OtherWords(found.Caption)));
        var reworded = holding.Select(found => found with { Found = round.Judge.Reworded(found.Found, found.Caption) });
        var best = reworded.OrderBy(found => !found.Found.KeepsInOtherWords).ThenBy(found => found.Found.Satisfying is > 1)
            .ThenBy(found => found.Found.Words).ThenByDescending(found => found.Found.SureMargin).ThenBy(found => found.Found.Text, StringComparer.Ordinal).DistinctBy(found => found.Caption.Sense).Take(options.Captions).ToList();
        return [.. best.Select(found => round.Judge.Explained(found.Found, found.Caption, options.Rivals))];
    }

    /// <summary>Where none holds, what came nearest to it.</summary>
    private IReadOnlyList<FoundCaption> Nearest(Round round)
    {
        var near = round.Tried.Take(NearestLooked).Concat(round.First.Take(NearestLooked)).DistinctBy(caption => caption.Text).Select(caption => new Judged(round.Judge.Of(caption), caption));
        var best = near.OrderBy(found => found.Found.Gallery.Rank).ThenByDescending(found => found.Caption.Objective).ThenBy(found => found.Found.Text, StringComparer.Ordinal).DistinctBy(found => found.Caption.Sense).Take(options.Captions).ToList();
        return [.. best.Select(found => round.Judge.Explained(round.Judge.Reworded(found.Found, found.Caption), found.Caption, options.Rivals))];
    }

    private int FirstForWords(int target, int[] others)
    {
        int first = 0;
        for (int row = 0; row < bank!.Features.Rows; row++)
        {
            var scores = bank.Scores(row);
            float own = scores[target];
            bool isFirst = true;
            for (int i = 0; isFirst && i < others.Length; i++)
            {
                isFirst = scores[others[i]] < own - CaptionStanding.Tie;
            }

            first += isFirst ? 1 : 0;
        }

        return first;
    }

    private double? Hubness(int target)
    {
        if (bank!.Hubs is not { } hubs || gallery.Rows < 3)
        {
            return null;
        }

        double[] means = [.. hubs.Means.Take(gallery.Rows).Select(hub => (double)hub)];
        double mean = means.Average(), deviation = Math.Sqrt(means.Sum(m => (m - mean) * (m - mean)) / (means.Length - 1));
        return deviation > CaptionStanding.Tie ? (means[target] - mean) / deviation : null;
    }

    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return sum;
    }

    private sealed record Judged(FoundCaption Found, TriedCaption Caption);

    /// <summary>One search of some pictures and what came of it.</summary>
    /// <param name="Split">What was searched.</param>
    /// <param name="Tried">The best first.</param>
    /// <param name="First">Those that rank the target first there, the best first.</param>
    /// <param name="Judge">Of this target.</param>
    /// <param name="Looked">The few that were held against everything.</param>
    private sealed record Round(HeldOutPictures Split, IReadOnlyList<TriedCaption> Tried, IReadOnlyList<TriedCaption> First, CaptionJudge Judge, IReadOnlyList<Judged> Looked);
}
