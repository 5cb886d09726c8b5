using Sextant.Data;
using Sextant.Decoding.Measures;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>Translation measures of a trained model on held-out pairs, by name.</summary>
public static class PairMeasures
{
    /// <summary>Measures on the validation pairs, and on the test pairs ("test.exactMatch") where there are any.</summary>
    public static IReadOnlyDictionary<string, double> Of(TrainedModel model, PairCorpus corpus, CancellationToken stop)
    {
        var measures = Of(model, Grouped(corpus.Validation, corpus), stop);
        if (corpus.Test.Count > 0)
        {
            foreach ((string name, double value) in Losses(model, [.. corpus.Test.Select(p => p.Pair)]).Concat(Of(model, Grouped(corpus.Test, corpus), stop)))
            {
                measures.Add("test." + name, value);
            }
        }

        return measures;
    }

    /// <summary>Measures of greedy decoding over sources, each with every target that counts as right.</summary>
    public static Dictionary<string, double> Of(TrainedModel model, IReadOnlyList<(string Source, IReadOnlyList<string> Targets)> items, CancellationToken stop)
    {
        int[][] sources = [.. items.Select(i => model.Tokenizer.Encode(i.Source).Ids)];
        string[] translations = [.. model.Translator.Translate(sources, limit: model.Limit, cancellation: stop).Select(d => model.Tokenizer.Decode([.. d.Ids]))];
        IReadOnlyList<string>[] targets = [.. items.Select(i => i.Targets)];
        var measures = new Dictionary<string, double>
        {
            ["exactMatch"] = ExactMatch.Share(translations, targets),
            ["characterErrorRate"] = CharacterErrorRate.OfCorpus(translations, targets),
            ["chrF"] = ChrF.OfCorpus(translations, targets),
        };
        if (model.Unit == Unit.Line)
        {
            measures.Add("bleu", Bleu.OfCorpus(translations, targets).Score); // single words hold no 4-gram, so theirs would always be 0
        }

        return measures;
    }

    /// <summary>
    /// Losses of any pairs by the measures of validation: "loss" (mean over batches of equal lengths, as the recipe's
    /// validation), "lossPerToken" and its "perplexity". Nats a token.
    /// </summary>
    public static Dictionary<string, double> Losses(TrainedModel model, IReadOnlyList<Pair> pairs)
    {
        EncodedPair[] encoded = [.. pairs.Select(p => new EncodedPair(p, model.Tokenizer.Encode(p.Source).Ids, model.Tokenizer.Encode(p.Target).Ids))];
        using var batches = PairCorpus.FixedBatches(encoded, model.Tokenizer, model.Recipe.Training.ValidationBatch, model.Recipe.Model.Layout, model.Device);
        var losses = SequenceLoss.Validate(model.Model, batches);
        return new()
        {
            ["loss"] = losses.ValidationLoss,
            ["lossPerToken"] = losses.ValidationLossPerToken,
            ["perplexity"] = Likelihood.Perplexity(losses.ValidationLossPerToken),
        };
    }

    /// <summary>Each source once, with every target it has among the pairs.</summary>
    public static IReadOnlyList<(string Source, IReadOnlyList<string> Targets)> BySource(IEnumerable<Pair> pairs) =>
        [.. pairs.GroupBy(p => p.Source, p => p.Target).Select(g => (g.Key, (IReadOnlyList<string>)[.. g]))];

    private static List<(string Source, IReadOnlyList<string> Targets)> Grouped(IReadOnlyList<EncodedPair> pairs, PairCorpus corpus) =>
        [.. pairs.Select(p => p.Pair.Source).Distinct(StringComparer.Ordinal).Select(source => (source, corpus.TargetsOf(source)))];
}
