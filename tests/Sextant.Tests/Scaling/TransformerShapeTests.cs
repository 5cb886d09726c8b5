using System.Globalization;
using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

public sealed class TransformerShapeTests
{
    /// <summary>GPT-2 of 124 million parameters, without biases.</summary>
    private static readonly TransformerShape Gpt2 = new()
    {
        Layers = 12,
        Width = 768,
        FeedForward = 3072,
        Heads = 12,
        Vocabulary = 50_257,
        LearnedPositions = 1024,
        NormVectors = 1,
    };

    private static readonly TransformerShape CourseEncoderDecoder = Course(16) with { EncoderLayers = 4, HasSourceEmbedding = true };

    [Fact]
    public void Gpt2_has_the_known_parameters()
    {
        Assert.Equal(124_337_664, Gpt2.Parameters(Convention.Exact));
        Assert.Equal(124_337_664, Gpt2.Parameters(Convention.Everything));
        Assert.Equal(124_337_664, Gpt2.Parameters(Convention.SixNd));
        Assert.Equal(84_953_088 + 768, Gpt2.Parameters(Convention.Kaplan));
        Assert.Equal(124_337_664 - (1024 * 768), Gpt2.Parameters(Convention.Palm));
        Assert.Equal(124_337_664 - (1024 * 768), Gpt2.Parameters(Convention.Hoffmann));
        Assert.Null(Gpt2.Parameters(Convention.Course));
    }

    [Fact]
    public void Gpt2_has_the_known_flops_a_sequence()
    {
        var sequence = SequenceBatch.One(1024);
        Assert.Equal(291_648_307_200, Gpt2.ForwardFlops(Convention.Exact, sequence));
        Assert.Equal(874_944_921_600, Gpt2.TrainingFlops(Convention.Exact, sequence));
        Assert.Equal(875_062_886_400, Gpt2.TrainingFlops(Convention.Palm, sequence));
        Assert.Equal(763_930_607_616, Gpt2.TrainingFlops(Convention.SixNd, sequence));
        Assert.Equal(521_956_491_264, Gpt2.TrainingFlops(Convention.Kaplan, sequence));
        Assert.Equal(639_161_597_952, Gpt2.TrainingFlops(Convention.Hoffmann, sequence));
        Assert.Equal(1_113_446_154_240, Gpt2.TrainingFlops(Convention.Everything, sequence));
        Assert.Equal(875_062_886_400 / 1024.0, Gpt2.TrainingFlopsPerToken(Convention.Palm, 1024));
    }

    /// <summary>Hoffmann 2022, table A4: FLOPs by its own count over 6 N D, for sequences of 2,048 and a vocabulary of 32,000.</summary>
    [Theory]
    [InlineData(640, 2560, 64, 10, 10, 73_825_280, 1.025036)]
    [InlineData(1024, 4096, 64, 16, 20, 305_707_008, 1.100817)]
    [InlineData(1280, 5120, 128, 10, 24, 552_604_160, 1.082919)]
    [InlineData(1792, 7168, 128, 14, 26, 1_143_453_696, 1.044094)]
    [InlineData(2048, 8192, 128, 16, 28, 1_593_126_912, 1.032902)]
    [InlineData(3584, 14_336, 128, 28, 40, 6_796_274_688, 0.994114)]
    public void The_ratios_of_Hoffmanns_table_come_out(int width, int feedForward, int headWidth, int heads, int layers, double parameters, double ratio)
    {
        var shape = new TransformerShape
        {
            Layers = layers,
            Width = width,
            FeedForward = feedForward,
            Heads = heads,
            HeadWidth = headWidth,
            HasRelativePositions = true,
            NormVectors = 2,
            HasBiases = true,
            Vocabulary = 32_000,
        };

        Assert.Equal(parameters, shape.Parameters(Convention.Hoffmann));
        Assert.Equal(ratio, shape.TrainingFlopsPerToken(Convention.Hoffmann, 2048)!.Value / (6 * parameters), 6);
    }

    [Theory]
    [InlineData(16, 4_862, 2.21e9)]
    [InlineData(32, 17_886, 6.84e9)]
    [InlineData(48, 39_102, 1.393e10)]
    [InlineData(64, 68_510, 2.348e10)]
    [InlineData(96, 151_902, 4.994e10)]
    [InlineData(128, 268_062, 8.62e10)]
    public void The_courses_decoders_have_the_known_counts(int hidden, double parameters, double flopsOfAnEpoch)
    {
        Assert.Equal(parameters, Course(hidden).Parameters(Convention.Course));
        double flops = Epoch(Course(hidden), 50_000);
        Assert.InRange(flops, 0.997 * flopsOfAnEpoch, 1.003 * flopsOfAnEpoch);
    }

