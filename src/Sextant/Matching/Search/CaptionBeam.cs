namespace Sextant.Matching.Search;

/// <summary>
/// A beam search over captions for one picture. Words alone come first; then the best captions of a length with a part more. What to try of the many extensions is guessed from known
/// scores: the features of a caption are taken for the direction half way between those of its two pieces, whose cosines follow without encoding anything.
/// </summary>
internal sealed class CaptionBeam(FeatureTable pictures, WordBank bank, CaptionVocabulary vocabulary, EncodedTexts encoded, double scale, CaptionSearchOptions options)
{
    /// <summary>Pictures that a guess looks at: those nearest to the caption that is extended.</summary>
    private const int GuessedRivals = 96;

    /// <summary>Nouns that a relation may add as a second thing.</summary>
    private const int SecondNouns = 10;

    /// <summary>The share of a length's tries that goes to each kind of part whatever was guessed of it: numbers and places mean less alone than beside a noun.</summary>
    private const int KindShare = 10;

    /// <summary>By how much, in nats, a part has to raise the log-probability of the picture to be needed: the picture becomes a tenth likelier.</summary>
    private const double LeastGain = 0.1;

    private static readonly CaptionWord Several = new(CaptionWordKind.Number, ""); // the plural with no number

    /// <summary>Every caption that was evaluated, each once, the best first.</summary>
    /// <param name="target">The picture.</param>
    /// <param name="others">Those that it is held against.</param>
    /// <param name="budget">Asked before each batch of texts.</param>
    /// <param name="known">Captions that were tried before and are judged anew, whatever is left to spend.</param>
    public IReadOnlyList<TriedCaption> Search(int target, int[] others, SearchBudget budget, IReadOnlyList<TriedCaption> known)
    {
        Dictionary<string, TriedCaption> tried = new(StringComparer.Ordinal);
        List<TriedCaption> level = [.. bank.Words.Where(IsCaption).Select(word => Judge(word.Text, CaptionPhrase.Of(word), bank.Scores(bank.Row(word)), target, others))];
        level.ForEach(caption => tried.TryAdd(caption.Text, caption));
        Evaluate([.. vocabulary.Sentences.Select(sentence => (sentence, (CaptionPhrase?)null))], tried, target, others, budget);
        var units = Units(level);
        var beam = First(level);
        var random = new SeededRandom(options.Seed, (ulong)target, 1);
        while (beam.Count > 0 && !budget.IsOver())
        {
            var chosen = Chosen(Proposals(beam, units, tried, target, others), random);
            level = Evaluate(chosen, tried, target, others, budget);
            beam = Best(level);
        }

        Evaluate([.. known.Select(caption => (caption.Text, caption.Phrase))], tried, target, others, budget);
        return [.. tried.Values.OrderByDescending(caption => caption.Objective).ThenBy(caption => caption.Text, StringComparer.Ordinal)];
    }

    /// <summary>
    /// Whether each part of a caption makes the picture likelier. A part that does not is there by chance: "green fish at night on grass" may come first though it is day, because "green fish on grass" does.
    /// </summary>
    public bool IsEachPartNeeded(TriedCaption caption, int target, int[] others)
    {
        string[] rests = [.. Rests(caption)];
        encoded.Learn(rests);
        float[] scores = rests.Length == 0 ? [] : encoded.Of(rests).Products(pictures);
        return rests.Index().All(rest => Judge(rest.Item, null, scores.AsSpan(rest.Index * pictures.Rows, pictures.Rows), target, others).Objective + LeastGain < caption.Objective);
    }

    /// <summary>What is left of a caption without each of its parts.</summary>
    public static IEnumerable<string> Rests(TriedCaption caption) => caption.Phrase is { } phrase ? phrase.Parts.Select(phrase.Without).Where(rest => rest.Length > 0) : [];

    /// <summary>A number alone says nothing of a picture.</summary>
    private bool IsCaption(CaptionWord word) => word.Kind != CaptionWordKind.Number && CaptionPhrase.WordsOf(word.Text) <= options.MostWords;

