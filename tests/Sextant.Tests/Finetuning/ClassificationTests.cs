using Sextant.Data;
using Sextant.Finetuning;
using Sextant.Tests.Models.Encoders;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Finetuning;

public sealed class ClassificationTests
{
    /// <summary>More than one batch of positions: 700 texts of 5 to 12 tokens.</summary>
    private static readonly int[] Lengths = [.. Enumerable.Range(0, 700).Select(i => 5 + (i * 5 % 8))];

    [Theory]
    [InlineData("bert")]
    [InlineData("roberta")]
    public void Probabilities_come_in_the_order_of_the_texts_and_are_those_of_each_text_alone(string kind)
    {
        using var model = ToyEncoders.Classifier(kind);
        model.eval();
        double[][] found = Classification.Probabilities(model, Texts.Random(model.Options.PaddingId, 3, Lengths), torch.CPU, TestContext.Current.CancellationToken);

        Assert.All(found, row => Assert.Equal(1, row.Sum(), 1e-9));
        var encoded = Texts.Encoded(3, Lengths).ToList();
        foreach (int i in new[] { 0, 1, 4, 350, 699 })
        {
            using var scope = torch.NewDisposeScope();
            var batch = ToyEncoders.Batch(model.Options, [.. encoded[i].Ids.Select(id => (long)id)]);
            double[] alone = model.Logits(batch).to(torch.ScalarType.Float64).softmax(1).data<double>().ToArray();
            Assert.All(alone.Zip(found[i]), p => Assert.Equal(p.First, p.Second, 1e-5));
        }
    }

    [Theory]
    [InlineData("bert", true)]
    [InlineData("bert", false)]
    [InlineData("roberta", false)]
    public void Features_are_what_the_head_takes_of_each_text(string kind, bool isPooled)
    {
        using var model = ToyEncoders.Classifier(kind);
        model.eval();
        var texts = Texts.Random(model.Options.PaddingId, 3, Lengths);
        double[][] expected = Classification.Probabilities(model, texts, torch.CPU, TestContext.Current.CancellationToken);

        using var scope = torch.NewDisposeScope();
        using var features = Classification.Features(model, texts, isPooled, torch.CPU, TestContext.Current.CancellationToken);

        Assert.False(features.requires_grad);
        double[] found = (isPooled ? model.Classify(features) : model.LogitsOf(features)).to(torch.ScalarType.Float64).softmax(1).data<double>().ToArray();
        Assert.All(expected.SelectMany(row => row).Zip(found), p => Assert.Equal(p.First, p.Second, 1e-5));
    }

    [Fact]
    public void A_validation_measures_loss_and_accuracy_of_every_text_without_dropout_and_leaves_no_tensor()
    {
        using var model = ToyEncoders.Classifier(ToyEncoders.Options["bert"] with { Dropout = 0.5, ClassifierDropout = 0.5 });
        var texts = Texts.Random(0, 3, [.. Lengths.Take(50)]);
        int[] classes = [.. Enumerable.Range(0, 50).Select(i => i % 3)];
        LabelledCollation collation = new(texts, classes);
        using BatchSource batches = new(BatchOrder.FixedBuckets(collation.Lengths, 4), collation, torch.CPU);
        model.train();
        EncoderLoss.Validate(model, batches, model.Logits);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var found = EncoderLoss.Validate(model, batches, model.Logits);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.True(model.training);
        model.eval();
        double[][] rows = Classification.Probabilities(model, texts, torch.CPU, TestContext.Current.CancellationToken);
        Assert.Equal(rows.Zip(classes, (row, c) => -Math.Log(row[c])).Average(), found.ValidationLossPerToken, 1e-5);
        Assert.Equal(rows.Zip(classes).Count(p => ClassificationMeasures.MostLikely(p.First) == p.Second) / 50.0, found.Accuracy!.Value, 1e-12);
    }

    [Fact]
    public void A_batch_has_a_mask_only_with_padding_and_types_only_where_there_are_any()
    {
        LabelledCollation same = new(Texts.Random(1, 3, 6, 6), [2, 0]), other = new(new EncoderTexts([new([2, 7, 3, 8, 3], [0, 0, 0, 1, 1], []), new([2, 9, 3], [0, 0, 0], [])], 1), [1, 0]);
        using Batch whole = same.Build(0, [0, 1], torch.CPU), padded = other.Build(0, [1, 0], torch.CPU);

        Assert.Null(whole.InputMask);
        Assert.Null(whole.TokenTypes);
        Assert.Equal([2L, 0], whole.Expected.data<long>().ToArray());
        Assert.Equal([2L, 9, 3, 1, 1, 2, 7, 3, 8, 3], padded.Input.data<long>().ToArray());
        Assert.Equal([true, true, true, false, false, true, true, true, true, true], padded.InputMask!.data<bool>().ToArray());
        Assert.Equal([0L, 0, 0, 0, 0, 0, 0, 0, 1, 1], padded.TokenTypes!.data<long>().ToArray());
        Assert.Equal([0L, 1], padded.Expected.data<long>().ToArray());
        Assert.Equal(new BatchShape(2, 0, 5, 2, 8), padded.Shape);
    }

    [Fact]
    public void What_is_asked_to_stop_stops()
    {
        using var model = ToyEncoders.Classifier("bert");
        using CancellationTokenSource stopped = new();
        stopped.Cancel();
        Assert.Throws<OperationCanceledException>(() => Classification.Probabilities(model, Texts.Random(0, 3, 5), torch.CPU, stopped.Token));
    }
}