    /// <summary>The worked example of docs/counting.md: H = 64, one example of 20 tokens.</summary>
    [Theory]
    [InlineData("course", 68_510, 9_337_920)]
    [InlineData("6nd", 70_430, 8_451_600)]
    [InlineData("kaplan", 66_560, 7_987_200)]
    [InlineData("hoffmann", 68_480, 9_107_520)]
    [InlineData("everything", 70_430, 9_568_320)]
    [InlineData("palm", 70_430, 9_680_400)]
    [InlineData("exact", 70_430, 9_323_520)]
    public void A_course_decoder_by_every_convention(string name, double parameters, double flops)
    {
        Assert.True(Conventions.TryParse(name, out var convention));
        Assert.Equal(parameters, Course(64).Parameters(convention));
        Assert.Equal(flops, Course(64).TrainingFlops(convention, SequenceBatch.One(20)));
    }

    [Fact]
    public void The_six_decoders_flops_come_out_to_the_last_digit()
    {
        var rows = File.ReadLines(SharedData.Path("data/curves/six-decoders-a.csv")).Skip(1)
            .Select(line => line.Split(',')[1..7].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray()).ToList();
        Assert.Equal(600, rows.Count);
        foreach (double[] row in rows)
        {
            var (hidden, epochs, parameters, flops, tokens) = ((int)row[0], row[2] + 1, row[3], row[4], row[5]);

            Assert.Equal(parameters, Course(hidden).Parameters(Convention.Course));
            Assert.Equal(flops, epochs * Epoch(Course(hidden), tokens / epochs), flops * 1e-12);
        }
    }

    [Fact]
    public void Course_hoffmann_everything_and_exact_differ_by_what_they_say()
    {
        var shape = Course(32);
        var batch = new SequenceBatch(5, 20, 93);
        double softmax = 3 * 5 * 4 * 3 * 20 * 20, ends = 3 * 5 * 2 * 20 * 30 * 32;

        Assert.Equal(shape.TrainingFlops(Convention.Exact, batch) + softmax, shape.TrainingFlops(Convention.Course, batch));
        Assert.Equal(shape.TrainingFlops(Convention.Course, batch) - ends, shape.TrainingFlops(Convention.Hoffmann, batch));
        Assert.Equal(shape.TrainingFlops(Convention.Course, batch) + ends, shape.TrainingFlops(Convention.Everything, batch));
    }

    [Fact]
    public void Conventions_of_tokens_leave_padding_out_and_those_of_operations_do_not()
    {
        var whole = new SequenceBatch(5, 20, 100);
        var padded = whole with { Tokens = 90 };
        foreach (var convention in Conventions.All)
        {
            double share = convention is Convention.SixNd or Convention.Kaplan or Convention.Palm ? 0.9 : 1;
            Assert.Equal(share * Course(32).TrainingFlops(convention, whole)!.Value, Course(32).TrainingFlops(convention, padded)!.Value, 1e-3);
        }
    }

    [Fact]
    public void What_does_not_apply_is_null_with_a_reason()
    {
        var counts = CourseEncoderDecoder.TrainingFlops(SequenceBatch.One(10, 9));
        var reasons = CourseEncoderDecoder.Reasons();

        foreach (var convention in Conventions.All)
        {
            Assert.Equal(counts[convention] is null, reasons.ContainsKey(convention.Name()));
            Assert.Equal(counts[convention] is null, CourseEncoderDecoder.Parameters(convention) is null);
        }

        Assert.Equal(["6nd", "course", "hoffmann", "kaplan", "palm"], reasons.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["course"], Gpt2.Reasons().Keys);
        Assert.Empty(Course(16).Reasons());
    }

    [Fact]
    public void Conventions_are_found_by_their_names()
    {
        foreach (var convention in Conventions.All)
        {
            Assert.True(Conventions.TryParse(convention.Name(), out var found));
            Assert.Equal(convention, found);
        }

        Assert.False(Conventions.TryParse("SixNd", out _));
        Assert.False(Conventions.TryParse(null, out _));
    }

    [Fact]
    public void Counts_of_two_pieces_of_work_add_up()
    {
        var (one, two) = (Course(16).TrainingFlops(SequenceBatch.One(10)), Course(16).TrainingFlops(SequenceBatch.One(12)));

        foreach (var convention in Conventions.All)
        {
            Assert.Equal(one[convention] + two[convention], one.Plus(two)[convention]);
        }
    }

    /// <summary>
    /// FLOPs of an epoch of so many tokens. They are linear in the sum of the examples' lengths and in the sum of their squares, which is 1,048,253 for the
    /// 50,021 tokens of six-decoders-a.csv: the file does not say so, but this one number explains all its rows. Two lengths around the mean have both sums.
    /// </summary>
    private static double Epoch(TransformerShape shape, double tokens)
    {
        double examples = tokens / CourseCounting.Length, mean = CourseCounting.Length;
        double spread = Math.Sqrt((1_048_253 / 50_021.0 * mean) - (mean * mean));
        return examples / 2 * (Flops(mean - spread) + Flops(mean + spread));

        double Flops(double length) => shape.TrainingFlops(Convention.Course, SequenceBatch.One(length))!.Value;
    }

    private static TransformerShape Course(int hidden) => new()
    {
        Layers = 4,
        Width = hidden,
        FeedForwardKind = FeedForwardKind.Single,
        HasAttentionOutput = false,
        HasBiases = true,
        Vocabulary = 30,
        TiesEmbeddings = false,
    };
}
