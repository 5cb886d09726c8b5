using Sextant.Matching;
using Sextant.Tests.Data.Pictures;
using Xunit;

namespace Sextant.Tests.Matching;

public sealed class ClipEncoderTests
{
    [Fact]
    public void A_text_has_the_same_features_alone_and_among_others()
    {
        using var folder = new TemporaryFolder();
        using var encoder = ClipEncoder.Load(ToyGallery.Model(folder));

        var all = encoder.Texts(["hi", "hi lo", "lo", "lo hi lo"]);

        Assert.Equal((4, 12), (all.Rows, all.Width));
        Assert.Equal(all.Row(2).ToArray(), encoder.Texts(["lo"]).Row(0).ToArray());
        Assert.Equal(Math.Exp(2.6592), encoder.Scale, 1e-3);
    }

    [Fact]
    public void The_end_of_a_text_that_is_too_long_is_named()
    {
        using var folder = new TemporaryFolder();
        using var encoder = ClipEncoder.Load(ToyGallery.Model(folder));
        string text = string.Join(' ', Enumerable.Repeat("hi", 14)) + " lo hi"; // of 16 positions two are the ends

        Assert.Null(encoder.CutOff("hi lo"));
        Assert.Equal(new CutText(19, 16, "lo hi"), encoder.CutOff(text));
        Assert.Equal(encoder.Texts([string.Join(' ', Enumerable.Repeat("hi", 14))]).Row(0).ToArray(), encoder.Texts([text]).Row(0).ToArray());
    }

    [Fact]
    public void A_text_without_a_token_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var encoder = ClipEncoder.Load(ToyGallery.Model(folder));

        Assert.Contains("no token", Assert.Throws<UserError>(() => encoder.Texts(["hi", " \t"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_does_not_say_how_pictures_are_prepared_uses_the_released_values()
    {
        using var folder = new TemporaryFolder();
        using ClipEncoder said = ClipEncoder.Load(ToyGallery.Model(folder)), assumed = ClipEncoder.Load(ToyGallery.Model(folder, saysPreparation: false));
        var picture = DrawnPictures.Soft(30, 20);

        Assert.Equal((false, true), (said.IsPreparationAssumed, assumed.IsPreparationAssumed));
        Assert.Equal(said.Pictures([picture]).Row(0).ToArray(), assumed.Pictures([picture]).Row(0).ToArray());
    }
}