    /// <summary>The words, and the nouns that fit best alone as second things.</summary>
    private List<Unit> Units(List<TriedCaption> words)
    {
        var nouns = words.Where(t => t.Phrase?.Noun is not null).OrderByDescending(t => t.Objective).ThenBy(t => t.Text, StringComparer.Ordinal).Take(SecondNouns).Select(t => t.Phrase!.Noun!).ToArray();
        return
        [
            .. bank.Words.Select(word => new Unit(word, bank.Row(word))),
            new Unit(Several, -1),
            .. from noun in nouns
               from relation in vocabulary.OfKind(CaptionWordKind.Relation)
               from form in new[] { noun.Text, noun.Plural }.OfType<string>().Distinct(StringComparer.Ordinal)
               select new Unit(new CaptionWord(CaptionWordKind.Place, $"{relation.Text} {form}"), bank.Row(noun)),
        ];
    }

    /// <summary>Half of the beam to nouns, which every longer caption needs; the rest to what else fits.</summary>
    private List<TriedCaption> First(List<TriedCaption> words)
    {
        var ordered = words.OrderByDescending(t => t.Objective).ThenBy(t => t.Text, StringComparer.Ordinal).ToList();
        int nouns = (options.Beam + 1) / 2;
        return [.. ordered.Where(t => t.Phrase!.Noun is not null).Take(nouns), .. ordered.Where(t => t.Phrase!.Noun is null).Take(options.Beam - nouns)];
    }

    /// <summary>The best of a length, at most half of them about one noun.</summary>
    private List<TriedCaption> Best(List<TriedCaption> level)
    {
        Dictionary<CaptionWord, int> about = [];
        List<TriedCaption> best = [];
        foreach (var caption in level.OrderByDescending(t => t.Objective).ThenBy(t => t.Text, StringComparer.Ordinal))
        {
            var noun = caption.Phrase!.Noun!;
            int count = about.GetValueOrDefault(noun);
            if (best.Count < options.Beam && count < Math.Max(1, options.Beam / 2))
            {
                about[noun] = count + 1;
                best.Add(caption);
            }
        }

        return best;
    }

    private List<Proposal> Proposals(List<TriedCaption> beam, List<Unit> units, Dictionary<string, TriedCaption> tried, int target, int[] others)
    {
        string[] texts = [.. beam.Select(caption => caption.Text)];
        var features = encoded.Of(texts);
        float[] scores = features.Products(pictures), nearness = features.Products(bank.Features);
        HashSet<string> seen = new(StringComparer.Ordinal);
        List<Proposal> proposals = [];
        for (int b = 0; b < beam.Count; b++)
        {
            var own = scores.AsSpan(b * pictures.Rows, pictures.Rows);
            var guess = new Guess(own, target, others, bank, scale);
            foreach (var unit in units)
            {
                if (beam[b].Phrase!.With(unit.Word) is { } longer && CaptionPhrase.WordsOf(longer.Text) <= options.MostWords && !tried.ContainsKey(longer.Text) && seen.Add(longer.Text))
                {
                    double value = unit.Row < 0 ? beam[b].Objective : guess.With(unit.Row, nearness[(b * bank.Features.Rows) + unit.Row]);
                    proposals.Add(new Proposal(longer, longer.Text, unit.Word.Kind, value));
                }
            }
        }

        return proposals;
    }

    /// <summary>The most promising, some of each kind, and a few by lot.</summary>
    private List<(string Text, CaptionPhrase? Phrase)> Chosen(List<Proposal> proposals, SeededRandom random)
    {
        var ordered = proposals.OrderByDescending(p => p.Guess).ThenBy(p => p.Text, StringComparer.Ordinal).ToList();
        int each = Math.Max(1, options.Proposals / KindShare);
        HashSet<string> taken = new(ordered.GroupBy(p => p.Kind).SelectMany(kind => kind.Take(each)).Take(options.Proposals).Select(p => p.Text), StringComparer.Ordinal);
        taken.UnionWith(ordered.Where(p => !taken.Contains(p.Text)).Take(options.Proposals - each - taken.Count).Select(p => p.Text).ToList());
        Proposal[] rest = [.. ordered.Where(p => !taken.Contains(p.Text))];
        random.Shuffle(rest.AsSpan());
        taken.UnionWith(rest.Take(options.Proposals - taken.Count).Select(p => p.Text));
        return [.. ordered.Where(p => taken.Contains(p.Text)).Select(p => (p.Text, (CaptionPhrase?)p.Phrase))];
    }

    private List<TriedCaption> Evaluate(IReadOnlyList<(string Text, CaptionPhrase? Phrase)> captions, Dictionary<string, TriedCaption> tried, int target, int[] others, SearchBudget budget)
    {
        List<TriedCaption> evaluated = [];
        foreach (var batch in captions.Where(caption => !tried.ContainsKey(caption.Text)).DistinctBy(caption => caption.Text).Chunk(budget.Batch))
        {
            if (!encoded.Learn(batch.Select(caption => caption.Text), budget.IsOver))
            {
                break;
            }

            float[] scores = encoded.Of([.. batch.Select(caption => caption.Text)]).Products(pictures);
            for (int i = 0; i < batch.Length; i++)
            {
                var caption = Judge(batch[i].Text, batch[i].Phrase, scores.AsSpan(i * pictures.Rows, pictures.Rows), target, others);
                tried.Add(caption.Text, caption);
                evaluated.Add(caption);
            }
        }

        return evaluated;
    }

    private TriedCaption Judge(string text, CaptionPhrase? phrase, ReadOnlySpan<float> scores, int target, int[] others) =>
        new(text, phrase, CaptionStanding.Among(scores, target, others, scale), bank.Hubs is { } hubs ? CaptionStanding.Among(hubs.Of(scores), target, others, scale) : null);

    private readonly record struct Unit(CaptionWord Word, int Row);

    private sealed record Proposal(CaptionPhrase Phrase, string Text, CaptionWordKind Kind, double Guess);

    /// <summary>What a caption would score with a word more, among the pictures that are nearest to it.</summary>
    private readonly ref struct Guess
    {
        private readonly ReadOnlySpan<float> own;
        private readonly int target;
        private readonly WordBank bank;
        private readonly double scale;
        private readonly int[] raw;
        private readonly int[] corrected;

        public Guess(ReadOnlySpan<float> own, int target, int[] others, WordBank bank, double scale)
        {
            this.own = own;
            (this.target, this.bank, this.scale) = (target, bank, scale);
            raw = Nearest(own, others);
            corrected = bank.Hubs is { } hubs ? Nearest(hubs.Of(own), others) : [];
        }

        /// <param name="row">Of the word.</param>
        /// <param name="cosine">Of the caption's features and the word's.</param>
        public double With(int row, float cosine)
        {
            var word = bank.Scores(row);
            double norm = Math.Sqrt(Math.Max(1e-6, 2 + (2 * cosine)));
            double value = Log(word, norm, raw, null);
            return bank.Hubs is { } hubs ? Math.Min(value, Log(word, norm, corrected, hubs)) : value;
        }

        private double Log(ReadOnlySpan<float> word, double norm, int[] rivals, HubCorrection? hubs)
        {
            double mine = Score(word, norm, target, hubs), sum = 1;
            foreach (int rival in rivals)
            {
                sum += Math.Exp(Math.Min(700, scale * (Score(word, norm, rival, hubs) - mine)));
            }

            return -Math.Log(sum);
        }

        private double Score(ReadOnlySpan<float> word, double norm, int picture, HubCorrection? hubs)
        {
            float score = (float)((own[picture] + word[picture]) / norm);
            return hubs is null ? score : hubs.Of(score, picture);
        }

        private static int[] Nearest(ReadOnlySpan<float> scores, int[] others)
        {
            if (others.Length <= GuessedRivals)
            {
                return others;
            }

            float[] keys = new float[others.Length];
            for (int i = 0; i < others.Length; i++)
            {
                keys[i] = -scores[others[i]];
            }

            int[] order = [.. others];
            Array.Sort(keys, order);
            return order[..GuessedRivals];
        }
    }
}
